@testable import Games
@testable import Vision

/// What really is the case in the embedded world, which the agent never gets to see.
struct WorldTruth: Sendable, Equatable {
    let tick: Int
    /// Hour of the day, 0..<24.
    let hour: Double
    let scene: SceneKind
    let health: Double
    let magicka: Double
    let stamina: Double
    /// Foes that hunt the player.
    let enemies: Int
    let isNight: Bool
    let x: Double
    let y: Double
    let level: Int
    let gold: Int
    let potions: Int
    let placesFound: [String]
    let npcsMet: Int
    let kills: Int
    let deaths: Int
    /// Names of what was done for the first time, in the order of their declaration; 25 are possible.
    let achievements: [String]
    /// How well the game goes, 0...1: survival, progress, resources, knowledge and effectiveness, weighted.
    let quality: Double
}

extension World {
    var truth: WorldTruth {
        WorldTruth(
            tick: tick, hour: hour, scene: scene, health: max(0, player.health), magicka: player.magicka,
            stamina: player.stamina, enemies: hunters.count, isNight: isNight, x: player.x, y: player.y,
            level: player.level, gold: player.gold, potions: player.potions,
            placesFound: places.filter(\.isFound).map(\.name), npcsMet: creatures.filter(\.isMet).count,
            kills: chronicle.kills, deaths: chronicle.deaths,
            achievements: chronicle.achievements.map { "\($0)" }, quality: quality)
    }

    var scene: SceneKind {
        switch screen {
        case .inventory: return .inventory
        case .map: return .map
        case .dialogue: return .dialogue
        case .scene: break
        }
        if !hunters.isEmpty { return .combat }
        switch map.roof(player.x, player.y) {
        case .building: return .building
        case .dungeon: return .dungeon
        case .none: return map.floor(player.x, player.y) == .cobble ? .city : .wilderness
        }
    }

    private var quality: Double {
        let survival = max(0, player.health) / 100 * (hunters.isEmpty ? 1 : 0.7)
        let levels = Double(player.level - 1) + Double(player.experience) / Double(40 * player.level)
        let progress = 0.4 * min(1, levels / 6) + 0.3 * min(1, Double(chronicle.kills) / 12)
            + 0.3 * min(1, Double(chronicle.quests))
        let resources = 0.5 * min(1, Double(player.gold) / 150) + 0.5 * min(1, Double(player.potions) / 5)
        let knowledge = 0.5 * Double(places.filter(\.isFound).count) / 8
            + 0.3 * Double(creatures.filter(\.isMet).count) / 5 + 0.2 * min(1, Double(chronicle.skillCount) / 14)
        let blows = Chronicle.Score(won: chronicle.hits, lost: chronicle.deaths)
        let effectiveness = 0.5 * chronicle.fights.estimate + 0.25 * chronicle.stealth.estimate
            + 0.25 * blows.estimate
        return 0.30 * survival + 0.25 * progress + 0.15 * resources + 0.15 * knowledge + 0.15 * effectiveness
    }
}

extension EmbeddedGame {
    var truth: WorldTruth { world.truth }
}
