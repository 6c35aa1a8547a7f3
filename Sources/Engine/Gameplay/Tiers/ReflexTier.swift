import Record
import Vision

/// Emergencies: what must not wait for a plan. Its critical proposals are the only ones the arbiter lets through when
/// health is nearly gone, so below that mark it has an answer in every scene.
package struct ReflexTier: Tier {
    /// Seconds in a menu without need before it is closed.
    private static let menuIdle = 6.0
    private static let shoutCooldown = 31.0
    /// Stamina, in percent, that a block or a sprint needs.
    private static let breath = 8.0

    package func propose(_ situation: Situation) -> Proposal? {
        let reading = situation.reading
        if let health = reading.health, health < Arbiter.criticalHealth {
            return rescue(situation, health: Int(health), .critical)
        }
        if situation.layer == .menu, situation.timeInLayer >= Self.menuIdle {
            return Proposal(.back, .high, "the menu has been open for \(Int(situation.timeInLayer)) s")
        }
        guard situation.layer == .combat else { return nil }
        if let health = reading.health, health < 30 { return rescue(situation, health: Int(health), .high) }
        if reading.enemies >= 3, canShout(situation) {
            return Proposal(.shout, .high, "\(reading.enemies) enemies close in")
        }
        return ambush(situation)
    }

    /// An enemy appeared while something else was being done.
    private func ambush(_ situation: Situation) -> Proposal? {
        guard let running = situation.running, ControlLayer(scene: running.scene) != .combat else { return nil }
        let bearing = situation.reading.enemyBearing ?? 0
        if let turn = Steering.turn(towards: bearing) {
            return Proposal(turn, .high, "an enemy on the \(Steering.side(bearing))")
        }
        return Proposal(.block, .high, "an enemy ahead")
    }

    private func rescue(_ situation: Situation, health: Int, _ priority: Priority) -> Proposal {
        let reading = situation.reading
        switch situation.layer {
        case .menu:
            if reading.scene == .inventory, (reading.potions ?? situation.memory.potions ?? 0) > 0 {
                return Proposal(.activate, priority, "health \(health): drinks a potion")
            }
            return Proposal(.back, priority, "health \(health): no time for menus")
        case .dialogue:
            return Proposal(.back, priority, "health \(health): no time to talk")
        case .exploration, .stealth:
            if (reading.magicka ?? 0) >= 15 { return Proposal(.heal, priority, "health \(health): heals") }
            if (situation.memory.potions ?? 0) > 0 {
                return Proposal(.openInventory, priority, "health \(health): needs a potion")
            }
            return Proposal(.wait, priority, "health \(health): rests")
        case .combat: return lastStand(situation, health: health, priority)
        }
    }

    private func lastStand(_ situation: Situation, health: Int, _ priority: Priority) -> Proposal {
        let reading = situation.reading
        let stamina = reading.stamina ?? 0
        if canShout(situation) { return Proposal(.shout, priority, "health \(health): drives them back") }
        if (reading.magicka ?? 0) >= 15 { return Proposal(.heal, priority, "health \(health): heals") }
        let bearing = reading.enemyBearing ?? 180
        if reading.targetHealth != nil, stamina >= Self.breath, situation.exhausted != .block {
            return Proposal(.block, priority, "health \(health): holds the shield up")
        }
        if abs(bearing) > 70 { return Proposal(.sprint, priority, "health \(health): runs") }
        return Proposal(Steering.turn(awayFrom: bearing), priority, "health \(health): turns to run")
    }

    private func canShout(_ situation: Situation) -> Bool {
        situation.memory.since(situation.memory.lastShout) > Self.shoutCooldown
    }
}
