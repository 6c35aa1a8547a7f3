import Record
import Vision

/// Standing orders: what is plainly the right thing in a scene, and the errands that make a day of it - a bed at
/// night, potions before they run out, news after a new level.
package struct RuleTier: Tier {
    /// Played seconds that an errand may take, and until it is tried again.
    private static let patience = 60.0
    private static let restBetween = 90.0
    /// Half a circle and a little more, in turns: enough to find a mark on the compass.
    private static let searchTurns = 8

    /// The errand under way: since when, and how often the agent turned to look for its goal.
    private var pursuit: (since: Double, turns: Int)?
    private var gaveUpAt: Double?

    package mutating func propose(_ situation: Situation) -> Proposal? {
        switch situation.layer {
        case .menu: menu(situation)
        case .dialogue: dialogue(situation)
        case .combat: nil
        case .exploration, .stealth:
            recovery(situation) ?? company(situation) ?? shelter(situation) ?? paperwork(situation) ?? errand(situation)
        }
    }

    private func menu(_ situation: Situation) -> Proposal {
        let reading = situation.reading
        guard reading.scene == .inventory else { return Proposal(.back, "has seen the map") }
        if let health = reading.health, health < 60, (reading.potions ?? 0) > 0, situation.memory.stepsInLayer < 3 {
            return Proposal(.activate, "drinks a potion at health \(Int(health))")
        }
        return Proposal(.back, "has counted potions and gold")
    }

    /// The conversation as a whole: ask for news, listen, buy what is needed, take leave. The cursor starts on the
    /// first line, and moves to the last one after each answer.
    private func dialogue(_ situation: Situation) -> Proposal {
        var script: [Proposal] = [
            Proposal(.activate, "asks for rumours"), Proposal(.wait, .low, "listens"),
        ]
        for _ in 0..<purchases(situation.memory) {
            script.append(Proposal(.moveForward, "moves to the wares"))
            script.append(Proposal(.activate, "buys a potion"))
            script.append(Proposal(.wait, .low, "puts it away"))
        }
        let step = situation.memory.stepsInLayer
        return step < script.count ? script[step] : Proposal(.back, "takes leave")
    }

    private func purchases(_ memory: Memory) -> Int { wantsPotions(memory) ? 1 : 0 }

    private func wantsPotions(_ memory: Memory) -> Bool { (memory.potions ?? 2) < 4 && (memory.gold ?? 10) >= 10 }

    private func recovery(_ situation: Situation) -> Proposal? {
        let reading = situation.reading
        guard let health = reading.health, health < 55 else { return nil }
        if let magicka = reading.magicka, magicka > 30 {
            return Proposal(.heal, "health \(Int(health)), nobody near")
        }
        let memory = situation.memory
        if (memory.potions ?? 1) > 0, memory.since(memory.inventorySeen) > 20 {
            return Proposal(.openInventory, "health \(Int(health)): looks for a potion")
        }
        return nil
    }

    private func company(_ situation: Situation) -> Proposal? {
        let memory = situation.memory
        guard situation.reading.prompt, memory.since(memory.lastTalk) > 20 else { return nil }
        return Proposal(.activate, "somebody to talk to")
    }

    /// Under a roof: stays until rested, at night longer.
    private func shelter(_ situation: Situation) -> Proposal? {
        let memory = situation.memory
        guard situation.reading.scene == .building, let since = memory.underRoofSince else { return nil }
        let stay = memory.isNight ? 40.0 : 10.0
        guard memory.played - since < stay else { return nil }
        if memory.stepsInLayer % 3 == 2 { return Proposal(.turnLeft, .low, "looks around the room") }
        return Proposal(.wait, .low, memory.isNight ? "sits out the night" : "warms up at the fire")
    }

    private func paperwork(_ situation: Situation) -> Proposal? {
        let memory = situation.memory
        if memory.wantsMap { return Proposal(.openMap, .low, "looks up the place it heard of") }
        if memory.since(memory.inventorySeen) > 150 {
            return Proposal(.openInventory, .low, "counts potions and gold")
        }
        if memory.since(memory.sneakingSince) > 8, memory.sneakingSince != nil {
            return Proposal(.sneak, .low, "nobody near: stands up")
        }
        return nil
    }

    private mutating func errand(_ situation: Situation) -> Proposal? {
        let memory = situation.memory
        guard let why = errandReason(memory), situation.reading.scene != .building, memory.innSeen != nil,
            memory.since(gaveUpAt) > Self.restBetween
        else {
            pursuit = nil
            return nil
        }
        var going = pursuit ?? (memory.played, 0)
        defer { pursuit = going }
        if memory.played - going.since > Self.patience {
            gaveUpAt = memory.played
            return nil
        }
        // Whatever was in the way is walked around first.
        guard !situation.isStuck, memory.since(memory.blockedAt) > 3 else { return nil }
        guard let bearing = situation.reading.innBearing else {
            guard going.turns < Self.searchTurns else { return nil }
            going.turns += 1
            return Proposal(.turnRight, "\(why): looks for the inn")
        }
        going.turns = 0
        if let turn = Steering.turn(towards: bearing) { return Proposal(turn, "\(why): turns to the inn") }
        if situation.reading.blocked, abs(bearing) > 4 {
            // Along the wall to where the door should be.
            return Proposal(bearing < 0 ? .moveLeft : .moveRight, "\(why): feels for the door")
        }
        return Proposal(.moveForward, "\(why): walks to the inn")
    }

    private func errandReason(_ memory: Memory) -> String? {
        if memory.isNight, memory.since(memory.lastRest) > 120 { return "night falls" }
        if let potions = memory.potions, potions < 2, wantsPotions(memory), memory.since(memory.lastTalk) > 60 {
            return "\(potions) potions left"
        }
        if memory.wantsRumours { return "a new level" }
        return nil
    }
}
