import Record

/// Tabular Q-learning over what was seen, as an adviser. Two hours of play teach such a table little; it therefore
/// speaks only where it has tried enough and sees a clear margin, and it reports how its advice turned out.
package struct Learner: Sendable {
    /// What an action brought: where it was taken, who decided it, and what came of it.
    package struct Lesson: Sendable {
        package var before: LearnerState
        package var action: ActionKind
        package var source: DecisionSource
        package var reward: Double
        package var after: LearnerState
    }

    /// Visits that both the advised action and the usual one need.
    static let visitsNeeded = 20
    /// Expected gain that advice needs, in units of reward.
    static let margin = 0.02
    private static let rate = 0.15
    private static let discount = 0.9
    /// Samples on each side before an uplift is stated.
    static let samplesNeeded = 20

    private struct Cell: Codable {
        var value = 0.0
        var visits = 0
    }
    private struct Comparison: Codable {
        var advised = Mean()
        var usual = Mean()
    }
    private struct Mean: Codable {
        var count = 0
        var sum = 0.0
        var value: Double { sum / Double(count) }
        mutating func add(_ value: Double) {
            count += 1
            sum += value
        }
    }
    private var table: [LearnerState: [ActionKind: Cell]] = [:]
    private var comparisons: [LearnerState: Comparison] = [:]
    private var experiences = 0
    private var totalReward = 0.0
    private var advised = 0

    package mutating func learn(_ lesson: Lesson) {
        let future = table[lesson.after]?.values.map(\.value).max() ?? 0
        var cell = table[lesson.before]?[lesson.action] ?? Cell()
        cell.value += Self.rate * (lesson.reward + Self.discount * future - cell.value)
        cell.visits += 1
        table[lesson.before, default: [:]][lesson.action] = cell
        experiences += 1
        totalReward += lesson.reward
        if lesson.source == .learned {
            advised += 1
            comparisons[lesson.before, default: Comparison()].advised.add(lesson.reward)
        } else if lesson.source == .heuristic {
            comparisons[lesson.before, default: Comparison()].usual.add(lesson.reward)
        }
    }

    /// A better action than the usual one in this state, if experience is sure of it.
    package func advice(in state: LearnerState, insteadOf usual: ActionKind) -> (action: ActionKind, visits: Int)? {
        guard let row = table[state], let known = row[usual], known.visits >= Self.visitsNeeded else { return nil }
        // In the order of the declaration, so that equal values always give the same advice.
        let best = ActionKind.allCases
            .compactMap { action in row[action].map { (action: action, cell: $0) } }
            .filter { $0.cell.visits >= Self.visitsNeeded && $0.action != usual }
            .max { $0.cell.value < $1.cell.value }
        guard let best, best.cell.value > known.value + Self.margin else { return nil }
        return (best.action, best.cell.visits)
    }

    package var summary: LearnerSummary {
        LearnerSummary(
            experiences: experiences, states: table.count,
            averageReward: experiences == 0 ? 0 : totalReward / Double(experiences), advised: advised, uplift: uplift)
    }

    /// Mean reward of advised decisions over the heuristic's in the same states; `nil` before there are enough.
    private var uplift: Double? {
        let both = comparisons.values.filter { $0.advised.count > 0 && $0.usual.count > 0 }
        let samples = both.reduce(0) { $0 + $1.advised.count }
        guard samples >= Self.samplesNeeded, both.reduce(0, { $0 + $1.usual.count }) >= Self.samplesNeeded else {
            return nil
        }
        let gain = both.reduce(0.0) { $0 + Double($1.advised.count) * ($1.advised.value - $1.usual.value) }
        return gain / Double(samples)
    }
}

/// As it is kept from one session to the next.
extension Learner: Codable {
    /// More states than any game has shown; of more, the most visited are kept.
    static let statesKept = 2000
    /// What no session reaches: a larger figure was not counted but damaged.
    private static let most = 1e12

    private struct Row: Codable {
        var state: LearnerState
        /// By the names of actions.
        var actions: [String: Cell]
        var comparison: Comparison?

        var visits: Int { actions.values.reduce(0) { $0 + $1.visits } }
    }

    private enum CodingKeys: String, CodingKey { case experiences, totalReward, advised, rows }

    package func encode(to encoder: any Encoder) throws {
        let rows = table.map { state, cells in
            let named = cells.map { ($0.key.rawValue, $0.value) }
            return Row(
                state: state, actions: Dictionary(uniqueKeysWithValues: named), comparison: comparisons[state])
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(experiences, forKey: .experiences)
        try container.encode(totalReward, forKey: .totalReward)
        try container.encode(advised, forKey: .advised)
        let kept = rows.count <= Self.statesKept
            ? rows : Array(rows.sorted { $0.visits > $1.visits }.prefix(Self.statesKept))
        try container.encode(kept, forKey: .rows)
    }

    /// - Throws: what is wrong, also where a figure cannot have been counted: the learner goes on counting from it.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func check(_ isFine: Bool, _ what: String) throws {
            guard !isFine else { return }
            throw DecodingError.dataCorruptedError(forKey: .rows, in: container, debugDescription: what + " cannot be")
        }
        func counted(_ count: Int) -> Bool { count >= 0 && Double(count) < Self.most }
        func measured(_ value: Double) -> Bool { abs(value) < Self.most }
        experiences = try container.decode(Int.self, forKey: .experiences)
        totalReward = try container.decode(Double.self, forKey: .totalReward)
        advised = try container.decode(Int.self, forKey: .advised)
        try check(counted(experiences) && measured(totalReward), "the sum of experiences")
        try check(counted(advised) && advised <= experiences, "the number of advised decisions")
        for row in try container.decode([Row].self, forKey: .rows) {
            for (name, cell) in row.actions {
                let action = ActionKind(rawValue: name)
                try check(action != nil, "an action of that name")
                try check(counted(cell.visits) && measured(cell.value), "the experience of \(name)")
                if let action { table[row.state, default: [:]][action] = cell }
            }
            if let comparison = row.comparison {
                for mean in [comparison.advised, comparison.usual] {
                    try check(counted(mean.count) && measured(mean.sum), "a mean reward")
                }
                comparisons[row.state] = comparison
            }
        }
    }
}
