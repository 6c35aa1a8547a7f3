import Basics
import Record
import Vision

/// The last word, always: a wanderer's habits with dice, enough to see the world alone.
package struct HeuristicTier: Tier {
    private var random: SeededGenerator
    private var escape: (turn: ActionKind, left: Int)?

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    package mutating func propose(_ situation: Situation) -> Proposal? { choose(situation) }

    /// Like ``propose(_:)``, and never without an answer.
    package mutating func choose(_ situation: Situation) -> Proposal {
        switch situation.layer {
        case .menu, .dialogue: Proposal(.back, .low, "nothing more to do here")
        case .combat: fight(situation)
        case .exploration, .stealth: wander(situation)
        }
    }

    private mutating func fight(_ situation: Situation) -> Proposal {
        let reading = situation.reading
        let stamina = reading.stamina ?? 50
        let bearing = reading.enemyBearing ?? 0
        if let turn = Steering.turn(towards: bearing) {
            return Proposal(turn, "an enemy \(Int(abs(bearing)))° on the \(Steering.side(bearing))")
        }
        guard let target = reading.targetHealth else { return Proposal(.moveForward, "closes in on the enemy") }
        guard (reading.health ?? 100) >= Arbiter.attackHealth else {
            return Proposal(.block, "too weak to strike")
        }
        if let last = situation.memory.lastVerdict, last.action.isAttack, last.verdict == .noEffect,
            situation.memory.lastAction?.isAttack == true, random.chance(0.5)
        {
            return Proposal(.moveForward, "out of reach: steps closer")
        }
        if reading.enemies >= 2, random.chance(0.15), situation.memory.since(situation.memory.lastShout) > 31 {
            return Proposal(.shout, "\(reading.enemies) enemies")
        }
        if stamina > 45, random.chance(0.35) {
            return Proposal(.powerAttack, "enemy at \(Int(target)) %: strikes hard")
        }
        if stamina > 12, random.chance(0.75) { return Proposal(.attack, "enemy at \(Int(target)) %: strikes") }
        return Proposal(.block, "catches breath behind the shield")
    }

    private mutating func wander(_ situation: Situation) -> Proposal {
        let reading = situation.reading
        if let out = leaveWall(reading) { return out }
        let isDetour = situation.memory.since(situation.memory.blockedAt) < 3
        if !isDetour, let bearing = reading.rumourBearing, let turn = Steering.turn(towards: bearing),
            random.chance(0.45)
        {
            return Proposal(turn, .low, "a place it heard of, \(Int(abs(bearing)))° on the \(Steering.side(bearing))")
        }
        let roll = random.unit()
        switch roll {
        case ..<0.08 where (reading.stamina ?? 0) > 50: return Proposal(.sprint, .low, "runs a while")
        case 0.08..<0.14: return Proposal(.turnLeft, .low, "looks to the left")
        case 0.14..<0.20: return Proposal(.turnRight, .low, "looks to the right")
        case 0.20..<0.22: return Proposal(.jump, .low, "jumps")
        case 0.22..<0.227 where reading.scene == .dungeon: return Proposal(.sneak, .low, "goes quietly")
        default: return Proposal(.moveForward, .low, "walks on")
        }
    }

    /// Turns the same way a few times when a wall fills the picture, so that it does not swing back into it.
    private mutating func leaveWall(_ reading: Reading) -> Proposal? {
        if escape == nil, reading.blocked {
            escape = (random.chance(0.5) ? .turnLeft : .turnRight, random.integer(2...4))
        }
        guard let (turn, left) = escape else { return nil }
        escape = left > 1 ? (turn, left - 1) : nil
        return Proposal(turn, .low, "a wall ahead")
    }
}
