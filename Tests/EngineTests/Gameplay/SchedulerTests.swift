import Synchronization
import Testing

@testable import Basics
@testable import Engine
@testable import Games
@testable import Record
@testable import Vision

@Suite("The schedulers", .timeLimit(.minutes(5)), .shared)
struct SchedulerTests {
    static let modes = Settings.Mode.allCases

    /// Gameplay over a fake game, with the stream of its events and a reading that the test sets.
    final class Rig: Sendable {
        let clock = ManualClock()
        let hub: EventHub
        let game: FakeGame
        let gameplay: Gameplay
        let events: AsyncStream<EngineEvent>
        let reading: Mutex<Reading>

        init(
            _ mode: Settings.Mode, game makeGame: ((ManualClock) -> FakeGame)? = nil,
            reading: Reading = Samples.reading(), gate: RunGate = RunGate(),
            with change: (inout GameplayDependencies) -> Void = { _ in }
        ) {
            hub = EventHub(clock: clock)
            game = makeGame?(clock) ?? FakeGame(clock: clock)
            self.reading = Mutex(reading)
            let (events, continuation) = AsyncStream.makeStream(of: EngineEvent.self)
            self.events = events
            hub.observe { continuation.yield($0) }
            let source = Box<Rig>()
            var dependencies = GameplayDependencies(game: game, hub: hub, keys: Samples.keys) { frame in
                var reading = source.value?.reading.withLock { $0 } ?? Reading()
                (reading.frame, reading.gameTime) = (frame.sequence, frame.gameTime.seconds)
                // Every frame is a picture of its own, as when walking through a world.
                reading.thumbnail = Samples.view(frame.sequence)
                return reading
            }
            dependencies.mode = mode
            dependencies.isLockStep = true
            dependencies.gate = gate
            change(&dependencies)
            gameplay = Gameplay(dependencies)
            source.value = self
        }

        /// Reads events until one fits.
        func until(_ fits: (EngineEvent.Kind) -> Bool) async {
            for await event in events where fits(event.kind) { return }
        }

        func until(actions count: Int, _ fits: (ActionFate) -> Bool) async {
            var seen = 0
            await until {
                if case .acted(let outcome) = $0, fits(outcome.fate) { seen += 1 }
                return seen >= count
            }
        }
    }

    final class Box<Value: AnyObject & Sendable>: Sendable {
        private struct Weak: Sendable { weak var value: Value? }
        private let state = Mutex(Weak())
        var value: Value? {
            get { state.withLock { $0.value } }
            set { state.withLock { $0.value = newValue } }
        }
    }

    @Test("play until cancelled, and hold no key afterwards", arguments: modes)
    func playing(_ mode: Settings.Mode) async throws {
        let rig = Rig(mode)
        let run = Task { await rig.gameplay.run() }
        await rig.until(actions: 30) { $0 == .executed }
        await rig.until { if case .verified(_, _, .verified) = $0 { true } else { false } }
        await rig.until { if case .lesson = $0 { true } else { false } }
        run.cancel()
        await run.value
        #expect(rig.game.held.isEmpty)
        #expect(rig.game.inputs.last == .releaseAll)
        let statistics = rig.hub.snapshot.statistics
        #expect(statistics.cycles >= 30)
        #expect(statistics.perceptions >= statistics.cycles)
        #expect(statistics.verified > 0)
        #expect(statistics.lessons > 0)
        #expect(rig.hub.frame != nil)
        let loops: Set<LoopName> = mode == .parallel ? [.perception, .reasoning, .action, .learning] : [.cycle]
        for loop in loops {
            #expect(rig.hub.snapshot.loops[loop]?.beats ?? 0 > 0, "\(loop)")
            #expect(rig.hub.snapshot.loops[loop]?.isResting == true, "\(loop)")
        }
    }

    @Test("release the keys of an action that is under way when cancelled", arguments: modes)
    func cancelling(_ mode: Settings.Mode) async throws {
        let rig = Rig(mode, game: { FakeGame(clock: $0, blocking: true) }, reading: Samples.reading(.dialogue))
        let run = Task { await rig.gameplay.run() }
        for await _ in rig.game.waits { break }
        #expect(rig.game.held == [.e])
        run.cancel()
        await run.value
        #expect(rig.game.held.isEmpty)
        #expect(rig.hub.snapshot.statistics.interrupted == 1)
    }

