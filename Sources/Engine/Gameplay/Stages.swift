import Basics
import Games
import Record
import Synchronization
import Vision

/// The stages of play, each done once here and called by both schedulers: look, think, ask, act, reflect. They keep the
/// mind behind a lock - decided under it, done outside it - and report everything to the hub.
final class Stages: Sendable {
    /// Failures in a row after which a fault of the game is one of the loop.
    private static let patience = 3
    private static let backoff = Duration.milliseconds(100)

    private let dependencies: GameplayDependencies
    private let executor: ActionExecutor
    private let state: Mutex<State>

    private struct State {
        var mind: Mind
        var dryRun: Bool
        var failures = 0
    }

    init(_ dependencies: GameplayDependencies) {
        self.dependencies = dependencies
        executor = ActionExecutor(
            game: dependencies.game, keys: dependencies.keys, pilot: dependencies.pilot, clock: dependencies.hub.clock,
            isPaused: { [gate = dependencies.gate] in gate.phase == .paused })
        state = Mutex(
            State(
                mind: Mind(
                    keys: dependencies.keys, seed: dependencies.seed, learner: dependencies.learner,
                    pilot: dependencies.pilot),
                dryRun: dependencies.dryRun))
    }

    var gate: RunGate { dependencies.gate }
    var pilot: Pilot? { dependencies.pilot }
    var clock: any EngineClock { hub.clock }
    var isLockStep: Bool { dependencies.isLockStep }
    var perceptionInterval: Duration { dependencies.perceptionInterval }
    private var game: any Game { dependencies.game }
    private var hub: EventHub { dependencies.hub }
    private var decisions: Int { state.withLock { $0.mind.decisions } }

    var isIdle: Bool { state.withLock { $0.mind.isIdle } }
    var learner: Learner { state.withLock { $0.mind.learner } }

    func setIntent(_ intent: Intent?) {
        state.withLock { $0.mind.intent = intent }
        if let intent { dependencies.pilot?.follow(intent) }
    }

    func setDryRun(_ on: Bool) {
        state.withLock { $0.dryRun = on }
        hub.post(.dryRun(on))
    }

    /// The agent is about to get the keys back: what it has seen so far is no ground for an action any more. A
    /// lock-step game stands still meanwhile, and its last picture is as true as ever.
    func startAfresh() {
        guard !isLockStep else { return }
        state.withLock { $0.mind.startAfresh(at: clock.now) }
    }

    // MARK: The stages

    /// Looks: captures a frame and reads it.
    func perceive() async throws -> Perception {
        let began = clock.now
        if let fault = dependencies.fault, fault.isHang, decisions >= fault.decisions { await fault.hang() }
        let frame = try await capture()
        try checkRun()
        hub.show(frame)
        dependencies.onFrame(frame)
        let reading = try await dependencies.perceive(frame)
        let perception = Perception(reading: reading, capturedAt: frame.capturedAt)
        try state.withLock {
            try checkRun()
            $0.mind.perceived(perception)
        }
        hub.post(.perceived(reading, latency: began.duration(to: clock.now).seconds))
        dependencies.onReading(reading)
        return perception
    }

    /// Thinks: what to do about a reading, if anything.
    func decide(_ perception: Perception) throws -> Decision? {
        let began = clock.now
        let decision = try state.withLock { state in
            try checkRun()
            if let fault = dependencies.fault, !fault.isHang, state.mind.decisions >= fault.decisions {
                throw GameplayError.failedOnPurpose(decisions: state.mind.decisions)
            }
            return state.mind.decide(perception, at: began)
        }
        if let decision { hub.post(.decided(decision, latency: began.duration(to: clock.now).seconds)) }
        return decision
    }

    /// Asks the arbiter and the gate. A refusal is posted.
    func rule(_ decision: Decision) -> Arbiter.Ruling {
        let ruling = state.withLock { $0.mind.request(decision, at: clock.now, admit: gate.admit) }
        if case .refuse(let why) = ruling { post(decision, .refused(why)) }
        return ruling
    }

    /// A decision that was overwritten before anybody ruled on it.
    func overtaken(_ decision: Decision) {
        state.withLock { $0.mind.forget(decision) }
        post(decision, .refused(.busy))
    }

    /// Acts: plays a decision that the arbiter let through. A cancelled task interrupts the action, and its keys are
    /// released. Throws when the game has failed too often in a row.
    func act(_ decision: Decision) async throws {
        let began = clock.now
        let (age, dryRun) = state.withLock {
            ($0.mind.started(decision, dryRun: $0.dryRun, at: began), $0.dryRun)
        }
        var fate = dryRun ? ActionFate.dryRun : .executed
        var fault: (any Error)?
        do {
            try await untilSeized { [executor] in try await executor.play(decision.action, dryRun: dryRun) }
        } catch is CancellationError {
            fate = .interrupted
        } catch {
            fate = .failed("\(error)")
            fault = error
        }
        let now = clock.now
        let (events, failures) = try state.withLock { [fate] in
            // What became of it was told when the run was given up.
            try checkRun()
            $0.failures = fault == nil ? 0 : $0.failures + 1
            return ($0.mind.ended(decision, fate, at: now), $0.failures)
        }
        hub.post(
            .acted(
                ActionOutcome(
                    decision: decision, fate: fate, frameAge: age, duration: began.duration(to: now).seconds)))
        for event in events { hub.post(event) }
        gate.actionEnded()
        guard let fault else { return }
        if failures >= Self.patience { throw fault }
        // A cancelled wait is no fault of the action: the loop that called looks after its own cancellation.
        try? await clock.sleep(until: now + Self.backoff * failures, tolerance: nil)
    }

