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

    private struct Cell {
        var value = 0.0
        var visits = 0
    }
    private struct Comparison {
        var advised = Mean()
        var usual = Mean()
    }
    private struct Mean {
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
