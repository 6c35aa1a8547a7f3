import Vision

/// What a reading calls for, most urgent first. Each piece of advice names what in the picture decided it.
package struct IntentAdvice: Sendable, Equatable {
    package let kind: Intent.Kind
    package let reason: String

    /// Never empty: exploring is always possible.
    package static func ranked(for observation: Observation) -> [IntentAdvice] {
        let now = observation.now
        var advice: [IntentAdvice] = []
        func add(_ kind: Intent.Kind, _ reason: String) { advice.append(.init(kind: kind, reason: reason)) }

        if now.scene.isMenu { add(.closeMenu, "The \(now.scene.rawValue) page covers the world.") }
        if now.scene == .dialogue { add(.talk, "A conversation is open.") }
        let health = now.health
        if let health, health < 30, now.enemies > 0, !canHeal(observation) {
            add(.retreat, "Health is \(percent(health)) with \(count(now.enemies, "enemy", "enemies")) near.")
        }
        if let health, health < (now.enemies > 0 ? 40 : 60), !now.scene.isMenu, canHeal(observation) {
            add(.heal, "Health is \(percent(health)).")
        }
        if now.enemies >= 3, let health, health < 55 {
            let many = count(now.enemies, "enemy", "enemies").capitalisedFirst
            add(.retreat, "\(many) against \(percent(health)) health.")
        }
        if now.enemies > 0 {
            let place = now.enemyBearing.map { ", " + direction($0) } ?? ""
            add(.engageEnemy, "\(count(now.enemies, "hostile mark", "hostile marks").capitalisedFirst)\(place).")
        }
        if now.prompt, now.scene != .dialogue { add(.talk, "Somebody to talk to is in the crosshair.") }
        if let inn = now.innBearing {
            if now.isNight { add(.seekShelter, "It is night and a bed is marked \(direction(inn)).") }
            let known = observation.belongings
            if let gold = known.gold, gold >= 20, let potions = known.potions, potions < 2 {
                add(.trade, "Few potions, \(gold) gold when last counted, and a seller is marked \(direction(inn)).")
            }
        }
        if let rumour = now.rumourBearing {
            add(.followRumour, "A place only heard of is marked \(direction(rumour)).")
        }
        if now.blocked {
            add(.explore, "The way ahead is blocked; another direction may be open.")
        } else {
            add(.explore, "Nothing in the picture calls for anything else.")
        }
        return advice
    }

    /// With magicka not visible and potions never counted there is no reason to rule healing out.
    private static func canHeal(_ observation: Observation) -> Bool {
        if let potions = observation.belongings.potions, potions > 0 { return true }
        return (observation.now.magicka ?? 100) >= 20
    }
}

/// A compass bearing in words; negative is left.
func direction(_ bearing: Double) -> String {
    let side = bearing < 0 ? "left" : "right"
    return switch abs(bearing) {
    case ..<8: "dead ahead"
    case ..<30: "a little to the \(side)"
    case ..<65: "to the \(side)"
    case ..<86: "far to the \(side)"
    default: "at the \(side) edge of the compass"
    }
}

func percent(_ value: Double) -> String { "\(Int(value.rounded()))%" }

/// `one wolf`, `two wolves`, `7 wolves`.
func count(_ number: Int, _ one: String, _ many: String) -> String {
    let words = ["no", "one", "two", "three", "four", "five", "six"]
    let word = words.indices.contains(number) ? words[number] : "\(number)"
    return "\(word) \(number == 1 ? one : many)"
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
