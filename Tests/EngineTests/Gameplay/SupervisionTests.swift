import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import Engine
@testable import Games
@testable import Record
@testable import Vision

/// Loops that fail in a game, watched by the clock that the test drives.
@Suite("Supervised loops", .timeLimit(.minutes(5)), .shared)
struct SupervisionTests {
    typealias Rig = SchedulerTests.Rig
    private static let modes = SchedulerTests.modes

    /// Moves time whenever somebody waits for it, until it is cancelled.
    private func driven<Result: Sendable>(
        _ clock: ManualClock, by step: Duration = .milliseconds(500), _ body: () async throws -> Result
    ) async rethrows -> Result {
        let driver = Task {
            while !Task.isCancelled {
                await clock.sleepers(1)
                clock.advance(by: step)
                // Whoever time has woken comes a few steps further before it goes on: on a machine that is busy a loop
                // would else be taken for one that hangs.
                for _ in 0..<20 { await Task.yield() }
            }
        }
        defer { driver.cancel() }
        return try await body()
    }

    private func failing(_ mode: Settings.Mode) -> LoopName { mode == .parallel ? .reasoning : .cycle }

    @Test("one that throws is started again three times, and then input is held", arguments: modes)
    func throwing(_ mode: Settings.Mode) async throws {
        let rig = Rig(mode, with: { $0.fault = FaultOnPurpose(after: 3) })
        let loop = failing(mode)
        let run = Task { await rig.gameplay.run() }
        for (restart, wait) in [(1, 0.5), (2, 2.0), (3, 8.0)] {
            await rig.until { if case .loopFailed(loop, _, restart, wait) = $0 { true } else { false } }
            #expect(rig.hub.snapshot.loops[loop]?.failure?.restart == restart)
            await rig.clock.sleepers(1)
            rig.clock.advance(by: .seconds(wait))
            await rig.until { if case .loopRestarted(loop) = $0 { true } else { false } }
        }
        await rig.until { if case .loopDead(loop, _, 3) = $0 { true } else { false } }
        await rig.until { if case .state(.held) = $0 { true } else { false } }
        let snapshot = rig.hub.snapshot
        #expect(snapshot.deadLoops.map(\.name) == [loop] && snapshot.exitCode == 1)
        #expect(snapshot.loops[loop]?.failures == 4 && snapshot.loops[loop]?.restarts == 3)
        #expect(snapshot.statistics.cycles == 3)
        #expect(rig.gameplay.gate.phase == .held && rig.game.held.isEmpty)

        // A person gives it another chance, and all its restarts with it.
        rig.gameplay.togglePause()
        rig.gameplay.revive()
        await rig.until { if case .loopFailed(loop, _, 1, 0.5) = $0 { true } else { false } }
        #expect(rig.hub.snapshot.deadLoops.isEmpty)
        run.cancel()
        await run.value
        #expect(rig.game.held.isEmpty && rig.game.inputs.last == .releaseAll)
    }

    @Test("a person who drives keeps the keys when a loop is given up; nobody gets them afterwards")
    func driving() async throws {
        let rig = Rig(.sequential, gate: RunGate(.operatorDrives), with: { $0.fault = FaultOnPurpose(after: 0) })
        let run = Task { await rig.gameplay.run() }
        try await rig.game.send(.press(.w))
        await driven(rig.clock) { await rig.until { if case .loopDead = $0 { true } else { false } } }
        #expect(rig.gameplay.gate.phase == .operatorDrives && rig.game.held == [.w])
        await driven(rig.clock) {
            rig.gameplay.gate.takeOver(false)
            await rig.until { if case .state(.held) = $0 { true } else { false } }
        }
        run.cancel()
        await run.value
    }

