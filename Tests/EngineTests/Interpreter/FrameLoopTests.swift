import Synchronization
import Testing

@testable import Basics
@testable import Connections

@testable import Engine

@Suite("The loop behind interpreter and planner", .timeLimit(.minutes(5)), .shared)
struct FrameLoopTests {
    @Test("while nothing is admitted, frames cut no wait short")
    func held() async {
        let clock = ManualClock()
        let asked = Mutex(0)
        let (refusals, refused) = AsyncStream.makeStream(of: Int.self)
        let over = clock.now + .seconds(60)
        let loop = FrameLoop(places: 1, period: .seconds(1), clock: clock) { () throws(Hold) in
            refused.yield(
                asked.withLock {
                    $0 += 1
                    return $0
                })
            throw Hold(.perMinute(limit: 1), until: over)
        }
        _ = loop.offer(.one(1, at: clock.now))
        let run = Task { await loop.run { _, _, _ in } }
        var refusal = refusals.makeAsyncIterator()
        #expect(await refusal.next() == 1)
        await clock.sleepers(1)
        for sequence in 2...20 as ClosedRange<UInt64> {
            _ = loop.offer(.one(sequence, at: clock.now))
            await Task.yield()
        }
        #expect(loop.isHeld && asked.withLock { $0 } == 1)
        loop.wake()
        #expect(await refusal.next() == 2, "an ended request may have made room")
        await clock.sleepers(1)
        clock.advance(by: .seconds(60))
        #expect(await refusal.next() == 3)
        await loop.close()
        await run.value
        #expect(!loop.isHeld)
    }
}
