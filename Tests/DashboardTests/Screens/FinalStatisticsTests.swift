import Engine
import Testing

@testable import Dashboard

@Suite("Final statistics")
struct FinalStatisticsTests {
    @Test("the transcript begins with cycles and actions, one figure a line, none over 80 columns")
    func plain() {
        let lines = FinalStatistics.plainLines(snapshot: Script.ended())
        #expect(Array(lines.prefix(3)) == ["Final Statistics:", "  Cycles: 3", "  Actions: 2"])
        #expect(lines.allSatisfy { TextWidth.of($0) <= 80 })
        for line in [
            "  Refused: 1 (menu in combat 1)", "  Ended: stopped by key",
            "  Success rate: 50.0% of those that could be judged",
            "  rule: 1 (33%)", "  Kinds: 2 of 21", "  Interpretations: 2", "  Spoken: 1", "  Opened / closed: 42 = 42",
            "  Failed: 1 (connecting 1)", "  Peak: 4 of 10", "  video interpreter: closed in 12ms",
            "  Audit: nothing left open (sockets 0 -> 0, processes 0 -> 0)",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test("rows of the screen fit, in one column and in two", arguments: [36, 76, 109, 110, 118, 198])
    func rowsFit(width: Int) {
        for snapshot in [Script.ended(), Script.ended(clean: false), Snapshot()] {
            let lines = FinalStatistics.lines(snapshot: snapshot, width: width)
            #expect(lines.allSatisfy { $0.width <= width })
        }
    }

    @Test("what is left open turns its line red and says so")
    func leftOpen() {
        let ended = Script.ended(clean: false)
        #expect(!FinalStatistics.isClean(ended))
        #expect(FinalStatistics.isClean(Script.ended()))
        let red = FinalStatistics.sections(ended, .unicode).flatMap(\.entries).filter { $0.role == .bad }
        #expect(red.map(\.label) == ["Opened / closed", "video interpreter", "Audit"])
        #expect(
            red.map(\.value) == ["42 / 41, 1 LEFT OPEN", "FAILED: no answer", "1 sockets and 0 processes LEFT OPEN"])
        #expect(FinalStatistics.sections(Script.ended(), .unicode).flatMap(\.entries).allSatisfy { $0.role != .bad })
    }

    @Test("an error that ended the session is the reason, in red")
    func error() {
        var snapshot = Script.running()
        snapshot.apply(EngineEvent(time: 12, kind: .ended(.error("the game window is gone"))))
        #expect(FinalStatistics.reason(snapshot) == "ended by an error: the game window is gone")
        #expect(!FinalStatistics.isClean(snapshot))
    }

    @Test("time spent paused is not playtime")
    func paused() {
        var snapshot = Snapshot()
        snapshot.apply(EngineEvent(time: 0, kind: .state(.running)))
        snapshot.apply(EngineEvent(time: 60, kind: .state(.paused)))
        snapshot.apply(EngineEvent(time: 120, kind: .state(.running)))
        snapshot.apply(EngineEvent(time: 240, kind: .ended(.duration)))
        let lines = FinalStatistics.plainLines(snapshot: snapshot)
        #expect(lines.contains("  Playtime: 3.0 min"))
        #expect(lines.contains("  Paused: 1.0 min"))
        #expect(lines.contains("  Ended: duration reached"))
    }

    @Test("evenness is one when all kinds are used alike, and near zero when one is used almost always")
    func evenness() {
        #expect(FinalStatistics.evenness([5, 5, 5]).hasPrefix("1.00"))
        #expect(FinalStatistics.evenness([1000, 1]).hasPrefix("0.01"))
        #expect(FinalStatistics.evenness([7]).hasPrefix("0.00"))
    }

    @Test("the screen says which key leaves, and scrolls when there is more")
    func screen() {
        var state = DashboardState()
        let ended = Script.ended()
        let small = state.compose(ended, frame: nil, now: 20, size: Size(80, 24), look: .unicode).rows
        #expect(small[0].hasPrefix("╭─┐final statistics stopped by key┌"))
        #expect(small[23].contains("any other key leaves"))
        #expect(small[1].contains("Final Statistics"))
        _ = state.press(.pageDown, snapshot: ended, now: 20)
        let later = state.compose(ended, frame: nil, now: 20, size: Size(80, 24), look: .unicode).rows
        #expect(!later[1].contains("Final Statistics") && later != small)
    }
}
