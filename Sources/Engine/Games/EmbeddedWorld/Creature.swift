/// Somebody who lives in the world: a townsman to talk to, or a foe.
struct Creature: Sendable, Equatable {
    enum Kind: Int, Sendable, CaseIterable {
        case townsfolk, wolf, bandit, draugr
    }

    let kind: Kind
    let name: String
    let homeX: Double
    let homeY: Double
    var x: Double
    var y: Double
    var health: Double
    /// Ticks until it can strike again; below zero the ticks since it was slain.
    var cooldown = 0
    /// How sure it is of the player: from 1 on it hunts.
    var alert = 0.0
    /// Where it strolls to, radians.
    var direction = 0.0
    /// The player has talked to it.
    var isMet = false

    init(_ kind: Kind, name: String = "", x: Double, y: Double) {
        self.kind = kind
        self.name = name
        (homeX, homeY) = (x, y)
        (self.x, self.y, health) = (x, y, kind.traits.health)
    }

    var isAlive: Bool { health > 0 }
    var isFoe: Bool { kind != .townsfolk }
}

extension Creature.Kind {
    struct Traits {
        let health: Double
        /// Health that one of its blows costs.
        let damage: Double
        /// Ticks between two blows.
        let recovery: Int
        /// Tiles per tick while it hunts, or strolls in the case of townsfolk.
        let pace: Double
        /// Tiles it can see the player from, by day.
        let sight: Double
        /// Gold found on it.
        let purse: Int
        /// Experience for slaying it.
        let experience: Int
    }

    var traits: Traits {
        switch self {
        case .townsfolk: Traits(health: 100, damage: 0, recovery: 0, pace: 0.05, sight: 6, purse: 0, experience: 0)
        case .wolf: Traits(health: 20, damage: 7, recovery: 9, pace: 0.26, sight: 7, purse: 4, experience: 10)
        case .bandit: Traits(health: 38, damage: 10, recovery: 11, pace: 0.15, sight: 6, purse: 15, experience: 18)
        case .draugr: Traits(health: 45, damage: 12, recovery: 12, pace: 0.11, sight: 6, purse: 20, experience: 24)
        }
    }
}

extension Creature {
    static let wolfDens = [(x: 34, y: 40), (x: 22, y: 20), (x: 46, y: 36)]

    /// Everybody who lives at the places and in the woods between them.
    static func population(of places: [Place]) -> [Creature] {
        var all: [Creature] = []
        for place in places {
            let (x, y) = (Double(place.x), Double(place.y))
            switch place.kind {
            case .city:
                for (k, name) in ["HALDA", "BRUN", "SIV"].enumerated() {
                    all.append(Creature(.townsfolk, name: name, x: x - 1.5 + 2 * Double(k), y: y + 1.5))
                }
            case .inn:
                all.append(Creature(.townsfolk, name: "ORLA", x: x + 0.5, y: y - 0.5))
            case .mill:
                all.append(Creature(.townsfolk, name: "TORV", x: x - 0.5, y: y - 0.5))
            case .barrow:
                all += [-1.0, 2.0].map { Creature(.draugr, x: x + $0, y: y + 0.5) }
            case .camp:
                all += [0, 1.5].map { Creature(.bandit, x: x + $0, y: y + 0.5) }
            case .lake, .stones, .shrine:
                break
            }
        }
        for den in wolfDens {
            all += [0.0, 1.0].map { Creature(.wolf, x: Double(den.x) + $0, y: Double(den.y) + 0.5) }
        }
        return all
    }
}
