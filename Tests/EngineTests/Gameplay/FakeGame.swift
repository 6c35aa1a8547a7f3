import Engine
import Synchronization

@testable import Basics
@testable import Games
@testable import Vision

/// A game that records what it is given. Time in it passes at once, or blocks until the test lets it.
final class FakeGame: Game {
    struct Fault: Error {}

    private struct State {
        var sequence: UInt64 = 0
        var inputs: [GameInput] = []
        var held: [GameKey] = []
        var passed = Duration.zero
        var pauses: [Bool] = []
        var captureFaults = 0
        var pressFaults = 0
        var waits = 0
        var capturedAt: ContinuousClock.Instant?
    }
    private let state: Mutex<State>
    private let clock: any EngineClock
    /// `nil` when time passes at once.
    private let lock: NewestSlot<Void>?
    /// One element for each time that somebody began to wait for game time.
    let waits: AsyncStream<Void>
    private let waitsContinuation: AsyncStream<Void>.Continuation
    private let told = AsyncStream.makeStream(of: String?.self)

    /// The first wait for game time ends with this and with nothing else, not even when it is cancelled.
    private let deaf: FirstValue<Void>?

    init(
        clock: any EngineClock, blocking: Bool = false, captureFaults: Int = 0, pressFaults: Int = 0,
        deaf: FirstValue<Void>? = nil
    ) {
        self.clock = clock
        self.deaf = deaf
        lock = blocking ? NewestSlot() : nil
        var state = State()
        state.captureFaults = captureFaults
        state.pressFaults = pressFaults
        self.state = Mutex(state)
        (waits, waitsContinuation) = AsyncStream.makeStream(of: Void.self)
    }

    var title: String { "fake" }
    var inputs: [GameInput] { state.withLock { $0.inputs } }
    var held: [GameKey] { state.withLock { $0.held } }
    var passed: Duration { state.withLock { $0.passed } }
    var pauses: [Bool] { state.withLock { $0.pauses } }

    func capture() async throws -> Frame {
        let (sequence, instant, passed) = try state.withLock { state in
            if state.captureFaults > 0 {
                state.captureFaults -= 1
                throw Fault()
            }
            state.sequence += 1
            return (state.sequence, state.capturedAt, state.passed)
        }
        return Frame(
            width: 1, height: 1, rgb: [0, 0, 0], sequence: sequence, capturedAt: instant ?? clock.now,
            gameTime: passed)
    }

    /// From now on every picture is one of that moment; `nil` for the present.
    func setPictures(from instant: ContinuousClock.Instant?) { state.withLock { $0.capturedAt = instant } }

    func send(_ input: GameInput) async throws {
        try state.withLock { state in
            state.inputs.append(input)
            switch input {
            case .press(let key):
                if state.pressFaults > 0 {
                    state.pressFaults -= 1
                    throw Fault()
                }
                state.held.append(key)
            case .release(let key): state.held.removeAll { $0 == key }
            case .releaseAll: state.held = []
            case .look: break
            }
        }
    }

    func pass(_ gameTime: Duration) async throws {
        try Task.checkCancellation()
        waitsContinuation.yield()
        try await lock?.take()
        let isFirst = state.withLock { state in
            defer { state.waits += 1 }
            return state.waits == 0
        }
        if isFirst { await deaf?.value }
        state.withLock { $0.passed += gameTime }
        // Time that passes at once must not starve the other tasks of a test.
        await Task.yield()
    }

    /// Lets one blocked wait for game time end.
    func letPass() { lock?.put(()) }

    func setObstacle(_ why: String?) { told.continuation.yield(why) }
    func endObstacles() { told.continuation.finish() }
    func obstacles() -> AsyncStream<String?> { told.stream }

    func setPaused(_ paused: Bool) async { state.withLock { $0.pauses.append(paused) } }
    func run() async throws {}
    func close() async {}
}