    @Test("after a failure play goes on where it was: what was learnt and counted is not lost", arguments: modes)
    func state(_ mode: Settings.Mode) async throws {
        let broken = Mutex(1)
        let rig = Rig(mode, game: { FakeGame(clock: $0, captureFaults: 0) }, with: { dependencies in
            let perceive = dependencies.perceive
            dependencies.perceive = { frame in
                if frame.sequence == 20, broken.withLock({ $0 -= 1; return $0 == 0 }) { throw FakeGame.Fault() }
                return try await perceive(frame)
            }
        })
        let run = Task { await rig.gameplay.run() }
        await rig.until { if case .loopFailed = $0 { true } else { false } }
        let before = rig.hub.snapshot.statistics
        #expect(before.executed > 5 && before.lessons > 0)
        await driven(rig.clock) { await rig.until(actions: 20) { $0 == .executed } }
        let after = rig.hub.snapshot.statistics
        #expect(after.learner.experiences == after.lessons && after.lessons > before.lessons)
        let ids = rig.hub.snapshot.actions.map(\.decision.id)
        #expect(ids == Array(1...ids.count))
        #expect(rig.hub.snapshot.loops.values.allSatisfy { $0.failure == nil })
        run.cancel()
        await run.value
    }

    @Test("one that hangs is replaced, and what it brings later does not count", arguments: modes)
    func hanging(_ mode: Settings.Mode) async throws {
        let comesBack = FirstValue<Void>()
        let isBack = FirstValue<Void>()
        let rig = Rig(mode, with: { dependencies in
            let perceive = dependencies.perceive
            dependencies.perceive = { frame in
                guard frame.sequence == 10 else { return try await perceive(frame) }
                // Not ended by cancellation.
                await comesBack.value
                isBack.set(())
                return try await perceive(frame)
            }
        })
        let log = EventLog(rig.hub)
        let run = Task { await rig.gameplay.run() }
        let loop = mode == .parallel ? LoopName.perception : .cycle
        await driven(rig.clock) {
            await log.wait {
                guard case .loopFailed(loop, let why, 1, 0.5) = $0 else { return false }
                return why.hasPrefix("no sign of life for ") && why.hasSuffix("it did not end when told to")
            }
            await log.wait { if case .loopRestarted(loop) = $0 { true } else { false } }
            await log.wait(30) { if case .acted(let it) = $0 { it.fate == .executed } else { false } }
        }
        comesBack.set(())
        await isBack.value
        let count = rig.hub.snapshot.statistics.executed
        await log.wait(count + 20) { if case .acted(let it) = $0 { it.fate == .executed } else { false } }
        run.cancel()
        await run.value
        let perceived = log.events.compactMap { if case .perceived(let it, _) = $0.kind { it.frame } else { nil } }
        #expect(!perceived.contains(10) && perceived.contains(9) && perceived.contains(11))
        // Others were waiting for it, and are not to blame.
        #expect(rig.hub.snapshot.loops.filter { $0.value.failures > 0 }.keys.map { $0 } == [loop])
    }

    @Test("an action that hangs is over and its keys are up before another begins", arguments: modes)
    func hangingAction(_ mode: Settings.Mode) async throws {
        let comesBack = FirstValue<Void>()
        let rig = Rig(
            mode, game: { FakeGame(clock: $0, deaf: comesBack) }, reading: Samples.reading(.dialogue))
        let log = EventLog(rig.hub)
        let run = Task { await rig.gameplay.run() }
        for await _ in rig.game.waits { break }
        #expect(rig.game.held == [.e])
        let loop = mode == .parallel ? LoopName.action : .cycle
        await driven(rig.clock) {
            await log.wait { if case .loopFailed(loop, _, 1, _) = $0 { true } else { false } }
            await log.wait { if case .acted(let it) = $0 { it.fate == .interrupted } else { false } }
            await log.wait { if case .loopRestarted(loop) = $0 { true } else { false } }
            await log.wait(5) { if case .acted(let it) = $0 { it.fate == .executed } else { false } }
        }
        comesBack.set(())
        run.cancel()
        await run.value
        #expect(rig.game.held.isEmpty)
        // Told once what became of it, and not again when it came back.
        let fates = log.events.compactMap { if case .acted(let it) = $0.kind { it } else { nil } }
        #expect(fates.filter { $0.decision.id == fates[0].decision.id }.map(\.fate) == [.interrupted])
        // Up before the next key went down.
        let inputs = rig.game.inputs
        let up = try #require(inputs.firstIndex(of: .releaseAll))
        #expect(inputs[..<up].count { if case .press = $0 { true } else { false } } == 1)
    }

