import Synchronization

/// The agent at play: perceives, decides, acts, verifies and learns until it is cancelled. One set of stages, run by
/// one of two schedulers.
package final class Gameplay: Sendable {
    private let stages: Stages
    private let mode: Settings.Mode

    package init(_ dependencies: GameplayDependencies) {
        stages = Stages(dependencies)
        mode = dependencies.mode
    }

    /// Opens and closes the way to the keys.
    package var gate: RunGate { stages.gate }

    /// The newest reading; `nil` before the first.
    package var reading: Reading? { stages.reading }

    /// Plays until the task is cancelled, and returns then; throws what a loop could not go on from. However it ends,
    /// no key is held afterwards.
    package func run() async throws {
        switch mode {
        case .parallel: try await ParallelScheduler(stages).run()
        case .sequential: try await SequentialScheduler(stages).run()
        }
    }

    /// Gives the agent a model's intent, in place of the one before; `nil` takes it away.
    package func setIntent(_ intent: Intent?) { stages.setIntent(intent) }

    /// Turns dry-run on or off from the next action on.
    package func setDryRun(_ on: Bool) { stages.setDryRun(on) }
}
