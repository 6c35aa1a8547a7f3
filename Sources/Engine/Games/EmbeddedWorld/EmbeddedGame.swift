import Basics
import Synchronization
import Vision

/// The embedded world as a ``Game``: keys in, pictures out, on one of two clocks.
///
/// *Realtime*: the world runs by itself, ten ticks a game second, and bites while somebody thinks. Every call first
/// lets the world take the ticks that are due, so an input acts at the instant it came; ``run()`` keeps the world
/// going when nobody calls. *Lock-step*: the world moves in ``pass(_:)`` and nowhere else.
package final class EmbeddedGame: Game {
    private struct State {
        var world: World
        var timeline: GameTimeline
        var input = InputLatch()
        var isClosed = false
        /// Lock-step: passed time that is not a whole tick yet.
        var remainder = Duration.zero
        /// Counts pictures; the tick that the latest of them shows.
        var sequence: UInt64 = 0
        var picturedTick = -1
        var latest: Frame?
    }

    package let title: String
    /// Worlds differ by their seed in where things are, not in what they are.
    package var kind: String { "embedded world" }
    private let isLockStep: Bool
    private let clock: any EngineClock
    private let state: Mutex<State>
    private let change = ChangeSignal()

    package init(seed: UInt64, speed: GameSpeed, clock: any EngineClock) {
        title = "embedded world, seed \(seed)"
        self.clock = clock
        let factor: Double
        switch speed {
        case .lockStep: (isLockStep, factor) = (true, 1)
        case .realtime(let value): (isLockStep, factor) = (false, value)
        }
        state = Mutex(
            State(world: World(seed: seed), timeline: GameTimeline(speed: factor, now: clock.now)))
    }

    /// What really is the case. For tests, never for the agent.
    var world: World { withCurrentState { $0.world } }

    /// The keys that are down now.
    package var heldKeys: Set<GameKey> { state.withLock { $0.input.held } }

    /// How many times faster than life a realtime game runs, 0.05...100. Takes effect at once; lock-step ignores it.
    package func setSpeed(_ speed: Double) {
        let now = clock.now
        withCurrentState(at: now) { $0.timeline.setSpeed(speed, now: now) }
        change.raise()
    }

    package func capture() async throws -> Frame {
        let now = clock.now
        let (world, sequence, ready) = try withCurrentState(at: now) { state throws(GameError) in
            guard !state.isClosed else { throw .closed(title: title) }
            if state.picturedTick == state.world.tick, let latest = state.latest, latest.sequence == state.sequence {
                return (state.world, state.sequence, Optional(latest))
            }
            if state.picturedTick != state.world.tick {
                state.sequence += 1
                state.picturedTick = state.world.tick
            }
            return (state.world, state.sequence, nil)
        }
        if let ready { return ready }
        // Drawn outside of the lock, from a copy: keys never wait for a picture.
        let frame = Frame(
            width: World.frameWidth, height: World.frameHeight, rgb: world.render(), sequence: sequence,
            capturedAt: now, gameTime: World.tickLength * world.tick)
        state.withLock { state in
            if state.latest.map({ $0.sequence < sequence }) ?? true { state.latest = frame }
        }
        return frame
    }

    package func send(_ input: GameInput) async throws {
        try withCurrentState { state throws(GameError) in
            if state.isClosed, input != .releaseAll { throw .closed(title: title) }
            state.input.accept(input)
        }
    }

    package func setPaused(_ paused: Bool) async {
        let now = clock.now
        withCurrentState(at: now) { $0.timeline.setPaused(paused, now: now) }
        change.raise()
    }

    package func close() async {
        state.withLock { state in
            state.isClosed = true
            state.input.clear()
            state.latest = nil
        }
        change.raise()
    }

    // MARK: - Time

    package func pass(_ gameTime: Duration) async throws {
        try Task.checkCancellation()
        if isLockStep {
            try await waitWhilePaused()
            try state.withLock { state throws(GameError) in
                guard !state.isClosed else { throw .closed(title: title) }
                state.remainder += max(.zero, gameTime)
                while state.remainder >= World.tickLength {
                    state.remainder -= World.tickLength
                    state.input.step(&state.world)
                }
            }
            await Task.yield()
        } else {
            try await waitForGameTime(gameTime)
        }
    }

    package func run() async throws {
        while !Task.isCancelled {
            let version = change.version
            let now = clock.now
            let (isClosed, rests) = withCurrentState(at: now) { ($0.isClosed, isLockStep || $0.timeline.isPaused) }
            if isClosed { return }
            // Whoever looks or presses a key lets the world catch up; without them it must only not fall too far
            // behind.
            await change.changed(
                since: version, until: rests ? nil : now + GameTimeline.longestBacklog / 2, clock: clock)
        }
    }

    private func waitWhilePaused() async throws {
        while true {
            let version = change.version
            let isWaiting = state.withLock { $0.timeline.isPaused && !$0.isClosed }
            guard isWaiting else { return }
            await change.changed(since: version)
            try Task.checkCancellation()
        }
    }

    private func waitForGameTime(_ gameTime: Duration) async throws {
        let start = clock.now
        let target = state.withLock { $0.timeline.gameTime(at: start) } + gameTime
        while true {
            let version = change.version
            let now = clock.now
            let remaining = try withCurrentState(at: now) { state throws(GameError) -> Duration? in
                guard !state.isClosed else { throw .closed(title: title) }
                return state.timeline.isPaused ? nil : state.timeline.wallTime(until: target, from: now)
            }
            if let remaining, remaining <= .zero { return }
            await change.changed(since: version, until: remaining.map { now + $0 }, clock: clock)
            try Task.checkCancellation()
        }
    }

    /// Works on the state after a realtime world took the ticks that are due.
    private func withCurrentState<Result, Failure: Error>(
        at now: ContinuousClock.Instant? = nil, _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let now = now ?? clock.now
        return try state.withLock { state throws(Failure) in
            if !isLockStep, !state.isClosed {
                for _ in 0..<state.timeline.ticksDue(at: now) { state.input.step(&state.world) }
            }
            return try body(&state)
        }
    }
}
