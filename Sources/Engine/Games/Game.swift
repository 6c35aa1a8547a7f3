import Basics
import Vision

/// What is played: gives pictures, takes keys. The embedded world, a desktop window and a video all look like this.
///
/// Time inside a game may differ from the clock on the wall: a realtime game runs by itself (perhaps faster than
/// life), a lock-step game moves only while somebody waits in ``pass(_:)``. Callers hold keys by game time and never
/// need to know which of the two it is.
package protocol Game: Sendable {
    /// A short name for the header, such as `embedded world, seed 7`.
    var title: String { get }

    /// The kind of game: what was learnt in one holds in all others of its kind, whatever they are called.
    var kind: String { get }

    /// There is nothing to press, as in a video: the agent looks on and decides nothing.
    var isWatched: Bool { get }

    /// The picture of this moment. The sequence number is that of the previous picture if nothing has changed.
    func capture() async throws -> Frame

    /// The next picture; the same once more when nothing has changed by then, `nil` when there is none of that moment.
    func picture(after frame: Frame, by deadline: ContinuousClock.Instant) async throws -> Frame?

    /// Sends one input. Throws when the game cannot take it (closed, window lost).
    func send(_ input: GameInput) async throws

    /// Returns after `gameTime` has passed inside the game. Does not return while the game is paused.
    /// Throws `CancellationError` when the task is cancelled.
    func pass(_ gameTime: Duration) async throws

    /// Stops or restarts game time, where the game allows it (a desktop game may not).
    func setPaused(_ paused: Bool) async

    /// How many times faster than life the game runs. Throws ``GameError/ownPace(title:)`` where that is its own.
    func setSpeed(_ speed: Double) throws

    /// Why the agent must not act at the moment, now and whenever that changes; `nil` while it may. Ends with the game.
    func obstacles() -> AsyncStream<String?>

    /// Returns when the game has come to its end by itself, which most never do. Throws why it cannot go on, and
    /// `CancellationError` when the task is cancelled.
    func untilOver() async throws

    /// Keeps a realtime game running; returns when the task is cancelled or the game is closed. A lock-step game
    /// waits here and does nothing.
    func run() async throws

    /// Ends the game. Every held key is released first. Idempotent.
    func close() async
}

extension Game {
    package var kind: String { title }

    package var isWatched: Bool { false }

    package func picture(after frame: Frame, by deadline: ContinuousClock.Instant) async throws -> Frame? {
        try await capture()
    }

    package func setSpeed(_ speed: Double) throws { throw GameError.ownPace(title: title) }

    package func obstacles() -> AsyncStream<String?> { AsyncStream { $0.finish() } }

    package func untilOver() async throws {
        await Wakeup().wait()
        throw CancellationError()
    }
}
