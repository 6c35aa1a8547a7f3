import Games
import Record
import Vision

/// What gameplay is wired to. Everything it needs of the world comes in here.
package struct GameplayDependencies: Sendable {
    package var game: any Game
    package var hub: EventHub
    package var keys: KeyTable
    /// Reads one frame. Called for one frame at a time.
    package var perceive: @Sendable (Frame) async throws -> Reading
    /// Plays by pictures, where the game is one whose pictures are understood.
    package var pilot: Pilot?
    package var gate = RunGate()
    package var seed: UInt64 = 1
    package var mode = Settings.Mode.parallel
    /// The game moves only while an action is played: nothing sleeps then, and nothing looks twice at one picture.
    package var isLockStep = false
    package var dryRun = false
    /// There is nothing to press: frames are looked at, and nothing is decided.
    package var isWatched = false
    /// A fault on purpose, inside a loop.
    package var fault: FaultOnPurpose?
    /// What earlier sessions learnt.
    package var learner = Learner()
    /// Time between two looks at the game in parallel mode, at the least.
    package var perceptionInterval = Duration.milliseconds(100)
    /// Given every new frame and every reading; must only hand them on.
    package var onFrame: @Sendable (Frame) -> Void = { _ in }
    package var onReading: @Sendable (Reading) -> Void = { _ in }
}
