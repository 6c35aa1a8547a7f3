import Canvas
import Testing

@testable import Dashboard
@testable import Engine
@testable import Record

/// How the screen and the report tell of loops that fail.
@Suite("Loops that fail", .shared)
struct FailedLoopTests {
    private func snapshot(_ kinds: EngineEvent.Kind...) -> Snapshot {
        var snapshot = Script.running()
        for kind in kinds { snapshot.apply(EngineEvent(time: 10, kind: kind)) }
        return snapshot
    }
    private let failed = EngineEvent.Kind.loopFailed(.perception, message: "no picture", restart: 2, in: 2)
    private let dead = EngineEvent.Kind.loopDead(.perception, message: "no picture", restarts: 3)

    private func screen(
        _ snapshot: Snapshot, _ size: Size = Size(120, 36), now: Double = 11, look: Look = .unicode
    ) -> String {
        var state = DashboardState()
        return state.compose(snapshot, frame: nil, now: now, size: size, look: look).rows.joined(separator: "\n")
    }

    @Test("one that will be started again says why it failed and when it goes on")
    func failing() {
        let text = screen(snapshot(failed))
        #expect(text.contains("▲ perception failed, restart 2 in 1.00s: no picture"))
        #expect(text.contains("restart 2 in 1.00s: no…") || text.contains("restart 2 in 1.00s: no picture"))
        #expect(!text.contains("INPUT HELD"))
        let after = screen(snapshot(failed, .loopRestarted(.perception)))
        #expect(!after.contains("no picture"))
    }

    @Test(
        "one that is given up is told in the middle of the screen, with what can be done",
        arguments: [Size(80, 24), Size(120, 36), Size(250, 70), Size(41, 12)])
    func given(size: Size) {
        let snapshot = snapshot(dead, .state(.held))
        for look in [Look.unicode, .ascii, .mono] {
            let text = screen(snapshot, size, look: look)
            #expect(text.contains("INPUT HELD") && text.contains("perception does not work"), "\(text)")
            #expect(text.contains("space starts it again"), "\(text)")
        }
        let wide = screen(snapshot)
        #expect(wide.contains("perception DEAD: no picture") && wide.contains("after 3 restarts: no picture"))
        #expect(wide.contains("t you play") && wide.contains("q ends the session"))
    }

    @Test("the banner is for a held input with a loop behind it, and for nothing else")
    func otherwise() {
        #expect(!screen(snapshot(.state(.held))).contains("INPUT HELD"))
        #expect(!screen(snapshot(dead, .state(.operatorDrives))).contains("INPUT HELD"))
        let revived = snapshot(dead, .state(.held), .loopRestarted(.perception), .state(.running))
        #expect(!screen(revived).contains("INPUT HELD"))
        // What a loop says reaches nothing but its line.
        let hostile = EngineEvent.Kind.loopDead(.perception, message: "\u{1B}[2J\nline\t\u{202E}x", restarts: 0)
        #expect(screen(snapshot(hostile, .state(.held))).unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    }

    @Test("a loop that was given up makes the exit code 1 and stands first in the report; one that came back does not")
    func report() {
        var ended = snapshot(dead)
        for event in [EngineEvent.Kind.audited(Audit()), .ended(.key)] {
            ended.apply(EngineEvent(time: 12, kind: event))
        }
        let report = FinalReport(ended)
        #expect(report.outcome.exitCode == 1 && !report.outcome.isClean && report.outcome.reason == "key")
        #expect(
            report.outcome.problems.first
                == "the perception loop did not work from 00:00:10 on, after restart 3, and input was held: no picture")
        let loop = report.loops.first { $0.name == "perception" }
        #expect(loop?.isDead == true && loop?.failures == 1 && loop?.restarts == 0)
        let lines = FinalStatistics.plainLines(report).map(\.text)
        #expect(lines.contains("  perception: failed 1x, restarted 0x, given up"))

        var back = ended
        back.apply(EngineEvent(time: 13, kind: .loopRestarted(.perception)))
        #expect(FinalReport(back).outcome.problems.allSatisfy { !$0.contains("perception") })
        #expect(FinalReport(snapshot(dead), isInterim: true).outcome.problems.count == 1)
    }

    @Test("without a screen the same is a line each")
    func lines() {
        func note(_ kind: EngineEvent.Kind) -> (String, LineStamp.Gravity)? {
            HeadlessRun.note(on: EngineEvent(time: 1, kind: kind))
        }
        #expect(note(failed)?.0 == "the perception loop failed: no picture; restart 2 in 2.00s")
        #expect(note(.loopRestarted(.perception))?.0 == "the perception loop runs again")
        #expect(note(dead)?.0.contains("is given up, and input is held: no picture") == true)
        #expect([failed, dead].map { note($0)?.1 } == [.warning, .error])
    }

    @Test("experiences of earlier sessions are told apart from lessons of this one")
    func resumed() {
        var snapshot = snapshot(.learnerResumed(LearnerSummary(experiences: 100, states: 7)))
        #expect(FinalReport(snapshot).learner.resumedExperiences == 100)
        snapshot.apply(EngineEvent(time: 11, kind: .lesson(LearnerSummary(experiences: 101, states: 8))))
        let report = FinalReport(snapshot)
        #expect(report.learner.lessons == 1 && report.learner.resumedExperiences == 100)
        let lines = FinalStatistics.plainLines(report).map(\.text)
        #expect(lines.contains("  Experiences: 101 in 8 states, 100 of earlier sessions"))
    }
}
