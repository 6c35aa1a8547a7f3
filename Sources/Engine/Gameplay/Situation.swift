import Basics
import Record
import Vision

/// Everything a tier may look at when it proposes an action.
package struct Situation: Sendable {
    package var perception: Perception
    package var memory = Memory()
    package var now: ContinuousClock.Instant
    /// What a model wants at the moment, if that is still alive.
    package var intent: Intent?
    /// The action being played; only a proposal that may interrupt it is of use.
    package var running: Decision?
    /// The action that would be refused as repeated.
    package var exhausted: ActionKind?
    package var isStuck = false
    /// How many recoveries were tried in the present stuck episode.
    package var stuckAttempt = 0

    package var reading: Reading { perception.reading }
    package var layer: ControlLayer { perception.layer }
    /// Free to walk about: no enemy, no menu, nobody talking.
    package var isAtLarge: Bool { layer == .exploration || layer == .stealth }

    /// Seconds since the present layer was entered: played or by the clock, whichever is longer.
    package var timeInLayer: Double {
        let byClock = memory.layerSinceInstant.map { $0.duration(to: now).seconds } ?? 0
        return max(memory.played - memory.layerSince, byClock)
    }
}

/// An action somebody would like to see done.
package struct Proposal: Sendable, Equatable {
    package var action: ActionKind
    package var priority: Priority
    /// One line for the person who watches.
    package var reason: String

    package init(_ action: ActionKind, _ priority: Priority, _ reason: String) {
        self.action = action
        self.priority = priority
        self.reason = reason
    }

    /// A proposal of normal priority.
    package init(_ action: ActionKind, _ reason: String) { self.init(action, .normal, reason) }
}

/// One of the places a decision can come from. A tier that has nothing to say leaves it to the next.
package protocol Tier: Sendable {
    mutating func propose(_ situation: Situation) -> Proposal?
}

/// Turning towards and away from things. One turn is 27 degrees, so aiming closer than half of that would swing back
/// and forth.
enum Steering {
    static let aim = 14.0

    /// The turn that brings a bearing nearer to the crosshair; `nil` if it is in it.
    static func turn(towards bearing: Double) -> ActionKind? {
        abs(bearing) <= aim ? nil : bearing < 0 ? .turnLeft : .turnRight
    }

    static func turn(awayFrom bearing: Double) -> ActionKind { bearing < 0 ? .turnRight : .turnLeft }

    static func side(_ bearing: Double) -> String { bearing < 0 ? "left" : "right" }
}
