import Testing

@testable import Basics

@testable import Engine
@testable import Record

@Suite(.shared) struct SecondsHistoryTests {
    @Test("a second is one value however often it was measured, and silence none")
    func seconds() {
        var history = SecondsHistory(capacity: 2)
        #expect(history.values.isEmpty && history.total == 0)
        for (value, time) in [(1.0, 0.1), (3, 0.9), (5, 1.5), (7, 9.0), (.nan, 9.1), (9, 9.5)] {
            history.add(value, at: time)
        }
        #expect(history.values == [2, 5, 8] && history.total == 3)
        history.add(1, at: 10)
        #expect(history.values == [5, 8, 1] && history.total == 4)
    }

    @Test("the pace of a loop is told once a second")
    func pace() {
        var snapshot = Snapshot()
        func beat(_ time: Double, _ latency: Double) {
            snapshot.apply(EngineEvent(time: time, kind: .beat(.game, latency: latency, interval: 1)))
        }
        beat(0, 1)
        beat(0.1, 1)
        #expect(snapshot.loops[.game]?.pace.rate == 10)
        beat(0.5, 9)
        #expect(snapshot.loops[.game]?.pace.p95 == 1)
        beat(1.1, 9)
        #expect(snapshot.loops[.game]?.pace.p95 == 9)
        #expect(snapshot.loops[.game]?.seconds.values == [3.7, 9])
    }
}
