import Games
import Testing

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

@Suite("Final statistics", .shared)
struct FinalStatisticsTests {
    @Test("the transcript begins with cycles and actions, one figure a line, none over 80 columns")
    func plain() {
        let lines = FinalStatistics.plainLines(FinalReport(Script.ended())).map(\.text)
        #expect(Array(lines.prefix(3)) == ["Final Statistics:", "  Cycles: 3", "  Actions: 2"])
        #expect(lines.allSatisfy { TextWidth.of($0) <= 80 })
        for line in [
            "  Refused: 1 (menu in combat 1)", "  Ended: stopped by key",
            "  Success rate: 50.0% of those that could be judged",
            "  rule: 1 (33.3%)", "  Kinds: 2 of 21", "  Interpretations: 2", "  Lines: 1 shown, 0 heard (no voice)",
            "  Opened / closed: 42 = 42",
            "  Requests: 42 = 39 responses + 1 failed + 2 cancelled", "  Not judged: 0",
            "  Failed: 1 (connecting 1)", "  Peak: 4 of 10", "  video interpreter: closed in 12ms",
            "  Audit: nothing left open (sockets 0 -> 0, processes 0 -> 0)",
            "  Most frequent: attack 50.0%, ok 100%; moveForward 50.0%, ok 0%",
            "  Game: embedded world, seed 7, parallel",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    @Test("rows of the screen fit, in one column and in two", arguments: [36, 76, 109, 110, 118, 198])
    func rowsFit(width: Int) {
        for snapshot in [Script.ended(), Script.ended(clean: false), Snapshot()] {
            let lines = FinalStatistics.lines(FinalReport(snapshot), width: width)
            #expect(lines.allSatisfy { $0.width <= width })
        }
    }

    @Test("what is left open turns its line red and says so")
    func leftOpen() {
        let ended = Script.ended(clean: false)
        #expect(ended.exitCode == 3 && Script.ended().exitCode == 0)
        let report = FinalReport(ended)
        #expect(!report.outcome.isClean && FinalReport(Script.ended()).outcome.isClean)
        let red = FinalStatistics.sections(report, .unicode).flatMap(\.entries).filter { $0.role == .bad }
        #expect(red.map(\.label) == ["Exit 3", "And", "And", "Opened / closed", "Audit", "video interpreter"])
        #expect(
            red.map(\.value) == [
                "video interpreter could not be closed: no answer", "1 of 42 connections not closed",
                "the audit found 1 open sockets", "42 / 41, 1 LEFT OPEN",
                "LEFT OPEN: sockets 0 -> 1, processes 0 -> 0", "FAILED: no answer",
            ])
        let clean = FinalStatistics.sections(FinalReport(Script.ended()), .unicode)
        #expect(clean.flatMap(\.entries).allSatisfy { $0.role != .bad })
        // The reason comes first, on the screen and in the transcript; what is red there is red here.
        let plain = FinalStatistics.plainLines(report)
        #expect(plain[0].text == "Not as it should be:")
        #expect(plain[1].text == "  Exit 3: video interpreter could not be closed: no answer")
        #expect(plain.filter(\.isBad).count == 6)
        #expect(Transcript.lines(report).filter(\.isBad).count == 8)
        #expect(FinalStatistics.lines(report, width: 78)[0].plain == "Not as it should be")
    }

    @Test("the proof that nothing is left open is on the first page", arguments: [Size(80, 24), Size(120, 36)])
    func firstPage(size: Size) {
        for clean in [true, false] {
            var state = DashboardState()
            let rows = state.compose(Script.ended(clean: clean), frame: nil, now: 20, size: size, look: .unicode).rows
            for words in ["Opened / closed", "Audit", "game input", "journal"] {
                #expect(rows.contains { $0.contains(words) }, "\(words)")
            }
        }
    }

    @Test("a report of a session that goes on raises no alarm about what is open")
    func interim() throws {
        let running = FinalReport(Script.running(), isInterim: true)
        let entries = FinalStatistics.sections(running, .unicode).flatMap(\.entries)
        #expect(entries.allSatisfy { $0.role != .bad })
        let lines = FinalStatistics.plainLines(running)
        #expect(!lines.contains { $0.isBad })
        for line in [
            "  Opened / closed: 42 / 40, 2 open now", "  Ended: still running", "  voice system: armed",
            "  Requests: 42 = 39 responses + 1 failed + 0 cancelled + 2 under way",
        ] { #expect(lines.map(\.text).contains(line), "\(line)") }
        let json = try running.json()
        #expect(json.contains("\"is_interim\" : true"))
        // What could not be closed is an alarm at any time, and who leaves before the end is told what is open.
        #expect(FinalReport(Script.stopping(), isInterim: true).cleanup.contains { $0.isLeftOpen })
        #expect(FinalStatistics.plainLines(FinalReport(Script.running())).contains { $0.isBad })
    }

    @Test("where only ASCII is shown the transcript is ASCII, and no sign has a selector anywhere")
    func ascii() {
        for clean in [true, false] {
            var snapshot = Script.ended(clean: clean)
            let failing = EngineEvent.Kind.endpointFailing(.plan, phase: nil, message: "na\u{ef}ve\u{2026}")
            snapshot.apply(EngineEvent(time: 12, kind: failing))
            let report = FinalReport(snapshot)
            let plain = Transcript.lines(report, glyphs: .ascii).map(\.text)
            #expect(plain.allSatisfy { $0.utf8.allSatisfy { $0 < 0x7F } })
            #expect(plain.contains("[CLEANUP] ok game input closed"))
            let unicode = Transcript.lines(report).map(\.text)
            #expect(unicode.allSatisfy { !$0.unicodeScalars.contains("\u{FE0F}") })
        }
    }

    @Test("verdicts and actions without one add up to the actions")
    func judged() {
        var snapshot = Script.running(decisions: 3)
        let outcome = ActionOutcome(
            decision: snapshot.actions[0].decision, fate: .executed, frameAge: nil, duration: 0.3)
        snapshot.apply(EngineEvent(time: 10, kind: .acted(outcome)))
        let report = FinalReport(snapshot)
        let actions = report.actions
        #expect(actions.notJudged == 1)
        #expect(
            actions.verified + actions.noEffect + actions.unverifiable + actions.notJudged == report.totals.actions)
    }

    @Test("lines are heard only where there is a voice, and files are named where they were saved")
    func voiceAndFiles() {
        var snapshot = Script.ended()
        var voice = VoiceStatus()
        voice.why = "no audio player"
        snapshot.apply(EngineEvent(time: 12, kind: .voice(voice)))
        var cost = FinalReport.DashboardFigures()
        cost.savedFiles = ["/home/a/singularis-1-screen.txt"]
        let lines = FinalStatistics.plainLines(FinalReport(snapshot, dashboard: cost)).map(\.text)
        #expect(lines.contains("  Lines: 1 shown, 0 heard (no audio player)"))
        #expect(lines.contains("  Saved: /home/a/singularis-1-screen.txt"))
        (voice.mode, voice.aloud) = (.aloud, 1)
        snapshot.apply(EngineEvent(time: 12, kind: .voice(voice)))
        let heard = FinalStatistics.plainLines(FinalReport(snapshot)).map(\.text)
        #expect(heard.contains("  Lines: 1 shown, 1 heard"))
    }

    @Test("an error that ended the session is the reason, in red")
    func error() {
        var snapshot = Script.running()
        snapshot.apply(EngineEvent(time: 12, kind: .ended(.error("the game window is gone"))))
        let report = FinalReport(snapshot)
        #expect(report.outcome.problems.first == "ended by an error: the game window is gone")
        #expect(report.outcome.exitCode == 1 && !report.outcome.isClean)
        #expect(Transcript.lines(report)[3] == .init(text: "Ended by an error: the game window is gone", isBad: true))
    }

    @Test("a cleanup that never came to its end is not clean")
    func noAudit() {
        var snapshot = Script.running()
        snapshot.apply(EngineEvent(time: 12, kind: .ended(.key)))
        #expect(snapshot.exitCode == 3)
        #expect(FinalReport(snapshot).outcome.problems.contains("the audit never came to pass"))
        #expect(FinalReport(snapshot).cleanup.allSatisfy { $0.result == .neverClosed })
    }

    @Test("time spent paused is not playtime")
    func paused() {
        var snapshot = Snapshot()
        snapshot.apply(EngineEvent(time: 0, kind: .state(.running)))
        snapshot.apply(EngineEvent(time: 60, kind: .state(.paused)))
        snapshot.apply(EngineEvent(time: 120, kind: .state(.running)))
        snapshot.apply(EngineEvent(time: 240, kind: .ended(.duration)))
        let lines = FinalStatistics.plainLines(FinalReport(snapshot)).map(\.text)
        #expect(lines.contains("  Playtime: 3.0 min"))
        #expect(lines.contains("  Paused: 1.0 min"))
        #expect(lines.contains("  Ended: duration reached"))
    }

    @Test("evenness is one when all kinds are used alike, and near zero when one is used almost always")
    func evenness() {
        typealias Actions = FinalReport.Actions
        #expect(Actions.evenness([5, 5, 5]).map { abs($0 - 1) < 1e-9 } == true)
        #expect(Actions.evenness([1000, 1]).map { $0 < 0.02 } == true)
        #expect(Actions.evenness([7]) == nil)
    }

    @Test("a table leaves out what matters least, and keeps its names")
    func table() {
        let table = StatisticsTable(
            heading: ["loop", "beats", "p50"], rows: [.init(cells: ["perception", "12", "1.0ms"])], droppable: [1, 2])
        func text(_ width: Int) -> [String] { table.rows(width: width, ellipsis: "…").map(\.text) }
        #expect(text(40) == ["loop        beats    p50", "perception     12  1.0ms"])
        #expect(text(18) == ["loop          p50", "perception  1.0ms"])
        #expect(text(10) == ["loop", "perception"])
        #expect(text(9) == ["loop", "percepti…"])
    }

    @Test("the screen says which key leaves, and scrolls when there is more")
    func screen() {
        var state = DashboardState()
        let ended = Script.ended()
        let small = state.compose(ended, frame: nil, now: 20, size: Size(80, 24), look: .unicode).rows
        #expect(small[0].hasPrefix("╭─┐final statistics stopped by key┌"))
        #expect(small[23].contains("q leave  j k scroll  1-6 panels  / filter  ? help"))
        #expect(small[1].contains("Connections"))
        _ = state.press(.pageDown, snapshot: ended, now: 20)
        let later = state.compose(ended, frame: nil, now: 20, size: Size(80, 24), look: .unicode).rows
        #expect(!later[1].contains("Connections") && later != small)
    }
}
