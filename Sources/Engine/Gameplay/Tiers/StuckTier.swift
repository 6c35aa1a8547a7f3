import Basics
import Record

/// Ways out of a corner. Each attempt is a short series - turn, then walk - and is judged by the walk; later attempts
/// turn further and back off first.
package struct StuckTier: Tier {
    private var random: SeededGenerator
    private var attempt = 0
    private var plan: [ActionKind] = []

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    package mutating func propose(_ situation: Situation) -> Proposal? {
        guard situation.isStuck else {
            attempt = 0
            plan = []
            return nil
        }
        guard situation.isAtLarge else { return nil }
        if situation.stuckAttempt + 1 != attempt || plan.isEmpty {
            attempt = situation.stuckAttempt + 1
            plan = series(attempt)
        }
        if plan.first == situation.exhausted { plan.removeFirst() }
        return plan.first.map { Proposal($0, "does not get on: way out \(attempt)") }
    }

    /// An action of this tier was played: its series moves on.
    package mutating func played(_ action: ActionKind) {
        if plan.first == action { plan.removeFirst() }
    }

    private mutating func series(_ attempt: Int) -> [ActionKind] {
        let turn: ActionKind = random.chance(0.5) ? .turnLeft : .turnRight
        let turns = min(4, 1 + attempt)
        let backOff: [ActionKind] = attempt > 2 ? [.moveBackward] : []
        return backOff + Array(repeating: turn, count: turns) + [.moveForward]
    }
}
