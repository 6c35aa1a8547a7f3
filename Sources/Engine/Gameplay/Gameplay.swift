import Record
import Vision

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

    /// Pauses, or goes on - from pause, step and hold alike - with what is seen from then on.
    package func togglePause() {
        stages.startAfresh()
        gate.togglePause()
    }

    /// Hands the keys to a person, or back to the agent, which waits for a frame that the person's keys led to.
    package func takeOver(_ on: Bool) {
        if !on { stages.startAfresh() }
        gate.takeOver(on)
    }

    /// Plays until the task is cancelled, and returns then; throws what a loop could not go on from. However it ends,
    /// no key is held afterwards.
    package func run() async throws {
        switch mode {
        case .parallel: try await ParallelScheduler(stages: stages).run()
        case .sequential: try await SequentialScheduler(stages: stages).run()
        }
    }

    /// Gives the agent a model's intent, in place of the one before; `nil` takes it away.
    package func setIntent(_ intent: Intent?) { stages.setIntent(intent) }

    /// Turns dry-run on or off from the next action on.
    package func setDryRun(_ on: Bool) { stages.setDryRun(on) }
}
