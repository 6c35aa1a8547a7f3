import Engine
import Testing

@testable import Basics
@testable import Vision

@Suite("The run gate", .shared)
struct RunGateTests {
    @Test("admits while running and refuses otherwise, each with its reason")
    func admission() {
        let gate = RunGate()
        #expect(gate.admit() == nil)
        gate.pause()
        #expect(gate.admit() == .paused)
        gate.takeOver(true)
        #expect(gate.admit() == .operatorDrives)
        gate.step()
        #expect(gate.phase == .operatorDrives)
        gate.takeOver(false)
        #expect(gate.phase == .paused)
        gate.resume()
        #expect(gate.admit() == nil)
        gate.hold()
        #expect(gate.admit() == .inputStopped)
        gate.takeOver(false)
        #expect(gate.phase == .held)
        gate.resume()
        #expect(gate.admit() == nil)
        gate.togglePause()
        #expect(gate.phase == .paused)
        gate.togglePause()
        #expect(gate.phase == .running)
    }

    @Test("a step admits one, and pauses when that is over")
    func stepping() {
        let gate = RunGate(.paused)
        gate.step()
        #expect(!gate.rests)
        #expect(gate.admit() == nil)
        #expect(gate.admit() == .paused)
        #expect(gate.rests)
        #expect(gate.phase.session == .stepping)
        gate.actionEnded()
        #expect(gate.phase == .paused)
        gate.actionEnded()
        #expect(gate.phase == .paused)
    }

    @Test("the keys come back to what was before: playing, paused or held")
    func givingBack() {
        for (before, after) in [
            (RunGate.Phase.running, RunGate.Phase.running), (.paused, .paused), (.stepping(taken: false), .paused),
            (.held, .held),
        ] {
            let gate = RunGate(before)
            gate.takeOver(true)
            gate.takeOver(true)
            #expect(gate.phase == .operatorDrives)
            gate.takeOver(false)
            #expect(gate.phase == after)
        }
    }

    @Test("whoever waits for the keys to be taken is told, even when they are given back at once")
    func seizing() async throws {
        let gate = RunGate()
        let began = AsyncStream.makeStream(of: Void.self)
        let waiter = Task {
            began.continuation.yield()
            try await gate.untilSeized()
        }
        for await _ in began.stream { break }
        gate.pause()
        gate.resume()
        gate.hold()
        gate.resume()
        gate.takeOver(true)
        try await waiter.value
        try await gate.untilSeized()
        gate.takeOver(false)
        let cancelled = Task { try await gate.untilSeized() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    @Test("whoever waits goes on when it opens, and throws when cancelled")
    func waiting() async throws {
        let gate = RunGate(.paused)
        let waiter = Task { try await gate.untilOpen() }
        let cancelled = Task { try await gate.untilOpen() }
        await Task.yield()
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        gate.resume()
        try await waiter.value
        try await gate.untilOpen()
    }

    @Test("tells its phase and each change of it")
    func observing() async {
        let gate = RunGate()
        var phases = gate.phases().makeAsyncIterator()
        #expect(await phases.next() == .running)
        gate.pause()
        #expect(await phases.next() == .paused)
        gate.pause()
        gate.step()
        #expect(await phases.next() == .stepping(taken: false))
    }
}
