@testable import Engine

@testable import Basics
@testable import Games
@testable import Vision

/// A way to use the keys for some ticks, as the agent's key table would.
enum KeyStroke: CaseIterable {
    case forward, sprint, backward, left, right, turnLeft, turnRight, lookUp, lookDown
    case attack, powerAttack, block, heal, shout, sneak, activate, inventory, map, back, jump, wait, nextLine

    var ticks: Int {
        switch self {
        case .forward: 12
        case .sprint, .block, .heal, .wait: 10
        case .powerAttack: 9
        case .backward: 6
        case .left, .right, .attack: 5
        case .shout, .activate: 4
        case .turnLeft, .turnRight, .jump: 3
        case .lookUp, .lookDown, .sneak, .inventory, .map, .back, .nextLine: 2
        }
    }

    /// The keys, and how many ticks they are down.
    private var keys: (keys: [GameKey], hold: Int) {
        switch self {
        case .forward: ([.w], ticks)
        case .sprint: ([.leftAlt, .w], ticks)
        case .backward: ([.s], ticks)
        case .left: ([.a], ticks)
        case .right: ([.d], ticks)
        case .attack: ([.mouseLeft], 2)
        case .powerAttack: ([.mouseLeft], 7)
        case .block: ([.mouseRight], ticks)
        case .heal: ([.h], ticks)
        case .shout: ([.z], 1)
        case .sneak: ([.leftControl], 1)
        case .activate: ([.e], 1)
        case .inventory: ([.i], 1)
        case .map: ([.m], 1)
        case .back: ([.escape], 1)
        case .jump: ([.space], 1)
        case .nextLine: ([.s], 1)
        case .turnLeft, .turnRight, .lookUp, .lookDown, .wait: ([], 0)
        }
    }

    private var look: (dx: Int, dy: Int) {
        switch self {
        case .turnLeft: (-27, 0)
        case .turnRight: (27, 0)
        case .lookUp: (0, -9)
        case .lookDown: (0, 9)
        default: (0, 0)
        }
    }

    func perform(in world: inout World) {
        for tick in 0..<ticks {
            let held = tick < keys.hold ? Set(keys.keys) : []
            world.step(held: held, pressed: tick == 0 ? keys.keys : [], look: look)
        }
    }
}

/// Plays from readings alone: explores, fights, talks, and now and then presses something at random.
struct ScriptedPlayer {
    private var random: SeededGenerator
    private var last = KeyStroke.wait
    private var escapeTurns = 0
    private var escapeDirection = KeyStroke.turnLeft
    private var talkTurns = 0
    private var talkCooldown = 0
    private var wantsPotion = false

    init(seed: UInt64) { random = SeededGenerator(seed: seed &* 7 &+ 1) }

    mutating func choose(_ reading: Reading) -> KeyStroke {
        last = pick(reading)
        return last
    }

    private mutating func pick(_ reading: Reading) -> KeyStroke {
        switch reading.scene {
        case .dialogue:
            talkTurns += 1
            return talkTurns > 4 ? .back : [.activate, .activate, .nextLine][random.integer(in: 0..<3)]
        case .inventory:
            defer { wantsPotion = false }
            return wantsPotion ? .activate : .back
        case .map: return .back
        case .combat: return fight(reading)
        default: return explore(reading)
        }
    }

    private mutating func fight(_ reading: Reading) -> KeyStroke {
        let (health, stamina) = (reading.health ?? 100, reading.stamina ?? 0)
        if health < 30 {
            if reading.magicka ?? 0 > 30 { return .heal }
            wantsPotion.toggle()
            return wantsPotion ? .inventory : random.unit() < 0.6 ? .block : .sprint
        }
        guard reading.targetHealth != nil else {
            let bearing = reading.enemyBearing ?? 0
            return bearing < -12 ? .turnLeft : bearing > 12 ? .turnRight : random.unit() < 0.4 ? .forward : .attack
        }
        if reading.enemies >= 2, random.unit() < 0.15 { return .shout }
        if stamina > 45, random.unit() < 0.35 { return .powerAttack }
        return stamina > 12 && random.unit() < 0.7 ? .attack : .block
    }

    private mutating func explore(_ reading: Reading) -> KeyStroke {
        talkTurns = 0
        if reading.health ?? 100 < 55, reading.magicka ?? 0 > 50 { return .heal }
        talkCooldown -= 1
        if reading.prompt, talkCooldown <= 0 {
            talkCooldown = 14
            return .activate
        }
        if random.unit() < 0.03 { return KeyStroke.allCases[random.integer(in: 0..<KeyStroke.allCases.count)] }
        let isStuck = (last == .forward || last == .sprint) && reading.similarity ?? 0 > 0.995
        if isStuck || reading.blocked || escapeTurns > 0 {
            if escapeTurns <= 0 {
                escapeTurns = random.integer(in: 2..<5)
                escapeDirection = random.unit() < 0.5 ? .turnLeft : .turnRight
            }
            escapeTurns -= 1
            return escapeDirection
        }
        if let bearing = reading.rumourBearing, abs(bearing) > 14, random.unit() < 0.45 {
            return bearing < 0 ? .turnLeft : .turnRight
        }
        let chance = random.unit()
        return chance < 0.78 ? .forward : chance < 0.86 ? .sprint : chance < 0.93 ? .turnLeft : .turnRight
    }
}

extension World {
    /// The picture of now as a frame.
    func frame(_ sequence: UInt64 = 0) -> Frame {
        Frame(
            width: Self.frameWidth, height: Self.frameHeight, rgb: render(), sequence: sequence,
            capturedAt: ContinuousClock.now)
    }
}

/// FNV-1a, 64 bits.
func fingerprint(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
