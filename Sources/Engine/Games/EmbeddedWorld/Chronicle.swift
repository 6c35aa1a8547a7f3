/// What happened so far: whoever judges how the agent plays looks here.
struct Chronicle: Sendable, Equatable {
    /// Something done or seen for the first time.
    enum Achievement: Int, Sendable, CaseIterable {
        case foundCity, foundInn, foundBarrow, foundLake, foundCamp, foundMill, foundStones, foundShrine
        case slewWolf, slewBandit, slewDraugr, barrowCleared
        case talked, heardRumour, traded, openedInventory, openedMap, castHeal, drankPotion
        case blocked, backstabbed, shoutHit, levelledUp, sawNight, survivedNight
    }

    /// A way to act, counted once.
    enum Skill: Int, Sendable, CaseIterable {
        case walk, retreat, strafeLeft, strafeRight, sprint, jump, sneak
        case attack, powerAttack, block, shout, heal, activate, inventory, map, potion
    }

    /// Won and lost.
    struct Score: Sendable, Equatable {
        var won = 0
        var lost = 0
        /// Laplace's rule of succession: a half before anything happened.
        var estimate: Double { Double(won + 1) / Double(won + lost + 2) }
    }

    private var achieved: UInt32 = 0
    private var practised: UInt32 = 0
    var fights = Score()
    var stealth = Score()
    var kills = 0
    var deaths = 0
    var hits = 0
    var quests = 0

    mutating func achieve(_ achievement: Achievement) { achieved |= 1 << UInt32(achievement.rawValue) }
    mutating func practise(_ skill: Skill) { practised |= 1 << UInt32(skill.rawValue) }
    func has(_ achievement: Achievement) -> Bool { achieved & 1 << UInt32(achievement.rawValue) != 0 }

    var achievements: [Achievement] { Achievement.allCases.filter(has) }
    var skillCount: Int { practised.nonzeroBitCount }
}
