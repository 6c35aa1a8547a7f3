import Games
import Testing

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

@Suite("Keys", .shared)
struct KeyMapTests {
    @Test("no key means two things")
    func noDuplicates() {
        let keys = KeyMap.bindings.flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
        for binding in KeyMap.bindings {
            for key in binding.keys { #expect(KeyMap.action(for: key) == binding.action) }
        }
    }

    @Test("the help names every key, and the footer shows nothing that is not in the table")
    func helpAndFooter() {
        let help = HelpOverlay.lines(width: 200).map(\.plain)
        for binding in KeyMap.bindings {
            if case .focus(let panel) = binding.action {
                let row = help.first { $0.contains(" 1 ... 6 ") } ?? ""
                #expect(row.contains(panel.title) && (1...6).contains(panel.digit))
            } else {
                #expect(help.contains { $0.contains(binding.name) && $0.contains(binding.help) }, "\(binding.name)")
            }
        }
        let names = Set(KeyMap.bindings.map(\.name))
        for entry in FooterPanel.entries(Script.running()) { #expect(names.contains(entry.keys)) }
    }

    @Test("game keys are the person's from the moment they ask for them, also before the engine has said so")
    func drivingAtOnce() {
        var state = DashboardState()
        let running = Script.running()
        #expect(state.press(.character("t"), snapshot: running, now: 1) == [.send(.takeOver(true))])
        #expect(state.press(.character("i"), snapshot: running, now: 1.1) == [.send(.operatorInput(.press(.i)))])
        #expect(state.press(.character("i"), snapshot: running, now: 2) == [.send(.nextPerspective)])
    }

    @Test("going dry needs no question, going live asks once and names who gets the keys")
    func goingLive() {
        var state = DashboardState()
        var dry = Script.running()
        #expect(state.press(.character("d"), snapshot: dry, now: 0) == [.send(.toggleDryRun)])
        dry.apply(EngineEvent(time: 10, kind: .dryRun(true)))
        #expect(state.press(.character("d"), snapshot: dry, now: 10).isEmpty)
        #expect(state.message?.text == "d again: keys will go to embedded world, seed 7")
        #expect(state.press(.character("d"), snapshot: dry, now: 13) == [.send(.toggleDryRun)])
        #expect(state.message?.text == "live: keys go to embedded world, seed 7")
        dry.apply(EngineEvent(time: 14, kind: .dryRun(false)))
        #expect(state.press(.character("d"), snapshot: dry, now: 15) == [.send(.toggleDryRun)])
        #expect(state.message == nil)
        dry.apply(EngineEvent(time: 16, kind: .dryRun(true)))
        #expect(state.press(.character("d"), snapshot: dry, now: 20).isEmpty)
        #expect(state.press(.character("d"), snapshot: dry, now: 30).isEmpty)
    }

    @Test("what is no key does nothing, on any screen", arguments: [Key.alt("q"), .unknown, .other, .paste("q")])
    func noKeys(key: Key) {
        for snapshot in [Script.running(), Script.driving(), Script.stopping(), Script.ended()] {
            var state = DashboardState()
            let before = state.view
            #expect(state.press(key, snapshot: snapshot, now: 99).isEmpty)
            #expect(state.view == before)
        }
    }

    @Test("the first q stops, the second hurries, the third leaves")
    func stopping() {
        var state = DashboardState()
        let snapshot = Script.running()
        #expect(state.press(.character("q"), snapshot: snapshot, now: 1) == [.send(.stop(.key))])
        #expect(state.press(.control("c"), snapshot: snapshot, now: 2) == [.send(.stop(.key))])
        #expect(state.press(.character("q"), snapshot: snapshot, now: 3) == [.leaveNow])
    }

    @Test(
        "keys of the agent become commands",
        arguments: [
            (Key.character(" "), EngineCommand.togglePause), (.character("."), .step),
            (.character("i"), .nextPerspective), (.character("v"), .toggleMute),
            (.character("d"), .toggleDryRun), (.character("!"), .panic), (.character("t"), .takeOver(true)),
            (.character("+"), .changeSpeed(times: 2)), (.character("-"), .changeSpeed(times: 0.5)),
        ])
    func commands(key: Key, command: EngineCommand) {
        var state = DashboardState()
        #expect(state.press(key, snapshot: Script.running(), now: 0) == [.send(command)])
    }

    @Test("keys of the view change what is looked at and tell the engine nothing")
    func view() {
        var state = DashboardState()
        let snapshot = Script.running()
        func press(_ key: Key) { #expect(state.press(key, snapshot: snapshot, now: 0).isEmpty) }
        press(.character("5"))
        #expect(state.view.focus == .decisions && !state.view.isZoomed)
        press(.character("5"))
        #expect(state.view.isZoomed)
        press(.escape)
        #expect(!state.view.isZoomed)
        press(.tab)
        #expect(state.view.focus == .cleanup)
        press(.tab)
        #expect(state.view.isHeaderFocused)
        press(.tab)
        #expect(state.view.focus == .picture && !state.view.isHeaderFocused)
        press(.backTab)
        press(.backTab)
        #expect(state.view.focus == .cleanup && !state.view.isHeaderFocused)
        press(.character("?"))
        #expect(state.view.isHelpOpen)
        press(.escape)
        #expect(!state.view.isHelpOpen)
        press(.character("~"))
        #expect(state.press(.control("l"), snapshot: snapshot, now: 0) == [.redraw])
        #expect(state.press(.control("z"), snapshot: snapshot, now: 0) == [.suspend])
    }

    @Test("scrolling stops where the content ends, and goes back to the beginning")
    func scrolling() {
        var state = DashboardState()
        var snapshot = Script.running()
        for id in 10..<40 {
            snapshot.apply(EngineEvent(time: 9, kind: .armed(ResourceID(id), name: "resource \(id)", step: 4)))
        }
        func draw() -> String {
            state.compose(snapshot, frame: nil, now: 1, size: Size(120, 36), look: .unicode).rows.joined()
        }
        _ = state.press(.character("6"), snapshot: snapshot, now: 0)
        #expect(!draw().contains("journal"))
        for _ in 0..<100 { _ = state.press(.pageDown, snapshot: snapshot, now: 0) }
        // The journal is the last of 34.
        let rows = state.panelRects[.cleanup]?.inner.height ?? 0
        #expect(state.view.scrolls[.cleanup] == 34 - rows && draw().contains("journal"))
        _ = state.press(.character("g"), snapshot: snapshot, now: 0)
        #expect(state.view.scrolls[.cleanup] == 0 && draw().contains("game input"))
    }

    @Test("at the end scrolling scrolls, the wheel too; q, Enter, Esc and space leave, and no stray key does")
    func atTheEnd() {
        var state = DashboardState()
        let ended = Script.ended()
        _ = state.compose(ended, frame: nil, now: 99, size: Size(80, 24), look: .unicode)
        func press(_ key: Key) -> [DashboardState.Effect] { state.press(key, snapshot: ended, now: 99) }
        #expect(press("j").isEmpty && state.view.statisticsScroll == 1)
        #expect(press(.mouse(.wheelDown, x: 3, y: 3)).isEmpty && state.view.statisticsScroll == 4)
        #expect(press(.mouse(.wheelUp, x: 3, y: 3)).isEmpty && state.view.statisticsScroll == 1)
        for key: Key in ["x", "t", "d", "i", "!", ".", "p", .backspace, .control("a"), .right, .other, .paste("q")] {
            #expect(press(key).isEmpty, "\(key)")
            #expect(state.showsStatistics(ended, now: 99))
        }
        for key: Key in ["q", " ", .enter, .escape, .control("c")] { #expect(press(key) == [.leave], "\(key)") }
        #expect(press("M") == [.useMouse(true)] && press("s") == [.save] && press("T") == [.nextTheme])
    }

    @Test("from the final statistics panels, decisions and the log can be opened, and q comes back one step at a time")
    func lookingBack() {
        var state = DashboardState()
        var ended = Script.running(decisions: 40)
        for event in [EngineEvent(time: 20, kind: .state(.stopping)), EngineEvent(time: 21, kind: .state(.ended))] {
            ended.apply(event)
        }
        func draw() -> [String] {
            state.compose(ended, frame: nil, now: 99, size: Size(120, 36), look: .unicode).rows
        }
        func press(_ keys: Key...) -> [DashboardState.Effect] {
            keys.flatMap { state.press($0, snapshot: ended, now: 99) }
        }
        #expect(draw()[0].contains("final statistics"))
        #expect(press("5").isEmpty)
        #expect(draw()[1].contains("⁵decisions") && draw()[1].contains("q statistics"))
        #expect(draw()[35].contains("q statistics") && !draw()[35].contains("pause"))
        // Keys of the agent have nobody left to tell; the log is read as ever.
        #expect(press("p", "t", "!", "d").isEmpty && state.message == nil)
        #expect(press(.up, .enter).isEmpty && state.view.overlay == .decision(40))
        #expect(draw().last?.contains("q close") == true)
        #expect(press("q").isEmpty && state.view.overlay == nil && !state.showsStatistics(ended, now: 99))
        #expect(press("/", "j", "u", .enter).isEmpty && state.view.filter == "ju")
        #expect(draw()[1].contains("q show all"))
        #expect(press("q").isEmpty && state.view.filter.isEmpty && !state.showsStatistics(ended, now: 99))
        #expect(press("q").isEmpty && state.showsStatistics(ended, now: 99))
        #expect(press("4").isEmpty && draw()[1].contains("⁴interpreter"))
        #expect(press(.escape).isEmpty && draw()[0].contains("final statistics"))
        #expect(press("?").isEmpty && draw().contains { $0.contains("q closes") })
        #expect(press("q").isEmpty && draw()[0].contains("final statistics"))
        #expect(press("1", .control("c")) == [.leave])
    }

    @Test("q closes what is open and stops only where nothing is, and the hints say which of the two it is")
    func closingByQ() {
        var state = DashboardState()
        let running = Script.running(decisions: 40)
        func draw() -> [String] {
            state.compose(running, frame: nil, now: 20, size: Size(120, 36), look: .unicode).rows
        }
        func press(_ keys: Key...) -> [DashboardState.Effect] {
            keys.flatMap { state.press($0, snapshot: running, now: 20) }
        }
        #expect(draw().contains { $0.contains("⁶cleanup") && $0.contains("q stop") } && draw()[35].contains("q stop"))
        for open: Key in ["?", .enter] {
            #expect(press("5", open).isEmpty && state.view.overlay != nil)
            #expect(draw().contains { $0.contains("q closes") })
            #expect(draw()[35].contains("q close") && draw()[35].contains("^C stop"))
            #expect(press("q").isEmpty && state.view.overlay == nil)
        }
        state = DashboardState()
        #expect(press("5", "/", "q", "u").isEmpty && state.view.filter == "qu" && state.view.isTyping)
        #expect(press(.enter).isEmpty && draw()[35].contains("q show all"))
        #expect(draw().contains { $0.contains("⁵decisions") && $0.contains("q show all") })
        #expect(draw().contains { $0.contains("⁶cleanup") && $0.contains("q show all") })
        #expect(press("q").isEmpty && state.view.filter.isEmpty)
        #expect(press("q") == [.send(.stop(.key))])
        // In the other states as well.
        for state: SessionState in [.operatorDrives, .stopping] {
            var desk = DashboardState()
            var snapshot = running
            _ = ["5", "/", "u", Key.enter].flatMap { desk.press($0, snapshot: snapshot, now: 20) }
            snapshot.apply(EngineEvent(time: 21, kind: .state(state)))
            _ = desk.compose(snapshot, frame: nil, now: 21, size: Size(120, 36), look: .unicode)
            _ = desk.press("5", snapshot: snapshot, now: 22)
            let rows = desk.compose(snapshot, frame: nil, now: 22, size: Size(120, 36), look: .unicode).rows
            let closes = desk.press("q", snapshot: snapshot, now: 22).isEmpty
            #expect(rows[35].contains("q show all") == closes, "\(state)")
        }
        // Whatever is open, this one stops.
        state = DashboardState()
        #expect(press("?", .control("c")) == [.send(.stop(.key))])
    }

    @Test("Esc in the filter leaves the filter as it was, and a paste is typed into it")
    func filterKeys() {
        var state = DashboardState()
        let running = Script.running(decisions: 40)
        func press(_ keys: Key...) { for key in keys { _ = state.press(key, snapshot: running, now: 20) } }
        press("5", "/", "a", "b", .enter, "/", "c", .backspace, .backspace, .escape)
        #expect(state.view.filter == "ab" && !state.view.isTyping)
        press("/", .control("u"), .paste("jump \u{1b}[A\u{301}é\nq\n"), .enter)
        #expect(state.view.filter.unicodeScalars.elementsEqual("jump [A\u{301}é".unicodeScalars))
        press("/", .control("u"), .paste(String(repeating: "x", count: 500)))
        #expect(state.view.filter.count == 40)
        press(.escape, .paste("q"))
        #expect(!state.view.isTyping)
    }

    @Test("the end takes the eye to the cleanup, whoever asked for it")
    func closing() {
        var state = DashboardState()
        _ = state.press(.character("z"), snapshot: Script.running(), now: 0)
        _ = state.compose(Script.stopping(), frame: nil, now: 5, size: Size(60, 20), look: .unicode)
        #expect(state.view.focus == .cleanup && !state.view.isZoomed)
    }
}

@Suite("Driving by hand", .shared)
struct OperatorKeysTests {
    @Test("a key is held while it repeats and released when it does not")
    func holding() {
        var keys = OperatorKeys()
        #expect(keys.press(.character("w"), now: 0) == [.input(.press(.w))])
        #expect(keys.tick(now: 0.3).isEmpty)
        #expect(keys.press(.character("w"), now: 0.3).isEmpty)
        #expect(keys.tick(now: 0.44).isEmpty)
        #expect(keys.tick(now: 0.46) == [.input(.release(.w))])
        #expect(keys.deadline == nil)
    }

    @Test("Esc twice gives back; once, it goes to the game")
    func escape() {
        var keys = OperatorKeys()
        _ = keys.press(.character("w"), now: 0)
        #expect(keys.press(.escape, now: 0.1).isEmpty)
        #expect(keys.press(.escape, now: 0.2) == [.input(.releaseAll), .giveBack])
        #expect(keys.press(.escape, now: 1).isEmpty)
        #expect(keys.tick(now: 1.5) == [.input(.press(.escape))])
    }

    @Test("while a person drives, keys go to the game - but stop and panic stay what they are")
    func dispatch() {
        var state = DashboardState()
        let driving = Script.driving()
        #expect(state.press(.character("i"), snapshot: driving, now: 0) == [.send(.operatorInput(.press(.i)))])
        #expect(state.press(.left, snapshot: driving, now: 0) == [.send(.operatorInput(.look(dx: -60, dy: 0)))])
        #expect(
            state.press(.character("!"), snapshot: driving, now: 0)
                == [.send(.operatorInput(.releaseAll)), .send(.panic)])
        #expect(state.press(.character("q"), snapshot: driving, now: 0) == [.send(.stop(.key))])
    }
}
