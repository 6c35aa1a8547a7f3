import Basics
import Games
import Testing

@testable import Desktop

@Suite("What goes to a real game", .shared)
struct InputTests {
    private let start = ContinuousClock().now

    @Test("A key that is down is not pressed again, and one that is up not released")
    func once() {
        var held = HeldKeys()
        expect(&held, { $0.press(.w, at: start) }, ["keydown --delay 0 w"])
        expect(&held, { $0.press(.w, at: start) }, [])
        expect(&held, { $0.release(.w) }, ["keyup --delay 0 w"])
        // It was asked for, and is not known to have been done.
        expect(&held, { $0.release(.w) }, ["keyup --delay 0 w"])
        expect(&held, { $0.press(.w, at: start) }, [])
        held.released([.w])
        expect(&held, { $0.release(.w) }, [])
        expect(&held, { $0.press(.mouseRight, at: start) }, ["mousedown 3"])
        expect(&held, { $0.press(.space, at: start) }, ["keydown --delay 0 space"])
        expect(&held, { $0.releaseAll() }, ["mouseup 3", "keyup --delay 0 space"])
        held.released(held.keys)
        #expect(held.isEmpty)
    }

    private func expect(_ held: inout HeldKeys, _ body: (inout HeldKeys) -> [String], _ lines: [String]) {
        let done = body(&held)
        #expect(done == lines)
    }

    @Test("A tap stays down for 80 ms")
    func tap() {
        var held = HeldKeys()
        _ = held.press(.e, at: start)
        #expect(held.rest(of: .e, at: start + .milliseconds(30)) == .milliseconds(50))
        #expect(held.rest(of: .e, at: start + .milliseconds(300)) == .zero)
        #expect(held.rest(of: .w, at: start) == nil)
    }

    @Test("The mouse moves in steps of 15 pixels at the most, which come to the whole", arguments: [
        (0, 0), (1, 0), (15, -3), (16, 0), (-120, 40), (7, -999),
    ])
    func motion(dx: Int, dy: Int) {
        let steps = HeldKeys.motion(dx: dx, dy: dy).map { line in
            line.split(separator: " ").suffix(2).compactMap { Int($0) }
        }
        #expect(steps.allSatisfy { abs($0[0]) <= 15 && abs($0[1]) <= 15 })
        #expect(steps.map { $0[0] }.reduce(0, +) == dx)
        #expect(steps.map { $0[1] }.reduce(0, +) == dy)
    }

    @Test("Nothing is pressed unless the game's own window has the keyboard")
    func focus() {
        var focus = FocusGuard(window: 7, pid: 100, terminal: 9)
        check(&focus, .init(window: 7, pid: 100), true)
        check(&focus, .init(window: 8, pid: 100), false)
        #expect(focus.why == "window 8 has the keyboard, not the game")
        check(&focus, .init(window: 7, pid: 101), false)
        check(&focus, .init(window: 7, pid: nil), false)
        check(&focus, .init(window: 9, pid: 100), false)
        #expect(focus.why == "the terminal has the keyboard")
        check(&focus, nil, false)
        focus.aim(window: 8, pid: 100)
        check(&focus, .init(window: 7, pid: 100), false)
        focus.aim(window: 7, pid: 100)
        check(&focus, .init(window: 7, pid: 100), true)
        #expect(focus.why == nil)
    }

    private func check(_ guarding: inout FocusGuard, _ focus: FocusGuard.Focus?, _ may: Bool) {
        let answer = guarding.observe(focus)
        #expect(answer == may)
    }

    @Test("Who has the keyboard is read from what xdotool answers")
    func answers() {
        #expect(FocusGuard.Focus(lines: ["123", "45"]) == .init(window: 123, pid: 45))
        #expect(FocusGuard.Focus(lines: ["123", ""]) == .init(window: 123, pid: nil))
        #expect(FocusGuard.Focus(lines: ["", ""]) == nil)
    }

    @Test("A watchdog knows what it was told, and what to release")
    func watchdog() throws {
        let lines: [WatchdogState.Line] = [
            .display(name: ":3", authority: "/tmp/x y", serverPid: 10), .process(.init(pid: 10, start: 99)),
            .process(.init(pid: 11, start: 100)), .down(.w), .down(.mouseLeft), .down(.e), .up(.e), .gone(11),
            .folder("/tmp/a"),
        ]
        var state = WatchdogState()
        for line in lines {
            let read = try #require(WatchdogState.Line(line.text))
            #expect(read == line)
            state.apply(read)
        }
        #expect(state.processes == [.init(pid: 10, start: 99)])
        #expect(state.release == ["keyup", "--delay", "0", "w", "mouseup", "1"])
        // Another that is started in its place is told the same.
        var second = WatchdogState()
        for line in state.lines { second.apply(line) }
        #expect(second == state)
        #expect(!state.isOver)
        state.apply(.end)
        #expect(state.isOver)
    }

    @Test("A watchdog ignores what it does not understand", arguments: ["", "down", "process\tx\t1", "gone\t", "rm\t/"])
    func nonsense(_ text: String) { #expect(WatchdogState.Line(text) == nil) }

    @Test("A display's authority lets in whoever has the cookie, on any display")
    func authority() {
        let entry = XAuthority.entry(cookie: Array(repeating: 7, count: 16))
        #expect(Array(entry.prefix(8)) == [0xFF, 0xFF, 0, 0, 0, 0, 0, 18])
        #expect(String(decoding: entry[8..<26], as: UTF8.self) == "MIT-MAGIC-COOKIE-1")
        #expect(Array(entry[26...]) == [0, 16] + Array(repeating: 7, count: 16))
    }

    @Test("The files of a display are found by its number", arguments: [(":12", "12"), (":1.0", "1")])
    func files(name: String, number: String) {
        let files = XDisplay.files(of: name)
        #expect(files.socket == "/tmp/.X11-unix/X" + number)
        #expect(files.lock == "/tmp/.X\(number)-lock")
    }
}
