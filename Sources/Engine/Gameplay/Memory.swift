import Record
import Vision

/// What the agent remembers from one frame to the next, folded from readings and from its own actions only.
///
/// Times are *played* seconds: game time that the agent's own actions took. That is the same in a lock-step game, where
/// the clock on the wall means nothing.
package struct Memory: Sendable {
    package private(set) var played = 0.0
    package private(set) var scene: SceneKind?
    /// When the present layer was entered.
    package private(set) var layerSince = 0.0
    package private(set) var layerSinceInstant: ContinuousClock.Instant?
    /// Actions since the present layer was entered.
    package private(set) var stepsInLayer = 0
    package private(set) var lastAction: ActionKind?
    package private(set) var lastVerdict: (action: ActionKind, verdict: Verdict)?

    /// From the inventory page and from purchases since.
    package private(set) var potions: Int?
    package private(set) var gold: Int?
    /// When the inventory page was last seen.
    package private(set) var inventorySeen: Double?
    package private(set) var lastTalk: Double?
    package private(set) var lastRest: Double?
    package private(set) var lastShout: Double?
    package private(set) var isNight = false
    /// Came to a new level and has asked nobody for news since.
    package private(set) var wantsRumours = false
    /// A place was marked on the map and the map was not opened since.
    package private(set) var wantsMap = false
    /// When the compass last showed where the inn is.
    package private(set) var innSeen: Double?
    package private(set) var sneakingSince: Double?
    /// When the present stay in a building began, conversations and menus included.
    package private(set) var underRoofSince: Double?
    /// When a movement last led nowhere.
    package private(set) var blockedAt: Double?
    private var toast = ""

    /// Takes in a reading. Returns the toast if the line is a new one.
    @discardableResult
    package mutating func see(_ perception: Perception) -> ToastLine? {
        let reading = perception.reading
        enter(reading.scene, at: perception.capturedAt)
        if let count = reading.potions { potions = count }
        if let amount = reading.gold { gold = amount }
        if reading.scene == .inventory { inventorySeen = played }
        if reading.scene == .map { wantsMap = false }
        if reading.scene == .dialogue { lastTalk = played }
        if reading.innBearing != nil { innSeen = played }
        if reading.scene == .wilderness || reading.scene == .city { isNight = reading.isNight }
        switch reading.scene {
        case .building: underRoofSince = underRoofSince ?? played
        case .wilderness, .city, .dungeon: underRoofSince = nil
        case .combat, .dialogue, .inventory, .map, .menu: break
        }
        sneakingSince = reading.sneaking ? sneakingSince ?? played : nil
        defer { toast = reading.toast }
        guard reading.toast != toast, let new = ToastLine(reading.toast) else { return nil }
        switch new {
        case .level: wantsRumours = true
        case .marked:
            wantsMap = true
            wantsRumours = false
        case .bought:
            potions = potions.map { $0 + 1 }
            gold = gold.map { max(0, $0 - 10) }
        default: break
        }
        return new
    }

    /// An action of this much game time is over; it was decided in `scene`.
    package mutating func acted(_ action: ActionKind, in scene: SceneKind, seconds: Double) {
        played += seconds
        // What opened a conversation is no part of it, also when the panel was seen before the key came up.
        if ControlLayer(scene: scene) == self.scene.map({ ControlLayer(scene: $0) }) { stepsInLayer += 1 }
        lastAction = action
        switch action {
        case .shout: lastShout = played
        case .wait where scene == .building: lastRest = played
        case .activate where scene == .inventory: potions = potions.map { max(0, $0 - 1) }
        case .activate where scene == .dialogue: wantsRumours = false
        default: break
        }
    }

    package mutating func judged(_ action: ActionKind, _ verdict: Verdict) {
        lastVerdict = (action, verdict)
        if action.isMovement, verdict == .noEffect { blockedAt = played }
    }

    /// Played seconds since a remembered moment; infinite if it never happened.
    package func since(_ moment: Double?) -> Double { moment.map { played - $0 } ?? .infinity }

    private mutating func enter(_ new: SceneKind, at instant: ContinuousClock.Instant) {
        if scene.map({ ControlLayer(scene: $0) }) != ControlLayer(scene: new) {
            layerSince = played
            layerSinceInstant = instant
            stepsInLayer = 0
        }
        scene = new
    }

}
