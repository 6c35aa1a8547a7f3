import Engine
import Testing

@testable import Dashboard

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
        for entry in FooterPanel.entries(Script.running()) { #expect(names.contains(entry.key)) }
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

    @Test("what is no key does nothing, on any screen", arguments: [Key.alt("q"), .unknown, .other, .focusIn, .focusOut])
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
        #expect(state.view.focus == .picture)
        press(.backTab)
        #expect(state.view.focus == .cleanup)
        press(.character("?"))
        #expect(state.view.isHelpOpen)
        press(.escape)
        #expect(!state.view.isHelpOpen)
        press(.character("~"))
        #expect(state.press(.control("l"), snapshot: snapshot, now: 0) == [.redraw])
        #expect(state.press(.control("z"), snapshot: snapshot, now: 0) == [.suspend])
    }

    @Test("scrolling stops where the content ends, and goes back to the newest")
    func scrolling() {
        var state = DashboardState()
        let snapshot = Script.running(decisions: 40)
        let size = Size(120, 36)
        _ = state.press(.character("2"), snapshot: snapshot, now: 0)
        _ = state.press(.character("6"), snapshot: snapshot, now: 0)
        _ = state.compose(snapshot, frame: nil, now: 1, size: size, look: .unicode)
        for _ in 0..<100 { _ = state.press(.pageDown, snapshot: snapshot, now: 0) }
        #expect(state.view.scrolls[.cleanup] == state.limits[.cleanup])
        _ = state.press(.character("g"), snapshot: snapshot, now: 0)
        #expect(state.view.scrolls[.cleanup] == 0)
    }

    @Test("at the end scrolling scrolls, and any other key leaves")
    func atTheEnd() {
        var state = DashboardState()
        let ended = Script.ended()
        _ = state.compose(ended, frame: nil, now: 99, size: Size(80, 24), look: .unicode)
        #expect(state.press(.character("j"), snapshot: ended, now: 99).isEmpty)
        #expect(state.view.statisticsScroll == 1)
        #expect(state.press(.other, snapshot: ended, now: 99).isEmpty)
        #expect(state.press(.enter, snapshot: ended, now: 99) == [.leave])
        #expect(state.press(.character("q"), snapshot: ended, now: 99) == [.leave])
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
        #expect(keys.pass(now: 0.3).isEmpty)
        #expect(keys.press(.character("w"), now: 0.3).isEmpty)
        #expect(keys.pass(now: 0.44).isEmpty)
        #expect(keys.pass(now: 0.46) == [.input(.release(.w))])
        #expect(keys.deadline == nil)
    }

    @Test("Esc twice gives back; once, it goes to the game")
    func escape() {
        var keys = OperatorKeys()
        _ = keys.press(.character("w"), now: 0)
        #expect(keys.press(.escape, now: 0.1).isEmpty)
        #expect(keys.press(.escape, now: 0.2) == [.input(.releaseAll), .giveBack])
        #expect(keys.press(.escape, now: 1).isEmpty)
        #expect(keys.pass(now: 1.5) == [.input(.press(.escape))])
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
