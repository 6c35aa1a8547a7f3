import Canvas
import Terminal
import Testing

@testable import Dashboard
@testable import Record

@Suite("While you were away", .shared)
struct AwayTests {
    private func decided(_ id: Int) -> EngineEvent.Kind {
        .decided(
            Decision(
                id: id, action: .jump, source: .rule, priority: .normal, reason: "why not", frame: 1, scene: .combat),
            latency: 0.001)
    }

    private func apply(_ snapshot: inout Snapshot, _ kinds: [(Double, EngineEvent.Kind)]) {
        for (time, kind) in kinds { snapshot.apply(EngineEvent(time: time, kind: kind)) }
    }

    private var start: Snapshot {
        var snapshot = Snapshot()
        apply(&snapshot, [
            (0, .state(.running)), (1, .quality(QualityReport(value: 1, places: ["A"], deaths: 2))), (1, decided(1)),
            (1, .notice("before")), (1, .account(.sent(.plan))),
            (1, .account(.ended(.plan, .answered, cost: Money(nanodollars: 1_000_000_000), unreported: .zero))),
        ])
        return snapshot
    }

    @Test("it tells what came between two moments, and nothing of what was before")
    func difference() {
        let before = start
        var after = before
        apply(&after, [
            (90, decided(2)), (91, decided(3)), (92, .notice("meanwhile")),
            (93, .quality(QualityReport(value: 1, places: ["A", "B", "C"], deaths: 3))),
            (94, .account(.sent(.plan))), (94, .account(.sent(.plan))),
            (95, .account(.ended(.plan, .answered, cost: Money(nanodollars: 500_000_000), unreported: .zero))),
            (95, .account(.ended(.plan, .failed(.quota), cost: .zero, unreported: Money(nanodollars: 200_000_000)))),
            (96, .stuck(.detected(similarity: 1, repeats: 4))),
            (97, .loopFailed(.action, message: "no window", restart: 1, in: 1)),
        ])
        let summary = AwaySummary(since: before, to: after, seconds: 99, longestSilence: 89)
        #expect(summary.decisions == 2 && summary.deaths == 1 && summary.places == ["B", "C"])
        #expect(summary.spent.description == "$0.50" && summary.unreported.description == "$0.20")
        #expect(summary.requests == 2 && summary.failedRequests == 1 && summary.stuckEpisodes == 1)
        #expect(summary.loopFailures == 1 && summary.notices.map(\.text) == ["meanwhile"])
        let text = AwayOverlay.lines(summary, width: 76).map(\.plain).joined(separator: "\n")
        for words in ["2: B, C", "$0.50, at most $0.20 more", "1 of 2 requests", "89.0s without", "meanwhile"] {
            #expect(text.contains(words), "\(words) in \(text)")
        }
        let nothing = AwaySummary(since: after, to: after, seconds: 1, longestSilence: 0)
        #expect(nothing.decisions == 0 && nothing.places.isEmpty && nothing.notices.isEmpty && nothing.spent == .zero)
    }

    @Test("somebody who comes back is told from the last key before, whatever keys they press then")
    func absence() throws {
        var watch = AwayWatch()
        var snapshot = start
        watch.see(snapshot, now: 1)
        #expect(watch.press(snapshot, now: 10) == nil, "a minute without a key is an absence, and less is none")
        apply(&snapshot, [(20, decided(2))])
        watch.see(snapshot, now: 20)
        #expect(watch.press(snapshot, now: 70) == 60)
        apply(&snapshot, [(71, decided(3))])
        watch.see(snapshot, now: 71)
        #expect(watch.press(snapshot, now: 72) == nil && watch.press(snapshot, now: 73) == nil)
        let summary = try #require(watch.summary(snapshot, now: 73))
        #expect(summary.seconds == 63 && summary.decisions == 2)
        // Until somebody was away it is told from the first frame on.
        var fresh = AwayWatch()
        #expect(fresh.summary(snapshot, now: 1) == nil)
        fresh.see(start, now: 1)
        #expect(fresh.press(snapshot, now: 2) == nil && fresh.summary(snapshot, now: 3)?.decisions == 2)
    }