    @Test("one that never waits is told at once: nothing can take its place")
    func spinning() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let executor = LoopExecutor(group.next())
        let clock = ManualClock()
        let hub = EventHub(clock: clock)
        let log = EventLog(hub)
        let (isOver, isHeld) = (FirstValue<Void>(), FirstValue<Void>())
        let loop = SupervisedLoop(
            name: .cycle, limit: { .seconds(10) }, body: { while isOver.current == nil {} })
        let supervisor = Supervisor([loop], hub: hub) { isHeld.set(()) }
        let run = Task { await supervisor.run(on: executor) }
        await driven(clock) {
            await log.wait {
                if case .loopDead(.cycle, let why, 0) = $0 { why.hasSuffix("that all loops run on") } else { false }
            }
            await isHeld.value
        }
        isOver.set(())
        run.cancel()
        await run.value
        executor.close()
        try await group.shutdownGracefully()
    }

    @Test("a request that hangs beyond all its deadlines is given up, and other frames are looked at again")
    func hangingRequest() async throws {
        let clock = ManualClock()
        let hub = EventHub(clock: clock)
        let log = EventLog(hub)
        let account = ModelAccount(hub: hub)
        let size = RequestSize(textBytes: 1, pictures: 0, maxOutputTokens: 1)
        let frames = FrameLoop(places: 1, period: .seconds(1), clock: clock) { () throws(Hold) in
            try account.admit(.plan, model: "m", size: size)
        }
        let comesBack = FirstValue<Void>()
        let (looks, looked) = AsyncStream.makeStream(of: UInt64.self)
        let loop = SupervisedLoop(
            name: .planner, limit: { .seconds(70) },
            body: {
                await frames.run { _, frame, _ in
                    looked.yield(frame.sequence)
                    if frame.sequence == 1 { await comesBack.value }
                }
            }, letGo: { frames.abandon() })
        let supervisor = Supervisor([loop], hub: hub) {}
        let run = Task { await supervisor.run(on: nil) }
        // Waiting for a frame is no silence.
        try await driven(clock, by: .seconds(1)) {
            while hub.time < 300 { try await clock.sleep(for: .seconds(1)) }
        }
        #expect(log.events.isEmpty)
        var seen = looks.makeAsyncIterator()
        _ = frames.offer(.one(1, at: clock.now))
        #expect(await seen.next() == 1)
        await driven(clock) {
            await log.wait { if case .loopRestarted(.planner) = $0 { true } else { false } }
            _ = frames.offer(.one(2, at: clock.now))
            #expect(await seen.next() == 2)
        }
        comesBack.set(())
        run.cancel()
        await run.value
        #expect(log.count { if case .loopFailed = $0 { true } else { false } } == 1)
    }

    @Test("a pause is no silence, however long")
    func pausing() async throws {
        let rig = Rig(.sequential, gate: RunGate(.paused))
        let log = EventLog(rig.hub)
        let run = Task { await rig.gameplay.run() }
        await log.wait { if case .resting(.cycle, true) = $0 { true } else { false } }
        for _ in 0..<1000 {
            rig.clock.advance(by: .seconds(1))
            await Task.yield()
        }
        rig.gameplay.gate.resume()
        await log.wait(5) { if case .acted(let it) = $0 { it.fate == .executed } else { false } }
        #expect(log.count { if case .loopFailed = $0 { true } else { false } } == 0)
        run.cancel()
        await run.value
    }
}