    @Test("retry a picture three times, then fail", arguments: modes)
    func retrying(_ mode: Settings.Mode) async throws {
        let rig = Rig(mode, game: { FakeGame(clock: $0, captureFaults: 4) })
        let run = Task { await rig.gameplay.run() }
        for pause in [100, 200, 400] {
            // The retry and the watch over the loops.
            await rig.clock.sleepers(2)
            #expect(rig.hub.snapshot.statistics.perceptions == 0)
            rig.clock.advance(by: .milliseconds(pause))
        }
        await rig.until {
            let why = "no picture of the game after 4 attempts: Fault()"
            return if case .loopFailed(_, why, 1, 0.5) = $0 { true } else { false }
        }
        run.cancel()
        await run.value
    }

    @Test("go on when a picture comes at last", arguments: modes)
    func recovering(_ mode: Settings.Mode) async throws {
        let rig = Rig(mode, game: { FakeGame(clock: $0, captureFaults: 3) })
        let run = Task { await rig.gameplay.run() }
        for pause in [100, 200, 400] {
            await rig.clock.sleepers(2)
            rig.clock.advance(by: .milliseconds(pause))
        }
        await rig.until(actions: 1) { $0 == .executed }
        run.cancel()
        await run.value
    }

    @Test("fail when the game takes no keys, three times in a row", arguments: modes)
    func refusingGame(_ mode: Settings.Mode) async throws {
        let rig = Rig(
            mode, game: { FakeGame(clock: $0, pressFaults: 100) }, reading: Samples.reading(.dialogue))
        let run = Task { await rig.gameplay.run() }
        for pause in [100, 200] {
            await rig.clock.sleepers(2)
            rig.clock.advance(by: .milliseconds(pause))
        }
        await rig.until { if case .loopFailed(_, "Fault()", 1, _) = $0 { true } else { false } }
        #expect(rig.hub.snapshot.statistics.actionErrors == 3)
        run.cancel()
        await run.value
    }

    @Test("rest while paused, let one decision through in a step, and go on when resumed", arguments: modes)
    func pausing(_ mode: Settings.Mode) async throws {
        let rig = Rig(mode, gate: RunGate(.paused))
        let run = Task { await rig.gameplay.run() }
        let loop = mode == .parallel ? LoopName.action : .cycle
        await rig.until { if case .resting(loop, true) = $0 { true } else { false } }
        #expect(rig.hub.snapshot.statistics.cycles == 0)
        #expect(rig.hub.snapshot.state == .paused)

        for step in 1...3 {
            rig.gameplay.gate.step()
            await rig.until(actions: 1) { $0 == .executed }
            await rig.until { if case .state(.paused) = $0 { true } else { false } }
            #expect(rig.hub.snapshot.statistics.executed == step)
            #expect(rig.gameplay.gate.phase == .paused)
        }
        #expect(rig.game.inputs.allSatisfy { $0 != .releaseAll })

        rig.gameplay.gate.resume()
        await rig.until(actions: 10) { $0 == .executed }
        run.cancel()
        await run.value
        #expect(rig.game.pauses.first == true)
        #expect(rig.game.pauses.contains(false))
    }

    @Test("refuse and count their decisions while a person drives", arguments: modes)
    func takingOver(_ mode: Settings.Mode) async throws {
        let gate = RunGate(.operatorDrives)
        let rig = Rig(mode, gate: gate)
        let run = Task { await rig.gameplay.run() }
        for _ in 0..<3 {
            await rig.until(actions: 1) { $0 == .refused(.operatorDrives) }
            await rig.clock.sleepers(2)
            rig.clock.advance(by: .milliseconds(100))
        }
        #expect(rig.hub.snapshot.statistics.executed == 0)
        #expect(rig.game.inputs.isEmpty)
        gate.takeOver(false)
        rig.clock.advance(by: .milliseconds(100))
        let drive = Task {
            // A refusal may have begun its wait before the keys were handed back.
            await rig.clock.sleepers(2)
            rig.clock.advance(by: .milliseconds(100))
        }
        await rig.until(actions: 1) { $0 == .executed }
        drive.cancel()
        run.cancel()
        await run.value
    }

