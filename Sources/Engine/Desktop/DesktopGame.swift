import Basics
import Games
import Glibc
import Synchronization
import Vision

/// A real game in a window, played like any other: pictures of it in, keys out.
///
/// It is made of a display, the game's own process, a capture, an input and a watchdog. What captures and what presses
/// is started again by itself when it ends; when the game or its display ends, ``run()`` throws, and starts them again
/// when it is run again.
package final class DesktopGame: Game {
    /// What a game is opened with.
    package struct Plan: Sendable {
        package var profile: GameProfile
        package var display = XDisplay.Choice.own
        /// Keys may be pressed where others use the display too.
        package var isLive = false
        /// What children inherit.
        package var environment: [String: String]
        /// The program that can become a watchdog, this one: ``Watchdog/program(_:)``. Without it there is none, which
        /// is for tests.
        package var watchdog: String?

        package init(_ profile: GameProfile, environment: [String: String]) {
            (self.profile, self.environment) = (profile, environment)
        }
    }

    struct State {
        var stage: Stage?
        var focus: String?
        var isClosed = false
    }

    package let title: String
    package var kind: String { title }
    let plan: Plan
    let clock: any EngineClock
    let watchdog: Watchdog?
    let capturing: ScreenCapture
    let change: ChangeSignal
    let state = Mutex(State())

    private init(_ plan: Plan, _ watchdog: Watchdog?, _ change: ChangeSignal, clock: any EngineClock) {
        title = plan.profile.title
        (self.plan, self.clock, self.watchdog, self.change) = (plan, clock, watchdog, change)
        let picture = plan.profile.picture
        capturing = ScreenCapture(
            ScreenCapture.Plan(width: picture.width, height: picture.height, rate: plan.profile.rate), clock: clock,
            onChange: { change.raise() })
    }

    /// Starts what is needed and waits for the window. `arm` is given the end of each part as soon as there is
    /// something to end; they are to be ended in the opposite order.
    /// - Throws: ``DesktopError``: what could not be done, and how to get what is missing.
    package static func open(
        _ plan: Plan, clock: any EngineClock,
        arm: (_ name: String, _ close: @escaping @Sendable () async throws -> Void) -> Void
    ) async throws -> DesktopGame {
        let environment = ChildEnvironment(plan.environment)
        var watchdog: Watchdog?
        let change = ChangeSignal()
        if let program = plan.watchdog {
            watchdog = try await Watchdog.start(
                program: program, environment, clock: clock, onTrouble: { change.raise() })
        }
        let game = DesktopGame(plan, watchdog, change, clock: clock)
        if let watchdog { arm("Watchdog") { await watchdog.close() } }
        arm("Game display") { await game.state.withLock(\.stage)?.closeDisplay() }
        if !plan.profile.launch.isEmpty { arm("Game process") { await game.state.withLock(\.stage)?.closeGame() } }
        arm("Game input") { try await game.state.withLock(\.stage)?.closeInput() }
        arm("Screen capture") { await game.state.withLock(\.stage)?.closeCapture() }
        try await game.setUp()
        return game
    }

    // MARK: - Game

    /// How old the newest picture may be to be the picture of this moment.
    private var freshness: Duration { max(.milliseconds(250), .seconds(5 / plan.profile.rate)) }
    private var ofThisMoment: Frame? {
        capturing.newest.flatMap { $0.capturedAt.duration(to: clock.now) <= freshness ? $0 : nil }
    }
    /// How long a picture is waited for at a time.
    private static let patience = Duration.seconds(2)

    package func capture() async throws -> Frame {
        let deadline = clock.now + Self.patience
        while true {
            let version = change.version
            if state.withLock(\.isClosed) { throw GameError.closed(title: title) }
            if let frame = ofThisMoment { return frame }
            guard clock.now < deadline else {
                throw GameError.noPicture(title: title, why: obstacle ?? "\(capturing.health)")
            }
            await change.changed(since: version, until: deadline, clock: clock)
            try Task.checkCancellation()
        }
    }

    /// The next good picture that is not this one; `nil` when none has come by then.
    package func picture(after sequence: UInt64, by deadline: ContinuousClock.Instant) async throws -> Frame? {
        while clock.now < deadline {
            let version = change.version
            if let frame = capturing.newest, frame.sequence > sequence { return frame }
            await change.changed(since: version, until: deadline, clock: clock)
            try Task.checkCancellation()
        }
        return nil
    }

    package func picture(after frame: Frame, by deadline: ContinuousClock.Instant) async throws -> Frame? {
        try await picture(after: frame.sequence, by: deadline) ?? ofThisMoment
    }

    package func send(_ input: GameInput) async throws {
        let (stage, isClosed) = state.withLock { ($0.stage, $0.isClosed) }
        switch input {
        case .press, .look:
            if isClosed { throw GameError.closed(title: title) }
            guard mayPress else { throw DesktopError.notLive }
            // Asked once: it may be good again by the time that it is told.
            let health = capturing.health
            guard let stage, health == .good else {
                throw GameError.noPicture(title: title, why: obstacle ?? "\(health)")
            }
            try await stage.input.send(input)
            if case .look = input { return }
            // Once it is down: a picture that is the same before that says nothing.
            capturing.pressed()
        case .release, .releaseAll: try await stage?.input.send(input)
        }
    }

    /// A motion of a person's as this game takes it: the key table's are scaled when it is read.
    package func scaled(_ input: GameInput) -> GameInput {
        guard case .look(let dx, let dy) = input else { return input }
        let look = plan.profile.scaled(ActionEntry.Look(dx: dx, dy: dy))
        return .look(dx: look.dx, dy: look.dy)
    }

    package func pass(_ gameTime: Duration) async throws {
        try Task.checkCancellation()
        if state.withLock(\.isClosed) { throw GameError.closed(title: title) }
        try await clock.sleep(for: gameTime)
    }

    /// A real game goes on by itself: the agent lets go of the keys, and no more.
    package func setPaused(_ paused: Bool) async { if paused { try? await send(.releaseAll) } }

    package func close() async {
        try? await send(.releaseAll)
        state.withLock { $0.isClosed = true }
        change.raise()
    }

    /// Returns when the game is closed or the task is cancelled.
    /// - Throws: ``DesktopError`` when the game or its display has ended.
    package func run() async throws {
        try await setUp()
        var lookAgain = clock.now
        while !Task.isCancelled {
            let version = change.version
            let (stage, focus, isClosed) = state.withLock { ($0.stage, $0.focus, $0.isClosed) }
            if isClosed { return }
            if let error = stage?.loss { throw error }
            if focus != nil, clock.now >= lookAgain {
                // Nothing is pressed while it is elsewhere, so nobody else notices that it came back.
                await stage?.input.lookAtFocus()
                lookAgain = clock.now + .milliseconds(500)
            }
            await change.changed(since: version, until: focus == nil ? nil : lookAgain, clock: clock)
        }
    }

    // MARK: - Obstacles

    /// Why nothing may be pressed at the moment.
    package var obstacle: String? {
        let (stage, focus) = state.withLock { ($0.stage, $0.focus) }
        if let loss = stage?.loss { return "\(loss)" }
        switch capturing.health {
        // Without a picture there is no decision that could be held.
        case .good, .starting: return focus ?? watchdog?.trouble
        case let health: return "\(health)"
        }
    }

    package func obstacles() -> AsyncStream<String?> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = OwnedTask(on: nil) { [self] in
                var told: String??
                while !Task.isCancelled, !state.withLock(\.isClosed) {
                    let version = change.version
                    let now = obstacle
                    if told != .some(now) { continuation.yield(now) }
                    told = .some(now)
                    await change.changed(since: version)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in Task { await task.end() } }
        }
    }

    /// Pictures that were good, since the beginning.
    package var pictures: Int { capturing.count }

    /// How the pictures are.
    package var health: CaptureHealth.State { capturing.health }

    /// The window, as it was when it was found.
    package var window: GameWindow? { state.withLock { $0.stage?.window } }

    package var displayName: String? { state.withLock { $0.stage?.display.name } }

    /// Others use the display too.
    package var isShared: Bool { plan.display != .own }

    /// Whether keys may be pressed at all.
    package var mayPress: Bool { plan.isLive || !isShared }
}

extension DesktopGame {
    /// Looks for the window of a game that is there already, and touches nothing.
    package static func look(_ plan: Plan, clock: any EngineClock) async throws -> GameWindow {
        guard case .shared(let name) = plan.display, let match = plan.profile.window else { throw DesktopError.noMatch }
        let display = try await XDisplay.shared(name, ChildEnvironment(plan.environment))
        return try await display.window(match, within: .seconds(2), clock: clock)
    }
}
