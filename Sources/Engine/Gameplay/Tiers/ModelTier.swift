import Basics
import Record
import Vision

/// Grounds what a model wants on the newest reading. A model's answer is seconds old when it arrives; it is therefore
/// an intent, and which key serves it is decided here, frame by frame, for as long as it lives.
package struct ModelTier: Tier {
    private var random: SeededGenerator

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    package mutating func propose(_ situation: Situation) -> Proposal? {
        guard let intent = situation.intent, intent.isAlive(at: situation.reading.gameTime) else { return nil }
        guard var proposal = ground(intent.kind, situation) else { return nil }
        if !intent.reason.isEmpty { proposal.reason = "\(proposal.reason) (model: \(intent.reason))" }
        return proposal
    }

    private mutating func ground(_ kind: Intent.Kind, _ situation: Situation) -> Proposal? {
        let reading = situation.reading
        switch kind {
        case .engageEnemy: return engage(situation)
        case .retreat:
            guard situation.layer == .combat, let bearing = reading.enemyBearing else { return nil }
            if abs(bearing) < 60 { return Proposal(Steering.turn(awayFrom: bearing), "turns from the enemy") }
            return Proposal((reading.stamina ?? 0) > 10 ? .sprint : .moveForward, "runs from the enemy")
        case .heal:
            guard situation.isAtLarge || situation.layer == .combat,
                let health = reading.health, health < 90, (reading.magicka ?? 0) >= 15
            else { return nil }
            return Proposal(.heal, "heals at \(Int(health))")
        case .explore:
            // Not always: the other tiers turn the agent to what it has not seen.
            guard situation.isAtLarge, !reading.blocked, random.chance(0.5) else { return nil }
            return Proposal(.moveForward, "explores")
        case .followRumour: return approach(reading.rumourBearing, "the rumour", situation)
        case .trade, .seekShelter:
            if reading.scene == .building, reading.prompt, kind == .trade { return talk(situation) }
            return approach(reading.innBearing, "the inn", situation)
        case .talk: return talk(situation)
        case .closeMenu: return situation.layer == .menu ? Proposal(.back, "closes the menu") : nil
        case .wait:
            return situation.isAtLarge && situation.memory.lastAction != .wait ? Proposal(.wait, .low, "waits") : nil
        }
    }

    private mutating func engage(_ situation: Situation) -> Proposal? {
        let reading = situation.reading
        guard situation.layer == .combat, (reading.health ?? 100) >= 30 else { return nil }
        let bearing = reading.enemyBearing ?? 0
        if let turn = Steering.turn(towards: bearing) { return Proposal(turn, "turns to the enemy") }
        guard reading.targetHealth != nil else { return Proposal(.moveForward, "closes in on the enemy") }
        let stamina = reading.stamina ?? 0
        if stamina > 45, random.chance(0.35) { return Proposal(.powerAttack, "strikes hard") }
        return stamina > 12 ? Proposal(.attack, "strikes") : Proposal(.block, "catches breath behind the shield")
    }

    private func approach(_ bearing: Double?, _ what: String, _ situation: Situation) -> Proposal? {
        guard situation.isAtLarge, let bearing, !situation.isStuck,
            situation.memory.since(situation.memory.blockedAt) > 3
        else { return nil }
        if let turn = Steering.turn(towards: bearing) { return Proposal(turn, "turns to \(what)") }
        return Proposal(.moveForward, "walks to \(what)")
    }

    private func talk(_ situation: Situation) -> Proposal? {
        guard situation.isAtLarge, situation.reading.prompt, situation.memory.since(situation.memory.lastTalk) > 8
        else { return nil }
        return Proposal(.activate, "speaks to them")
    }
}
