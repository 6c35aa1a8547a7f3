import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

@Suite("Looking around", .shared)
struct NavigationTests {
    private static let size = Size(120, 36)

    /// A dashboard that shows 40 decisions, with the log of them focused.
    private struct Desk {
        var state = DashboardState()
        var snapshot = Script.running(decisions: 40)
        var now = 20.0

        init(focus: Key = .character("5")) {
            press(focus)
            draw()
        }

        mutating func press(_ keys: Key...) {
            for key in keys { _ = state.press(key, snapshot: snapshot, now: now) }
        }

        mutating func type(_ text: String) { for scalar in text.unicodeScalars { press(.character(scalar)) } }

        @discardableResult
        mutating func draw(_ size: Size = NavigationTests.size) -> [String] {
            state.compose(snapshot, frame: nil, now: now, size: size, look: .unicode).rows
        }

        mutating func decide(_ id: Int) {
            for event in Script.events(decisions: id).suffix(8) {
                if case .decided(let decision, _) = event.kind, decision.id == id { snapshot.apply(event) }
            }
            let decision = Decision(
                id: id, action: .jump, source: .rule, priority: .normal, reason: "a gap", frame: 9, scene: .city)
            snapshot.apply(EngineEvent(time: 21, kind: .decided(decision, latency: 0.001)))
        }
    }

    @Test("a chosen decision stays chosen while others come, and following goes back to the newest")
    func choosing() {
        var desk = Desk()
        desk.press(.up)
        #expect(desk.state.view.chosen == 40)
        desk.press(.character("k"), .character("k"))
        #expect(desk.state.view.chosen == 38)
        desk.decide(41)
        #expect(desk.draw().contains { $0.contains("3 newer, f follows") })
        #expect(desk.state.view.chosen == 38)
        desk.press(.character("g"))
        #expect(desk.state.view.chosen == 1)
        desk.press(.character("k"), .pageDown)
        #expect(desk.state.view.chosen ?? 0 > 1)
        desk.press(.character("f"))
        #expect(desk.state.view.chosen == nil)
        desk.press(.character("f"))
        #expect(desk.state.view.chosen == 41)
        desk.press(.down)
        #expect(desk.state.view.chosen == nil)
    }

    @Test("Enter opens the chosen decision, left and right go to its neighbours, Esc closes it")
    func opening() {
        var desk = Desk()
        desk.press(.enter)
        #expect(desk.state.view.overlay == .decision(40))
        #expect(desk.draw().contains { $0.contains("decision 40") })
        desk.press(.left, .character("h"))
        #expect(desk.state.view.overlay == .decision(38))
        desk.press(.right)
        #expect(desk.state.view.overlay == .decision(39))
        desk.press(.character("l"), .right, .right)
        #expect(desk.state.view.overlay == .decision(40))
        desk.press(.escape)
        #expect(desk.state.view.overlay == nil)
    }

    @Test("reading the newest decision does not stop the log; going to an older one and choosing one do")
    func openingFollows() {
        var desk = Desk()
        desk.press(.enter, .escape)
        #expect(desk.state.view.chosen == nil)
        desk.press(.enter, .character("2"))
        #expect(desk.state.view.chosen == nil)
        desk.press(.character("5"), .enter, .left, .right, .escape)
        #expect(desk.state.view.chosen == nil)
        desk.press(.enter, .left, .escape)
        #expect(desk.state.view.chosen == 39)
        desk.press(.enter, .escape)
        #expect(desk.state.view.chosen == 39)
        let canvas = desk.state.compose(desk.snapshot, frame: nil, now: 20, size: Self.size, look: .unicode)
        let y = canvas.rows.firstIndex { $0.contains("1 newer") } ?? 0
        let row = (0..<Self.size.width).map { canvas[$0, y] }
        #expect(row.contains { $0.scalar == "n" && $0.style == Style(.warning) })
    }

