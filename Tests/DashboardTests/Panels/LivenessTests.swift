import Connections
import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

@Suite("Liveness", .shared)
struct LivenessTests {
    @Test("a loop is late after twice its interval and dead after five times, unless it was told to rest")
    func health() {
        var loop = LoopStatus()
        #expect(LoopsPanel.health(loop, now: 100) == .unborn)
        loop.beats = 5
        loop.lastBeat = 10
        loop.interval = 0.4
        #expect(LoopsPanel.health(loop, now: 10.7) == .beating)
        #expect(LoopsPanel.health(loop, now: 10.9) == .late)
        #expect(LoopsPanel.health(loop, now: 12.1) == .dead)
        loop.isResting = true
        #expect(LoopsPanel.health(loop, now: 500) == .resting)
        loop.isResting = false
        #expect(LoopsPanel.health(loop, now: 500, over: true) == .resting)
    }

    @Test("a frozen loop is named in the header, though no event says so")
    func frozen() {
        let snapshot = Script.running()
        func header(at now: Double) -> String {
            var canvas = Canvas(Size(120, 1))
            HeaderPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: PanelView(now: now))
            return canvas.rows[0]
        }
        // Its interval is half a second: at twice that it is late, which is well within two seconds.
        #expect(!header(at: 8.9).contains("perception"))
        #expect(header(at: 9.25).contains("▲ perception late 1.2s"))
        #expect(!header(at: 10).contains("SILENT"))
        #expect(header(at: 11).contains("✗ perception SILENT 3.0s"))
        #expect(header(at: 60).contains("perception SILENT 52s"))
    }

    @Test("a dead loop is named first in every state in which it should live", arguments: SessionState.allCases)
    func deadInEveryState(state: SessionState) {
        var snapshot = Script.running()
        snapshot.apply(EngineEvent(time: 10, kind: .state(state)))
        var canvas = Canvas(Size(44, 1))
        HeaderPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: PanelView(now: 60))
        #expect(canvas.rows[0].contains("✗ perception") == ![.paused, .stopping, .ended].contains(state))
    }

    @Test("where not all loops fit, a silent one comes first and the others are counted")
    func silentFirst() {
        var snapshot = Script.running()
        for loop in [LoopName.reasoning, .learning, .interpreter] {
            snapshot.apply(EngineEvent(time: 10, kind: .beat(loop, latency: 0.1, interval: 0.5)))
        }
        snapshot.apply(EngineEvent(time: 4, kind: .beat(.game, latency: 0.1, interval: 0.5)))
        var canvas = Canvas(Size(40, 6))
        LoopsPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: PanelView(now: 10))
        #expect(canvas.rows[1].contains("▲ perception") && canvas.rows[2].contains("✗ game"))
        #expect(canvas.rows[0].contains("loops +3 more"))
    }

    @Test("the age of a picture is that of the last action's, says when that was, and is not green for ever")
    func lastAction() {
        func border(at now: Double) -> (text: String, isGood: Bool) {
            var canvas = Canvas(Size(60, 6))
            LoopsPanel.draw(Script.running(), into: &canvas, at: canvas.bounds, view: PanelView(now: now))
            return (canvas.rows[5], (0..<60).contains { canvas[$0, 5].style == Style(.good) })
        }
        #expect(border(at: 10).text.contains("acted 1.0s ago, frame  42ms old") && border(at: 10).isGood)
        #expect(border(at: 49.5).text.contains("acted  40s ago, frame  42ms old") && !border(at: 49.5).isGood)
        #expect(border(at: 10).text.contains("skipped 0"))
    }

    @Test("every state has a word and a mark of its own", arguments: [Look.unicode, .ascii])
    func states(look: Look) {
        var seen: Set<String> = []
        for state in SessionState.allCases {
            var snapshot = Script.running()
            snapshot.apply(EngineEvent(time: 10, kind: .state(state)))
            var canvas = Canvas(Size(60, 1), look: look)
            HeaderPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: PanelView(now: 10))
            seen.insert(String(canvas.rows[0].prefix(12)))
        }
        #expect(seen.count == SessionState.allCases.count)
    }

    @Test("the header names the model that is asked, and none where none is", arguments: ["openai", ""])
    func model(api: String) {
        var info = SessionInfo()
        (info.model, info.endpoint, info.api) = ("none", "nobody", api)
        var snapshot = Snapshot()
        snapshot.apply(EngineEvent(time: 0, kind: .started(info)))
        var canvas = Canvas(Size(120, 1))
        HeaderPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: PanelView(now: 8))
        #expect(canvas.rows[0].contains("none") == !api.isEmpty)
    }

    @Test("a failing endpoint says what fails, in which phase and since when")
    func trouble() {
        var snapshot = Script.running()
        func fails(_ message: String) -> EngineEvent.Kind {
            .endpointFailing(.interpretation, phase: .connecting, message: message)
        }
        snapshot.apply(EngineEvent(time: 65, kind: fails("no address answers")))
        snapshot.apply(EngineEvent(time: 66, kind: fails("no address answers")))
        var canvas = Canvas(Size(120, 1))
        HeaderPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: PanelView(now: 8))
        #expect(canvas.rows[0].contains("RUNNING  ▲ model fails, 2x: no address answers  cycles 3"))
        let long = String(repeating: "no address answers, ", count: 20)
        snapshot.apply(EngineEvent(time: 67, kind: fails(long)))
        var full = Canvas(Size(120, 1))
        HeaderPanel.draw(snapshot, into: &full, at: full.bounds, view: PanelView(now: 8))
        #expect(full.rows[0].contains("…  cycles 3"))
        snapshot.apply(EngineEvent(time: 68, kind: .endpointRecovered(.interpretation)))
        for _ in 0..<2 {
            snapshot.apply(EngineEvent(time: 65, kind: fails("no address answers")))
        }
        var panel = Canvas(Size(80, 12))
        InterpreterPanel.draw(snapshot, into: &panel, at: panel.bounds, view: PanelView(now: 8))
        #expect(panel.rows[1].contains("model fails, 2x since 00:01:05: no address answers"))
        snapshot.apply(EngineEvent(time: 70, kind: .endpointRecovered(.interpretation)))
        var after = Canvas(Size(120, 1))
        HeaderPanel.draw(snapshot, into: &after, at: after.bounds, view: PanelView(now: 70))
        #expect(!after.rows[0].contains("model fails"))
    }

    @Test("a silence says since when, mostly why and what to do; one kind that fails is named")
    func silence() {
        var snapshot = Script.running()
        let failing = EngineEvent.Kind.endpointFailing(.plan, phase: nil, message: "no tools")
        for kind in [EngineEvent.Kind.account(.sent(.interpretation)), .account(.sent(.plan)), failing] {
            snapshot.apply(EngineEvent(time: 65, kind: kind))
        }
        func header() -> String {
            var canvas = Canvas(Size(120, 1))
            HeaderPanel.draw(snapshot, into: &canvas, at: canvas.bounds, view: PanelView(now: 66))
            return canvas.rows[0]
        }
        #expect(header().contains("▲ plans fail: no tools"))
        let silence = Silence(requests: 5, reason: .refused, message: "none", since: 61)
        snapshot.apply(EngineEvent(time: 66, kind: .account(.silent(.plan, silence))))
        #expect(header().contains("▲ no usable plan since 00:01:01, mostly refused: none  "))
        #expect(!header().contains("plans fail"))
        var panel = Canvas(Size(80, 12))
        InterpreterPanel.draw(snapshot, into: &panel, at: panel.bounds, view: PanelView(now: 66))
        #expect(panel.rows.contains { $0.contains("no usable plan since 00:01:01, mostly refused: none") })
        snapshot.apply(EngineEvent(time: 67, kind: .account(.silent(.plan, nil))))
        snapshot.apply(EngineEvent(time: 67, kind: .endpointRecovered(.plan)))
        #expect(!header().contains("▲"))
        let hold = HoldReport(reason: .circuitOpen(failures: 1), until: 367)
        snapshot.apply(EngineEvent(time: 67, kind: .account(.heldKind(.plan, hold))))
        #expect(header().contains("plans: asks again in 5m01s: circuit open after a failure"))
    }

    @Test("ages are coloured against their budget, by connect timeout until the handshake is over")
    func budgets() {
        #expect(AgeRole.of(4, budget: 10) == .good)
        #expect(AgeRole.of(6, budget: 10) == .warning)
        #expect(AgeRole.of(9, budget: 10) == .bad)
    }
}

