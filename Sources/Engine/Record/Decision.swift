import Vision

/// Who decided. In the order they are asked; `learned` advises between the model and the heuristic.
package enum DecisionSource: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case reflex, rule, stuck, model, learned, heuristic
    /// The person at the keyboard.
    case operatorInput = "operator"
}

/// How much a decision matters. The arbiter lets a higher one interrupt a lower one, never the reverse.
package enum Priority: Int, Sendable, Codable, CaseIterable, Comparable {
    case low = 1, normal, high, critical
    package static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }
}

/// An action proposed, with who proposed it, why, and the frame it was based on.
package struct Decision: Recorded, Identifiable {
    /// Counts up by one over a session.
    package internal(set) var id = 0
    package internal(set) var action = ActionKind.wait
    package internal(set) var source = DecisionSource.operatorInput
    package internal(set) var priority = Priority.normal
    /// One line for the person who watches.
    package internal(set) var reason = ""
    /// The frame behind the decision.
    package internal(set) var frame: UInt64 = 0
    /// The scene of that frame: the arbiter refuses a decision whose scene is gone.
    package internal(set) var scene = SceneKind.wilderness

    package init() {}

    package init(
        id: Int, action: ActionKind, source: DecisionSource, priority: Priority, reason: String, frame: UInt64,
        scene: SceneKind
    ) {
        (self.id, self.action, self.source, self.priority) = (id, action, source, priority)
        (self.reason, self.frame, self.scene) = (reason, frame, scene)
    }
}

/// Why the arbiter refused a decision.
package enum Refusal: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case stale, sceneChanged, menuOpen, healthCritical, healthLow, menuInCombat, repeated, busy
    case paused, operatorDrives, inputStopped, unknownAction
}

/// What became of a decision.
package enum ActionFate: Sendable, Codable, Equatable {
    /// Keys were pressed and released.
    case executed
    /// The same time was taken, but no key was sent.
    case dryRun
    case refused(Refusal)
    /// A decision of higher priority took over; keys were released.
    case interrupted
    case failed(String)
}

/// An action that is over.
package struct ActionOutcome: Sendable, Codable, Equatable {
    package internal(set) var decision: Decision
    package let fate: ActionFate
    /// Age, when the first key went down, of the frame the decision was based on. Seconds; `nil` when refused.
    package let frameAge: Double?
    /// From the first key to the last release, seconds.
    package let duration: Double

    package init(decision: Decision, fate: ActionFate, frameAge: Double?, duration: Double) {
        (self.decision, self.fate, self.frameAge, self.duration) = (decision, fate, frameAge, duration)
    }
}

/// Whether the expected effect of an action was seen in a later frame.
package enum Verdict: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case verified, noEffect, unverifiable
}