    @Test("let go of the keys at once when they are taken away, by a person or in an emergency", arguments: modes)
    func seizing(_ mode: Settings.Mode) async throws {
        for seize in [{ $0.hold() }, { $0.takeOver(true) }] as [@Sendable (RunGate) -> Void] {
            let rig = Rig(mode, game: { FakeGame(clock: $0, blocking: true) }, reading: Samples.reading(.dialogue))
            let run = Task { await rig.gameplay.run() }
            for await _ in rig.game.waits { break }
            #expect(rig.game.held == [.e])
            seize(rig.gameplay.gate)
            // Game time stands still: nothing but the seizure can have ended the action.
            await rig.until(actions: 1) { $0 == .interrupted }
            #expect(rig.game.held.isEmpty)
            #expect(rig.game.passed == .zero)
            run.cancel()
            await run.value
        }
    }

    @Test("act on nothing they saw before the keys were given back")
    func freshFrame() async throws {
        let rig = Rig(.sequential, with: { $0.isLockStep = false })
        rig.gameplay.takeOver(true)
        let run = Task { await rig.gameplay.run() }
        await rig.until(actions: 1) { $0 == .refused(.operatorDrives) }
        rig.game.setPictures(from: rig.clock.now)
        rig.clock.advance(by: .milliseconds(10))
        rig.gameplay.takeOver(false)
        // Pictures go on coming, but none of the time since: young enough to act on, and yet nobody does.
        var seen = 0
        await rig.until {
            if case .perceived = $0 { seen += 1 }
            return seen == 50
        }
        #expect(rig.hub.snapshot.statistics.executed == 0)
        rig.game.setPictures(from: nil)
        await rig.until(actions: 1) { $0 == .executed }
        run.cancel()
        await run.value
    }

    @Test("send no key in a dry run, also when it is turned on in between", arguments: modes)
    func dryRunning(_ mode: Settings.Mode) async throws {
        let rig = Rig(mode, with: { $0.dryRun = true })
        let run = Task { await rig.gameplay.run() }
        await rig.until(actions: 10) { $0 == .dryRun }
        #expect(rig.game.inputs.isEmpty)
        #expect(rig.hub.snapshot.statistics.executed == 0)
        rig.gameplay.setDryRun(false)
        await rig.until(actions: 1) { $0 == .executed }
        run.cancel()
        await run.value
    }

    @Test("repeat themselves with the same seed, and not with another")
    func determinism() async throws {
        func actions(seed: UInt64) async throws -> [ActionKind] {
            let rig = Rig(.sequential, with: {
                $0.seed = seed
                $0.fault = FaultOnPurpose(after: 60)
            })
            let run = Task { await rig.gameplay.run() }
            await rig.until { if case .loopFailed = $0 { true } else { false } }
            run.cancel()
            await run.value
            return rig.hub.snapshot.actions.map(\.decision.action)
        }
        let first = try await actions(seed: 5)
        #expect(first.count == 60)
        #expect(try await actions(seed: 5) == first)
        #expect(try await actions(seed: 6) != first)
    }

    @Test("an enemy interrupts a walk: its keys are released before the next goes down")
    func interrupting() async throws {
        let rig = Rig(.parallel, game: { FakeGame(clock: $0, blocking: true) }, with: { $0.isLockStep = false })
        let run = Task { await rig.gameplay.run() }
        for await _ in rig.game.waits { break }
        rig.reading.withLock {
            $0 = Samples.reading(.combat) {
                $0.enemies = 1
                $0.enemyBearing = 0
            }
        }
        await rig.clock.sleepers(2)
        rig.clock.advance(by: .milliseconds(100))
        await rig.until(actions: 1) { $0 == .interrupted }
        for await _ in rig.game.waits where rig.game.held == [.mouseRight] { break }
        let line = rig.hub.snapshot.actions.last
        #expect(line?.decision.source == .reflex)
        #expect(line?.decision.action == .block)
        run.cancel()
        await run.value
        #expect(rig.game.held.isEmpty)
    }

    @Test("a model's intent guides decisions while it lives")
    func intent() async throws {
        let rig = Rig(.sequential, reading: Samples.reading(health: 80))
        rig.gameplay.setIntent(Intent(kind: .heal, reason: "hurt", frame: 1, gameTime: 0, lifetime: 5))
        let run = Task { await rig.gameplay.run() }
        await rig.until {
            if case .decided(let it, _) = $0 { it.source == .model && it.action == .heal } else { false }
        }
        // The game goes on with every action.
        await rig.until { if case .decided(let it, _) = $0 { it.source == .heuristic } else { false } }
        run.cancel()
        await run.value
    }
}