@Suite("Running screen", .shared)
struct RunningScreenTests {
    @Test(
        "the whole screen can be drawn at any size, focus and zoom, from any state",
        arguments: [
            (1, 1), (40, 10), (41, 11), (79, 23), (80, 24), (100, 30), (119, 33), (120, 32), (200, 50), (250, 70),
        ])
    func everySize(width: Int, height: Int) {
        let frame = Frame(
            width: 160, height: 96, rgb: Array(repeating: 90, count: 160 * 96 * 3), sequence: 7, capturedAt: .now)
        for snapshot in [Snapshot(), Script.running(decisions: 60), Script.stopping(), Script.ended()] {
            for look in [Look.unicode, .ascii, .mono] {
                var state = DashboardState()
                for key in [
                    Key.tab, .character("z"), .character("?"), .escape, .pageUp, .character("z"), .character("?"),
                ] {
                    let canvas = state.compose(
                        snapshot, frame: frame, now: 10, size: Size(width, height), look: look)
                    #expect(canvas.rows.allSatisfy { TextWidth.of($0) == width })
                    if look == .ascii { #expect(canvas.rows.joined().utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }) }
                    _ = state.press(key, snapshot: snapshot, now: 10)
                }
            }
        }
    }

    @Test("the picture changes no more often than its own cap, and the same picture is not drawn twice")
    func pictureCap() {
        func frame(_ sequence: UInt64) -> Frame {
            Frame(width: 2, height: 2, rgb: Array(repeating: 0, count: 12), sequence: sequence, capturedAt: .now)
        }
        var state = DashboardState(pictureInterval: 0.25)
        #expect(state.wantsPicture(frame(1), now: 1))
        _ = state.compose(Script.running(), frame: frame(1), now: 1, size: Size(80, 24), look: .unicode)
        #expect(!state.wantsPicture(frame(1), now: 9))
        #expect(!state.wantsPicture(frame(2), now: 1.2))
        #expect(state.wantsPicture(frame(2), now: 1.25))
        #expect(!state.wantsPicture(nil, now: 9))
    }

    @Test("the picture that has the screen comes five times as often, and the engine is told that it is looked at")
    func closePicture() {
        func frame(_ sequence: UInt64) -> Frame {
            Frame(width: 2, height: 2, rgb: Array(repeating: 0, count: 12), sequence: sequence, capturedAt: .now)
        }
        var state = DashboardState(pictureInterval: 0.25)
        func see(_ sequence: UInt64, _ now: Double) {
            _ = state.compose(Script.running(), frame: frame(sequence), now: now, size: Size(80, 24), look: .unicode)
        }
        see(1, 1)
        #expect(state.tick(now: 1) == [])
        state.view.focus = .picture
        #expect(state.tick(now: 1) == [])
        state.view.isZoomed = true
        #expect(state.tick(now: 1) == [.send(.lookClosely(true))])
        #expect(state.tick(now: 1) == [])
        #expect(!state.wantsPicture(frame(2), now: 1.03))
        #expect(state.wantsPicture(frame(2), now: 1.05))
        see(2, 1.05)
        #expect(state.shownSequence == 2)
        // Another panel has the screen.
        state.view.focus = .loops
        #expect(state.tick(now: 2) == [.send(.lookClosely(false))])
        #expect(!state.wantsPicture(frame(3), now: 1.2))
        #expect(DashboardState(pictureInterval: .infinity).pictureDue == nil)
    }

    @Test("text of a model cannot reach beyond its panel", arguments: hostileTexts.indices)
    func hostileCommentary(index: Int) {
        var snapshot = Script.running()
        let text = hostileTexts[index]
        snapshot.apply(EngineEvent(time: 9, kind: .interpretationText(id: 2, piece: text)))
        snapshot.apply(EngineEvent(time: 9, kind: .notice(text)))
        snapshot.apply(
            EngineEvent(time: 9, kind: .spoken(Utterance(text: text, priority: .high, topic: "threat"))))
        snapshot.apply(EngineEvent(time: 9, kind: .endpointFailing(.interpretation, phase: nil, message: text)))
        var state = DashboardState()
        let canvas = state.compose(snapshot, frame: nil, now: 10, size: Size(120, 36), look: .unicode)
        #expect(canvas.rows.allSatisfy { TextWidth.of($0) == 120 })
        // The borders stand where they stand without that text.
        for y in 1..<35 {
            let edge = canvas[119, y].scalar
            #expect(["│", "╮", "╯"].contains(edge))
        }
    }
}