    /// Runs `action`, and cancels it the moment the keys are taken from the agent: what it held is released by then,
    /// not when the action would have been over.
    private func untilSeized(_ action: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await action() }
            group.addTask { [gate] in
                // Cancelled when the action is over first.
                try? await gate.untilSeized()
            }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Reflects: judges earlier actions by a reading, and learns.
    func reflect(_ perception: Perception) {
        for event in state.withLock({ $0.mind.reflect(perception) }) { hub.post(event) }
    }

    // MARK: Around them

    /// Lets game time pass after a refusal, so that the next frame differs from the one behind it. While a person
    /// drives, decisions are made and refused twice a second.
    func pace(after why: Refusal) async throws {
        guard why == .operatorDrives || why == .inputStopped else { return try await game.pass(.milliseconds(100)) }
        // A lock-step game has no pace of its own that a person could play at.
        if isLockStep { try await clock.sleep(until: clock.now + .milliseconds(100), tolerance: nil) }
        try await game.pass(.milliseconds(isLockStep ? 100 : 500))
    }

    /// No key is held, and silence is no fault any more.
    func finish(_ loops: [LoopName]) async {
        await releaseAll()
        for loop in loops { hub.post(.resting(loop, true)) }
    }

    /// Presses no key any more until a person gives the input back.
    func hold() async {
        gate.holdAgent()
        await releaseKeys()
    }

    /// The loop that acts has failed: what it was playing is over, and the keys it may have held are up.
    func letGo() async {
        let now = clock.now
        let (outcome, events) = state.withLock { state -> (ActionOutcome?, [EngineEvent.Kind]) in
            state.failures = 0
            guard let running = state.mind.arbiter.running else { return (nil, []) }
            let events = state.mind.ended(running, .interrupted, at: now)
            return (ActionOutcome(decision: running, fate: .interrupted, frameAge: nil, duration: 0), events)
        }
        if let outcome { hub.post(.acted(outcome)) }
        for event in events { hub.post(event) }
        gate.actionEnded()
        await releaseKeys()
    }

    /// The keys of a person who drives are the person's.
    private func releaseKeys() async {
        if gate.phase != .operatorDrives { await releaseAll() }
    }

    private func releaseAll() async {
        do { try await executor.release() } catch { hub.post(.notice("keys could not be released: \(error)")) }
    }

    /// Stops the game's time with the gate, and tells the screen and the supervisor about both, until cancelled.
    func followGate(_ supervisor: Supervisor) async {
        for await phase in gate.phases() {
            hub.post(.state(phase.session))
            for loop in supervisor.names { hub.post(.resting(loop, phase.rests)) }
            supervisor.rest(phase.rests)
            await game.setPaused(phase == .paused)
        }
    }

    /// How long a loop may be silent whose beats are so many seconds apart at the most.
    func limit(_ interval: Double) -> @Sendable () -> Duration {
        { RestartPolicy.limit(interval: .seconds(interval)) }
    }

    /// The same for a loop that plays actions, which take longer in a game that runs slower than life.
    func actionLimit(_ interval: Double) -> @Sendable () -> Duration {
        { [hub, isLockStep] in
            RestartPolicy.limit(interval: .seconds(interval / (isLockStep ? 1 : min(1, max(0.05, hub.snapshot.speed)))))
        }
    }

    /// A run that was given up comes back: another does its work, and what this one found counts no more.
    private func checkRun() throws {
        guard LoopRun.counts else { throw CancellationError() }
    }

    /// A loop came round.
    func beat(_ loop: LoopName, since began: ContinuousClock.Instant, interval: Double) {
        guard LoopRun.counts else { return }
        let now = clock.now
        LoopRun.current?.lives(at: now)
        hub.post(.beat(loop, latency: began.duration(to: now).seconds, interval: interval))
        // The beat of an action that ended after the pause began must not make the loop look overdue.
        if gate.rests { hub.post(.resting(loop, true)) }
    }

    func skipped(_ count: Int) { hub.post(.skipped(count)) }

    private func post(_ decision: Decision, _ fate: ActionFate) {
        hub.post(.acted(ActionOutcome(decision: decision, fate: fate, frameAge: nil, duration: 0)))
    }

    private func capture() async throws -> Frame {
        var attempt = 0
        while true {
            do {
                return try await game.capture()
            } catch let error as CancellationError {
                throw error
            } catch GameError.noPicture {
                // The game sees to it itself; it is no fault of the loop that looks.
                LoopRun.current?.lives(at: clock.now)
                try Task.checkCancellation()
            } catch {
                guard attempt < Self.patience else {
                    throw GameplayError.capture(attempts: attempt + 1, why: "\(error)")
                }
                try await clock.sleep(until: clock.now + Self.backoff * (1 << attempt), tolerance: nil)
                attempt += 1
            }
        }
    }
}