    @Test("silence is the longest time without a decision; a pause is none, and what was before does not count")
    func silence() {
        var watch = AwayWatch()
        var snapshot = start
        watch.see(snapshot, now: 0)
        func decide(at time: Double) {
            apply(&snapshot, [(time, decided(Int(time)))])
            watch.see(snapshot, now: time)
        }
        decide(at: 30)
        #expect(watch.press(snapshot, now: 31) == nil)
        decide(at: 32)
        decide(at: 44)
        apply(&snapshot, [(45, .state(.paused))])
        for time in 45...400 { watch.see(snapshot, now: Double(time)) }
        apply(&snapshot, [(400, .state(.running))])
        watch.see(snapshot, now: 400)
        decide(at: 405)
        #expect(watch.press(snapshot, now: 406) != nil)
        #expect(watch.summary(snapshot, now: 406)?.longestSilence == 12, "the 30 seconds were before")
        #expect(watch.summary(snapshot, now: 425)?.longestSilence == 20, "the present one counts too")
    }

    @Test("its key and a click on the header open it, the key and q close it; a word says so to whoever comes back")
    func keys() {
        var state = DashboardState()
        var snapshot = start
        let size = Size(120, 36)
        _ = state.compose(snapshot, frame: nil, now: 1, size: size, look: .unicode)
        #expect(state.press("a", snapshot: snapshot, now: 2).isEmpty && state.view.overlay == .away)
        _ = state.press("a", snapshot: snapshot, now: 3)
        #expect(state.view.overlay == nil && state.message == nil)
        _ = state.press(.mouse(.press(.left), x: 3, y: 0), snapshot: snapshot, now: 4)
        #expect(state.view.overlay == .away)
        _ = state.press("q", snapshot: snapshot, now: 5)
        #expect(state.view.overlay == nil)
        // On its way round the focus comes to the header, which says what Enter does there.
        for _ in PanelID.allCases { _ = state.press(.tab, snapshot: snapshot, now: 5) }
        func header() -> String {
            state.compose(snapshot, frame: nil, now: 5, size: size, look: .unicode).rows[0]
        }
        #expect(header().hasPrefix("  Enter while you were away  ◉ RUNNING"))
        _ = state.press(.enter, snapshot: snapshot, now: 5)
        #expect(state.view.overlay == .away && !state.view.isZoomed)
        for key in [Key.enter, .tab] { _ = state.press(key, snapshot: snapshot, now: 5) }
        #expect(state.view.overlay == nil && state.view.focus == .picture && !header().contains("Enter"))
        _ = state.press(.backTab, snapshot: snapshot, now: 5)
        #expect(state.view.isHeaderFocused)
        _ = state.press("1", snapshot: snapshot, now: 5)
        #expect(!state.view.isHeaderFocused && !state.view.isZoomed, "its digit gives the focus back before it zooms")
        apply(&snapshot, [(100, decided(2)), (101, .notice("a\u{1b}[2Jb"))])
        _ = state.press(.escape, snapshot: snapshot, now: 125)
        #expect(state.message?.text == "back after 2m00s: a tells what happened")
        _ = state.press("a", snapshot: snapshot, now: 126)
        for size in [Size(120, 36), Size(80, 24), Size(40, 10)] {
            let canvas = state.compose(snapshot, frame: nil, now: 126, size: size, look: .unicode)
            let text = canvas.rows.joined(separator: "\n")
            #expect(text.contains("while you were away: 2m01s") && text.contains("Decisions        1"), "\(text)")
            #expect(!text.contains("\u{1b}"))
        }
        let copied = state.copied(snapshot, from: Canvas(size, look: .unicode), now: 126)
        #expect(copied?.text.contains("Decisions") == true)
    }
}
