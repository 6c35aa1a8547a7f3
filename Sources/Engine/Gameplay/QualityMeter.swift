import Record
import Vision

/// How well the game goes, from what was seen only. A term that was never observed is left out, the other weights are
/// scaled up, and the share that was observed is stated along with the value.
package struct QualityMeter: Sendable {
    /// What counts as everything there is to reach, in the embedded world.
    private enum Whole {
        static let levels = 6.0
        static let kills = 12.0
        static let gold = 150.0
        static let potions = 5.0
        static let places = 8.0
        static let people = 5.0
        static let actions = 14.0
    }

    private var health: Double?
    private var isHunted = false
    private var level: Int?
    private var gold: Int?
    private var potions: Int?
    private var places: [String] = []
    private var people: Set<String> = []
    private var strangers = 0
    private var kills = 0
    private var deaths = 0
    private var hits = 0
    private var actions: Set<ActionKind> = []
    private var firsts: Set<String> = []

    /// Takes in a reading, and the toast if it shows a new one.
    package mutating func observe(_ reading: Reading, toast: ToastLine?) {
        if let value = reading.health { health = value }
        isHunted = reading.enemies > 0
        if let value = reading.level { level = max(value, level ?? value) }
        if let value = reading.gold { gold = value }
        if let value = reading.potions { potions = value }
        if let name = reading.speaker { people.insert(name) }
        if let toast { note(toast) }
    }

    /// A conversation began. Whoever is named in its first picture is known by name; an unnamed one may be anybody, so
    /// that all unnamed together count as one person.
    package mutating func met(_ name: String?) { if name == nil { strangers = 1 } }

    private var peopleMet: Int { people.isEmpty ? strangers : people.count }

    /// An action was played; hits are strikes whose effect was seen.
    package mutating func played(_ action: ActionKind) { actions.insert(action) }
    package mutating func hit() { hits += 1 }

    package var report: QualityReport {
        let (value, coverage) = Self.weigh(terms)
        return QualityReport(
            value: value, coverage: coverage, places: places, peopleMet: peopleMet, kills: kills, deaths: deaths,
            level: level, achievements: firsts.count)
    }

    private mutating func note(_ toast: ToastLine) {
        switch toast {
        case .place(let name):
            if !places.contains(name) { places.append(name) }
            firsts.insert("place \(name)")
        case .slain(let kind):
            kills += 1
            firsts.insert("slain \(kind)")
        case .level(let new):
            level = max(new, level ?? new)
            firsts.insert("level \(new)")
        case .marked: firsts.insert("rumour")
        case .bought: firsts.insert("trade")
        case .died: deaths += 1
        case .other: break
        }
    }

    /// The terms of the five dimensions with their weights; `nil` where nothing was observed.
    private var terms: [(weight: Double, value: Double?)] {
        let levelShare = level.map { min(1, Double($0 - 1) / Whole.levels) }
        let goldShare = gold.map { min(1, Double($0) / Whole.gold) }
        let potionShare = potions.map { min(1, Double($0) / Whole.potions) }
        return [
            // Survival
            (0.30, health.map { min(1, $0 / 100) * (isHunted ? 0.7 : 1) }),
            // Progression: level, kills, quests - of which no frame tells
            (0.25 * 0.4, levelShare), (0.25 * 0.3, min(1, Double(kills) / Whole.kills)), (0.25 * 0.3, nil),
            // Resources
            (0.15 * 0.5, goldShare), (0.15 * 0.5, potionShare),
            // Knowledge
            (0.15 * 0.5, min(1, Double(places.count) / Whole.places)),
            (0.15 * 0.3, min(1, Double(peopleMet) / Whole.people)),
            (0.15 * 0.2, min(1, Double(actions.count) / Whole.actions)),
            // Effectiveness: fights, stealth - of which no frame tells - and hits
            (0.15 * 0.5, Self.laplace(kills, deaths)), (0.15 * 0.25, nil), (0.15 * 0.25, Self.laplace(hits, deaths)),
        ]
    }

    /// Success rate of few tries, drawn towards one half.
    private static func laplace(_ won: Int, _ lost: Int) -> Double { Double(won + 1) / Double(won + lost + 2) }

    private static func weigh(_ terms: [(weight: Double, value: Double?)]) -> (value: Double, coverage: Double) {
        var sum = 0.0
        var weight = 0.0
        for term in terms {
            guard let value = term.value else { continue }
            sum += term.weight * value
            weight += term.weight
        }
        return (weight == 0 ? 0 : sum / weight, weight)
    }
}