    @Test("a decision shows its reading, what the model was asked and said, and what came of it")
    func detail() {
        var snapshot = Snapshot()
        var reading = Reading()
        reading.frame = 7
        reading.scene = .combat
        reading.confidence = 0.9
        reading.health = 41
        reading.enemies = 2
        reading.enemyBearing = -30
        let decision = Decision(
            id: 5, action: .attack, source: .model, priority: .high, reason: "strikes (model: it is close)", frame: 7,
            scene: .combat)
        let outcome = ActionOutcome(decision: decision, fate: .executed, frameAge: 0.05, duration: 0.4)
        let kinds: [EngineEvent.Kind] = [
            .consulted(Consultation(frame: 6, prompt: "What should be done?", answer: "{\"intent\":\"engage\"}")),
            .intent(Intent(kind: .engageEnemy, reason: "it is close", frame: 6, gameTime: 0, lifetime: 10)),
            .perceived(reading, latency: 0.01), .decided(decision, latency: 0.001), .acted(outcome),
            .verified(decision: 5, action: .attack, .verified),
        ]
        for kind in kinds { snapshot.apply(EngineEvent(time: 3, kind: kind)) }
        guard let line = snapshot.actions.last else {
            Issue.record("the decision is not in the log")
            return
        }
        let text = DecisionText.lines(line, width: 70, glyphs: .unicode).map(\.plain)
        for part in [
            "action     attack", "because    strikes (model: it is close)", "by         model", "priority   high",
            "frame      #7, combat", "effect     ✓ verified", "frame age  50ms at the first key",
            "vitals     health 41, magicka unknown, stamina unknown", "enemies    2, 30 degrees left",
            "intent     engage", "asked      about frame #6, 0.0s of play before this decision", "What should be done?",
            "{\"intent\":\"engage\"}",
        ] { #expect(text.contains(part), "\(part)") }
    }

    @Test("the picture behind a decision is shown while it is kept, and its absence is said")
    func picture() {
        var desk = Desk()
        desk.press(.enter)
        #expect(desk.draw(Size(200, 50)).contains { $0.contains("The picture is not kept any more.") })
        let red: [UInt8] = [255, 0, 0]
        let frame = Frame(
            width: 10, height: 6, rgb: Array(repeating: red, count: 60).flatMap(\.self), sequence: 810,
            capturedAt: .now)
        let canvas = desk.state.compose(
            desk.snapshot, frame: nil, now: 20, size: Self.size, look: .unicode,
            pictureOf: { $0 == 810 ? frame : nil })
        #expect(canvas.cells.count { $0.style == .picture(upper: RGB(255, 0, 0), lower: RGB(255, 0, 0)) } > 100)
    }

    @Test("a filter shows the lines that contain it, while keys of the agent are text")
    func filter() {
        var desk = Desk(focus: .character("1"))
        desk.press(.character("/"))
        #expect(desk.state.view.focus == .decisions && desk.state.view.isTyping)
        desk.type("REFUSq")
        #expect(desk.state.view.stopPresses == 0)
        desk.press(.backspace)
        #expect(desk.draw().last?.hasPrefix(" /REFUS   Enter keep") == true)
        desk.press(.enter)
        #expect(!desk.state.view.isTyping)
        let lines = DecisionsPanel.lines(desk.snapshot, filter: desk.state.view.filter)
        #expect(lines.count == 13 && lines.allSatisfy { $0.outcome?.fate == .refused(.menuInCombat) })
        #expect(desk.draw().contains { $0.contains("/REFUS 13 of 40") })
        desk.press(.character("k"), .character("k"))
        #expect(desk.state.view.chosen == lines[11].decision.id)
        desk.press(.escape)
        #expect(desk.state.view.filter.isEmpty)
        desk.press(.character("/"), .character("x"), .escape)
        #expect(desk.state.view.filter.isEmpty && !desk.state.view.isTyping)
    }

    @Test("each log has a filter of its own, and where it leaves nothing that is said")
    func filters() {
        var desk = Desk()
        desk.press(.character("/"))
        desk.type("refus")
        desk.press(.enter, .character("4"), .character("4"))
        let interpreter = desk.draw()
        #expect(interpreter.contains { $0.contains("Two wolves") } && !interpreter[1].contains("/refus"))
        desk.press(.escape, .character("/"))
        #expect(desk.state.view.focus == .interpreter && desk.state.view.isZoomed)
        desk.type("dragon")
        desk.press(.enter)
        #expect(desk.draw().contains { $0.contains("no line contains \"dragon\"") })
        desk.press(.escape)
        #expect(desk.draw().contains { $0.contains("Two wolves") })
        desk.press(.escape)
        #expect(desk.draw().contains { $0.contains("/refus 13 of 40") })
    }

    @Test("a frozen screen says so and stands still; the state, the agent's keys and the end do not")
    func freezing() {
        var desk = Desk()
        desk.press(.character("F"))
        let before = desk.draw()
        desk.decide(41)
        desk.snapshot.apply(EngineEvent(time: 22, kind: .state(.paused)))
        desk.now = 85
        let after = desk.draw()
        #expect(after[0].contains("PAUSED") && after[0].contains("SCREEN FROZEN 00:01:05"))
        #expect(Array(after[1..<35]) == Array(before[1..<35]))
        #expect(desk.state.press(.character(" "), snapshot: desk.snapshot, now: 85) == [.send(.togglePause)])
        desk.snapshot.apply(EngineEvent(time: 86, kind: .state(.stopping)))
        #expect(!desk.draw()[0].contains("FROZEN"))
    }

    @Test("the log of interpretations stays where it was scrolled to while new ones come")
    func interpretations() {
        var desk = Desk(focus: .character("4"))
        for id in 3...20 {
            var done = Interpretation(id: id, perspective: .tactical, frame: 1, startedAt: 10)
            desk.snapshot.apply(EngineEvent(time: 10, kind: .interpretationStarted(done)))
            done.text = "sentence number \(id)"
            done.end = .finished(reason: "STOP")
            desk.snapshot.apply(EngineEvent(time: 10, kind: .interpretationEnded(done)))
        }
        desk.press(.character("z"))
        desk.draw()
        desk.press(.pageUp)
        let before = desk.draw()
        desk.snapshot.apply(
            EngineEvent(
                time: 11,
                kind: .interpretationStarted(Interpretation(id: 21, perspective: .spatial, frame: 2, startedAt: 11))))
        #expect(desk.draw()[2..<34] == before[2..<34])
        desk.press(.character("f"))
        #expect(desk.draw().contains { $0.contains("spatial #2") })
    }

    @Test("a notice and the dashboard's own word stand as a toast for a moment, the newer one first")
    func toast() {
        var desk = Desk()
        desk.snapshot.apply(EngineEvent(time: 19, kind: .notice("the game takes no keys")))
        #expect(desk.draw().contains { $0.contains("the game takes no keys") })
        desk.press(.character("M"))
        #expect(desk.draw().contains { $0.contains("mouse on") })
        #expect(!desk.draw().contains { $0.contains("the game takes no keys") })
        desk.now = 30
        #expect(!desk.draw().contains { $0.contains("mouse on") })
    }

    @Test("what was said before the state changed is gone with it; what is said of the change itself stays")
    func staleToast() {
        var desk = Desk()
        desk.snapshot.apply(EngineEvent(time: 19.25, kind: .notice("input held")))
        desk.snapshot.apply(EngineEvent(time: 19.3, kind: .state(.held)))
        #expect(desk.draw().contains { $0.contains("input held") })
        desk.press(.character("M"))
        desk.snapshot.apply(EngineEvent(time: 20.5, kind: .state(.operatorDrives)))
        desk.now = 20.6
        #expect(!desk.draw().contains { $0.contains("input held") || $0.contains("mouse on") })
    }

    @Test("a click focuses, chooses and opens; the wheel scrolls what is under it; a title zooms")
    func mouse() {
        var desk = Desk(focus: .character("2"))
        guard let decisions = desk.state.panelRects[.decisions] else {
            Issue.record("the panel is not on the screen")
            return
        }
        let x = decisions.x + 5
        desk.press(.mouse(.press(.left), x: x, y: decisions.maxY - 2))
        #expect(desk.state.view.focus == .decisions && desk.state.view.chosen == 40)
        desk.press(.mouse(.wheelUp, x: x, y: decisions.y + 1))
        #expect(desk.state.view.chosen == 37)
        desk.draw()
        let lines = DecisionsPanel.lines(desk.snapshot, filter: "")
        let row = 36 - DecisionsPanel.window(lines, chosen: 37, rows: decisions.inner.height).first
        desk.press(.character("/"))
        desk.press(.mouse(.press(.left), x: x, y: decisions.inner.y + row))
        #expect(desk.state.view.overlay == .decision(37))
        #expect(!desk.state.view.isTyping, "what a click opened takes the keys")
        desk.draw()
        desk.press(.mouse(.press(.left), x: 60, y: 10), .mouse(.press(.left), x: 1, y: 1))
        #expect(desk.state.view.overlay == .decision(37), "a click inside is not one beside it")
        desk.press(.mouse(.press(.left), x: 1, y: 0))
        #expect(desk.state.view.overlay == nil)
        desk.press(.mouse(.press(.left), x: x, y: decisions.y))
        #expect(desk.state.view.isZoomed)
        desk.press(.mouse(.move, x: 500, y: 500), .mouse(.press(.left), x: 500, y: 500))
    }

    @Test("what the footer names can be clicked, on every screen")
    func footerButtons() throws {
        var desk = Desk()
        func click(_ words: String, _ rows: [String]) throws -> Key {
            let row = try #require(rows.last)
            let starts = row.indices.filter { row[$0...].hasPrefix(words) }
            let start = try #require(starts.first, "\(words) in \(row)")
            return .mouse(.press(.left), x: row.distance(from: row.startIndex, to: start) + 1, y: rows.count - 1)
        }
        func effects(_ words: String) throws -> [DashboardState.Effect] {
            desk.state.press(try click(words, desk.draw()), snapshot: desk.snapshot, now: desk.now)
        }
        #expect(try effects("space pause") == [.send(.togglePause)])
        #expect(try effects("! panic") == [.send(.panic)])
        #expect(try effects("/ filter").isEmpty && desk.state.view.isTyping)
        #expect(try effects("Esc as before").isEmpty && !desk.state.view.isTyping)
        #expect(try effects("? help").isEmpty && desk.state.view.isHelpOpen)
        #expect(try effects("j k scroll").isEmpty && desk.state.view.isHelpOpen)
        #expect(try effects("q close").isEmpty && !desk.state.view.isHelpOpen)
        desk.snapshot.apply(EngineEvent(time: 21, kind: .state(.operatorDrives)))
        #expect(try effects("Esc Esc give back") == [.send(.takeOver(false))])
        #expect(try effects("wasd move").isEmpty)
        desk.snapshot.apply(EngineEvent(time: 22, kind: .state(.running)))
        #expect(try effects("q stop") == [.send(.stop(.key))])
        desk.snapshot.apply(EngineEvent(time: 23, kind: .state(.ended)))
        desk.now = 30
        #expect(try effects("1-6 panels").isEmpty && desk.state.view.looksBack)
        #expect(try effects("q statistics").isEmpty && !desk.state.view.looksBack)
        #expect(try effects("q leave") == [.leave])
    }
}
