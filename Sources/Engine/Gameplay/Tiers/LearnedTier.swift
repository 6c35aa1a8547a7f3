import Record

/// Advice from experience: replaces what the heuristic would do where another action has proved better in the same
/// state, often enough and by enough. Seldom speaks, and is right to.
package struct LearnedTier: Sendable {

    package func propose(_ situation: Situation, insteadOf usual: Proposal, learner: Learner) -> Proposal? {
        let state = LearnerState(situation.reading)
        guard let advice = learner.advice(in: state, insteadOf: usual.action) else { return nil }
        return Proposal(
            advice.action, usual.priority,
            "better than \(usual.action.rawValue) here in \(advice.visits) tries")
    }
}
