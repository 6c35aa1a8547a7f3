import Vision

/// Speaks about an observation from one perspective, in two to five sentences.
///
/// Every sentence states what was read or what has changed since the picture before. Mood may vary, facts may not: what
/// was not read is not mentioned or said to be unknown.
package struct Commentary {
    let seen: Observation
    var now: Reading { seen.now }

    private static let fewest = 2
    private static let most = 5

    package init(_ observation: Observation) { seen = observation }

    package func text(_ perspective: Perspective, wording: inout Wording) -> String {
        var sentences = sentences(perspective, &wording).compactMap { $0 }
        if sentences.count < Self.fewest { sentences.append(vitals(&wording)) }
        return sentences.prefix(Self.most).joined(separator: " ")
    }

    // MARK: What several perspectives say

    /// Where the picture was taken, and whether that is new or uncertain.
    func scene(_ say: inout Wording) -> String {
        let name = Self.name(of: now.scene)
        if seen.isUncertain {
            return say.choose("uncertain",
                "I cannot tell the surroundings from this picture; \(name) was the last I was sure of.",
                "This picture holds little evidence, but it may still be \(name).",
                "Probably still \(name), but I am only \(percent(now.confidence * 100)) sure.")
        }
        if let left = seen.leftScene {
            let old = Self.name(of: left)
            return say.choose("changed",
                "The scene has changed from \(old) to \(name).",
                "No longer \(old): this is \(name) now.",
                "A moment ago it was \(old), now it is \(name).")
        }
        return say.choose("same",
            "This is \(name).", "The picture shows \(name).",
            seen.before == nil ? "What I see is \(name)." : "It is still \(name).")
    }

    /// The three bars, as far as they can be read.
    func vitals(_ say: inout Wording) -> String {
        let bars = [("health", now.health), ("magicka", now.magicka), ("stamina", now.stamina)]
        let read = bars.compactMap { name, value in value.map { "\(name) \(percent($0))" } }
        guard !read.isEmpty else {
            return say.choose("no bars",
                "No bar can be read on this screen, so the player's state is unknown.",
                "Health, magicka and stamina are not visible here.")
        }
        if bars.allSatisfy({ ($0.1 ?? 0) > 97 }) {
            return say.choose("full", "All three bars are full.", "Health, magicka and stamina are full.",
                "The player is unhurt and rested.")
        }
        let list = read.joined(separator: ", ")
        return say.choose("bars", "\(list.capitalisedFirst).", "The bars read \(list).", "That leaves \(list).")
    }

    /// A change of health that matters.
    func healthChange(_ say: inout Wording) -> String? {
        guard let health = now.health, let change = seen.change(of: \.health), abs(change) >= 4 else { return nil }
        let earlier = percent(health - change)
        if change < 0 {
            return say.choose("hurt",
                "Health has dropped from \(earlier) to \(percent(health)).",
                "That cost \(Int((-change).rounded())) points of health; \(percent(health)) is left.",
                "The player is taking damage: \(earlier) before, \(percent(health)) now.")
        }
        return say.choose("healed",
            "Health is recovering, from \(earlier) to \(percent(health)).",
            "Health is up to \(percent(health)).",
            "Some \(Int(change.rounded())) points of health have come back.")
    }

    /// Hostile marks, and what has become of them.
    func threat(_ say: inout Wording) -> String? {
        guard !now.scene.isMenu else { return nil }
        let gained = seen.enemiesGained ?? 0
        guard now.enemies > 0 else {
            guard gained < 0 else { return nil }
            return say.choose("cleared",
                "The compass is clear again: no hostile mark is left.",
                "Where \(Self.enemies(-gained)) stood on the compass, nothing red remains.",
                "The red marks are gone.")
        }
        let marks = Self.enemies(now.enemies)
        let place = now.enemyBearing.map(direction) ?? "at an unknown bearing"
        if seen.before != nil, gained == now.enemies {
            return say.choose("appeared",
                "\(marks.capitalisedFirst) just appeared, \(place).",
                "New danger: \(marks), \(place).",
                "The compass shows \(marks) that \(now.enemies == 1 ? "was" : "were") not there before, \(place).")
        }
        if gained != 0 {
            return say.choose("recount",
                "\(gained > 0 ? "More" : "Fewer") of them now: \(marks), \(place).",
                "The count is \(gained > 0 ? "up" : "down") to \(marks), \(place).")
        }
        return say.choose("threat",
            "\(marks.capitalisedFirst), \(place).",
            "The compass shows \(marks), \(place).",
            "Still dangerous: \(marks), \(place).")
    }

    /// The enemy in the crosshair.
    func target(_ say: inout Wording) -> String? {
        guard let health = now.targetHealth else { return nil }
        if let change = seen.change(of: \.targetHealth), change <= -4 {
            return say.choose("target hit",
                "The one in the crosshair is down to \(percent(health)).",
                "Blows are landing: the target has \(percent(health)) left.",
                "The target lost \(Int((-change).rounded())) points and stands at \(percent(health)).")
        }
        return say.choose("target",
            "The target in the crosshair has \(percent(health)) of its health.",
            "In the crosshair: an enemy at \(percent(health)).")
    }

    func stealth(_ say: inout Wording) -> String? {
        guard now.sneaking else { return nil }
        return switch now.detection {
        case ..<0.1: say.choose("unseen", "The player sneaks, unnoticed so far.", "Sneaking, and the eye is closed.")
        case ..<0.7: say.choose("half seen", "The player sneaks, but somebody grows suspicious.",
            "The eye is opening: sneaking may not last.")
        default: say.choose("seen", "The player sneaks and has been seen all the same.",
            "Crouched, yet fully detected.")
        }
    }

    /// Text on screen.
    func message(_ say: inout Wording) -> String? {
        guard let toast = seen.freshToast else { return nil }
        return say.choose("toast", "A message reads \"\(toast)\".", "On screen: \"\(toast)\".",
            "The words \"\(toast)\" have come up.")
    }

    static func enemies(_ number: Int) -> String { count(number, "hostile mark", "hostile marks") }

    static func name(of scene: SceneKind) -> String {
        switch scene {
        case .wilderness: "open country"
        case .city: "a town"
        case .building: "the inside of a house"
        case .dungeon: "a dungeon"
        case .combat: "a fight"
        case .dialogue: "a conversation"
        case .inventory: "the inventory page"
        case .map: "the map page"
        case .menu: "a menu"
        }
    }
}
