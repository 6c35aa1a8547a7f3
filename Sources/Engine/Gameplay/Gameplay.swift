import Basics
import Record
import Vision

/// The agent at play: perceives, decides, acts, verifies and learns until it is cancelled. One set of stages, called by
/// the loops of one of two schedulers, which are started again when they fail.
package final class Gameplay: Sendable {
    private let stages: Stages
    private let supervisor: Supervisor

    package init(_ dependencies: GameplayDependencies) {
        let stages = Stages(dependencies)
        self.stages = stages
        let loops =
            switch dependencies.mode {
            case _ where dependencies.isWatched: WatchingScheduler(stages: stages).loops
            case .parallel: ParallelScheduler(stages: stages).loops
            case .sequential: SequentialScheduler(stages: stages).loops
            }
        supervisor = Supervisor(loops, hub: dependencies.hub) { await stages.hold() }
    }

    /// Opens and closes the way to the keys.
    package var gate: RunGate { stages.gate }

    /// Pauses, or goes on - from pause, step and hold alike - with what is seen from then on.
    package func togglePause() {
        stages.startAfresh()
        gate.togglePause()
    }

    /// Goes on with what is seen from then on.
    package func resume() {
        stages.startAfresh()
        gate.resume()
    }

    /// Hands the keys to a person, or back to the agent, which waits for a frame that the person's keys led to.
    package func takeOver(_ on: Bool) {
        if !on { stages.startAfresh() }
        gate.takeOver(on)
    }

    /// Plays until the task is cancelled, with its loops on `executor`, and itself elsewhere (see ``Supervisor``). No
    /// key is held afterwards. A loop that cannot be made to work holds the agent's input, and ends nothing.
    package func run(on executor: LoopExecutor? = nil) async {
        await withTaskGroup(of: Void.self) { [stages, supervisor] group in
            group.addTask { await stages.followGate(supervisor) }
            group.addTask { await supervisor.run(on: executor) }
            if let pilot = stages.pilot { group.addTask { await pilot.recognise() } }
        }
        await stages.finish(supervisor.names)
    }

    /// Presses no key any more until a person gives the input back: something the agent needs does not work.
    package func hold() async { await stages.hold() }

    /// Starts loops that were given up once more.
    package func revive() { supervisor.revive() }

    /// What was learnt so far.
    package var learner: Learner { stages.learner }

    /// Gives the agent a model's intent, in place of the one before; `nil` takes it away.
    package func setIntent(_ intent: Intent?) { stages.setIntent(intent) }

    /// Turns dry-run on or off from the next action on.
    package func setDryRun(_ on: Bool) { stages.setDryRun(on) }
}
