import Desktop
import Engine

extension Settings.GameChoice {
    /// The same game, after a look at a video: what is wrong with it is said before the terminal is taken.
    /// - Throws: `VideoError` or `DesktopError`, which say what to do.
    func lookedAt() throws -> Settings.GameChoice {
        guard case .video(let plan) = self else { return self }
        return .video(
            try blockOn {
                var plan = plan
                plan.facts = try await VideoFacts.of(plan.source, environment: plan.environment)
                return plan
            })
    }
}
