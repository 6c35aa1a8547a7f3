/// Somebody who lives in the world: a townsman to talk to, or a foe.
struct Creature: Sendable, Equatable {
    enum Kind: Int, Sendable, CaseIterable {
        case townsfolk, wolf, bandit, draugr
    }

    let kind: Kind
    let name: String
    let home: (x: Double, y: Double)
    let fullHealth: Double
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
        home = (x, y)
        fullHealth = kind.health
        (self.x, self.y, health) = (x, y, kind.health)
    }

    var isAlive: Bool { health > 0 }
    var isFoe: Bool { kind != .townsfolk }

    static func == (a: Creature, b: Creature) -> Bool {
        a.kind == b.kind && a.name == b.name && a.home == b.home && a.x == b.x && a.y == b.y
            && a.health == b.health && a.cooldown == b.cooldown && a.alert == b.alert
            && a.direction == b.direction && a.isMet == b.isMet
    }
}

extension Creature.Kind {
    var health: Double {
        switch self {
        case .townsfolk: 100
        case .wolf: 20
        case .bandit: 38
        case .draugr: 45
        }
    }

    /// Health that one of its blows costs.
    var damage: Double {
        switch self {
        case .townsfolk: 0
        case .wolf: 7
        case .bandit: 10
        case .draugr: 12
        }
    }

    /// Ticks between two blows.
    var recovery: Int {
        switch self {
        case .townsfolk: 0
        case .wolf: 9
        case .bandit: 11
        case .draugr: 12
        }
    }

    /// Tiles per tick while it hunts, or strolls in the case of townsfolk.
    var pace: Double {
        switch self {
        case .townsfolk: 0.05
        case .wolf: 0.26
        case .bandit: 0.15
        case .draugr: 0.11
        }
    }

    /// Tiles it can see the player from, by day.
    var sight: Double { self == .wolf ? 7 : 6 }

    /// Gold found on it.
    var purse: Int {
        switch self {
        case .townsfolk: 0
        case .wolf: 4
        case .bandit: 15
        case .draugr: 20
        }
    }

    /// Experience for slaying it.
    var experience: Int {
        switch self {
        case .townsfolk: 0
        case .wolf: 10
        case .bandit: 18
        case .draugr: 24
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
