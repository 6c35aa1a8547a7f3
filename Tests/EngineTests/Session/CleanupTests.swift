import Engine
import Synchronization
import Testing

@testable import Basics

@Suite(.shared) struct CleanupTests {
    struct Broken: Error, CustomStringConvertible { var description: String { "the socket caught fire" } }

    /// Remembers in which order things happened.
    final class Log: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    @Test("resources close in the order of their steps, and within a step the newest first")
    func order() async {
        let hub = EventHub(clock: ManualClock())
        let cleanup = Cleanup(hub: hub)
        let log = Log()
        for (name, step) in [("server", 4), ("keys", 1), ("interpreter", 2), ("pool", 2), ("voice", 3)] {
            cleanup.arm(name, step: step) {
                log.add(name)
            }
        }
        let receipts = await cleanup.run()
        #expect(log.all == ["keys", "pool", "interpreter", "voice", "server"])
        #expect(receipts.map(\.name) == log.all)
        #expect(hub.snapshot.resources.map(\.name) == log.all)
    }

    @Test("a step that fails is said so, and the next ones still run")
    func failure() async {
        let cleanup = Cleanup(hub: EventHub(clock: ManualClock()))
        cleanup.arm("interpreter", step: 2) { throw Broken() }
        cleanup.arm("mixer", step: 3) {}
        cleanup.arm("voice", step: 3) {}
        let results = await cleanup.run().map(\.result)
        #expect(results == [.failed("the socket caught fire"), .closed, .closed])
    }

    @Test("it runs once, and everybody who asks gets the same receipts")
    func once() async {
        let cleanup = Cleanup(hub: EventHub(clock: ManualClock()))
        let log = Log()
        cleanup.arm("pool", step: 2) {
            log.add("pool")
        }
        async let first = cleanup.run()
        async let second = cleanup.run()
        let both = await (first, second)
        let third = await cleanup.run()
        #expect(both.0 == both.1 && both.0 == third)
        #expect(log.all == ["pool"])
    }

    @Test("a resource that does not close is left at its deadline, told to stop, and the rest goes on")
    func deadline() async {
        let clock = ManualClock()
        let cleanup = Cleanup(hub: EventHub(clock: clock))
        let wasCancelled = FirstValue<Bool>()
        cleanup.arm("deaf peer", step: 2, deadline: .milliseconds(250)) {
            do {
                // Stands for what never closes by itself: nothing waits for this time to pass.
                try await Task.sleep(for: .seconds(3600))
            } catch {
                wasCancelled.set(true)
            }
        }
        cleanup.arm("voice", step: 3) {}
        async let receipts = cleanup.run()
        await clock.sleepers(1)
        clock.advance(by: .milliseconds(250))
        let done = await receipts
        #expect(done.map(\.result) == [.timedOut, .closed])
        #expect(done[0].duration == 0.25)
        #expect(await wasCancelled.value)
    }

    @Test("hurrying gives up what is closing and what is still to close, but not what closes at once")
    func hurry() async {
        let clock = ManualClock()
        let cleanup = Cleanup(hub: EventHub(clock: clock))
        for name in ["first", "second"] {
            cleanup.arm(name, step: 2) {
                // Until it is cancelled: nothing waits for this time to pass.
                try? await Task.sleep(for: .seconds(3600))
            }
        }
        cleanup.arm("quick", step: 3) {}
        async let receipts = cleanup.run()
        await clock.sleepers(1)
        cleanup.hurry()
        let results = await receipts.map(\.result)
        #expect(results.prefix(2) == [.timedOut, .timedOut])
        #expect(results.count == 3)
    }

    @Test("cancelling the caller does not cancel the cleanup")
    func cancellation() async {
        let cleanup = Cleanup(hub: EventHub(clock: ManualClock()))
        cleanup.arm("pool", step: 2) {
            try Task.checkCancellation()
        }
        let caller = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await cleanup.run()
        }
        #expect(await caller.value.map(\.result) == [.closed])
    }
}
