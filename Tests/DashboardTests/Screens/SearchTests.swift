import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record
@testable import Terminal

@Suite("Looking for something", .shared)
struct SearchTests {
    private struct Desk {
        var state = DashboardState()
        var snapshot = Script.running(decisions: 40)
        var size = Size(100, 30)

        mutating func press(_ keys: Key...) {
            for key in keys { _ = state.press(key, snapshot: snapshot, now: 20) }
        }
        mutating func type(_ text: String) { for scalar in text.unicodeScalars { press(.character(scalar)) } }

        @discardableResult
        mutating func draw() -> Canvas { state.compose(snapshot, frame: nil, now: 20, size: size, look: .unicode) }

        /// The rows in which something is marked, and those that were gone to.
        mutating func marked() -> (all: [Int], current: [Int]) {
            let canvas = draw()
            func rows(_ attributes: Attributes) -> [Int] {
                (0..<size.height).filter { y in
                    (0..<size.width).contains {
                        canvas[$0, y].style.role == .key && canvas[$0, y].style.attributes.isSuperset(of: attributes)
                    }
                }
            }
            return (rows(.reverse), rows([.reverse, .underline]))
        }
    }

    @Test("n and N go through a filtered log, beginning with the newest, and round at its ends")
    func log() {
        var desk = Desk()
        desk.press("n")
        #expect(desk.state.message?.text == "nothing is looked for: / begins")
        desk.press("/")
        desk.type("refus")
        desk.press(.enter)
        let ids = DecisionsPanel.lines(desk.snapshot, filter: "refus").map(\.decision.id)
        desk.press("n")
        #expect(desk.state.view.chosen == ids.last)
        desk.press("N", "N")
        #expect(desk.state.view.chosen == ids[ids.count - 3])
        desk.press("n", "n", "n")
        #expect(desk.state.view.chosen == ids.first)
        desk.press("N")
        #expect(desk.state.view.chosen == ids.last)
        #expect(desk.marked().all.count == (desk.state.panelRects[.decisions]?.inner.height ?? 0))
    }

    @Test("in an overlay a slash looks for text, n goes to the next row that has it and scrolls there; q closes it all")
    func overlay() {
        var desk = Desk()
        desk.press("?", "/")
        desk.type("PANEL")
        #expect(desk.draw().cursor != nil && desk.state.view.isHelpOpen)
        // In one piece, as from a line that lags: nothing was drawn in between.
        desk.press(.enter, "n")
        let second = desk.marked()
        #expect(second.current.count == 1 && second.all.count > 1)
        #expect(desk.state.view.match == desk.state.textWindow.matches[1])
        #expect(desk.draw().rows[29].contains("/PANEL 2 of \(desk.state.textWindow.matches.count) rows"))
        desk.press("N", "N")
        #expect(desk.marked().current.count == 1)
        #expect(desk.state.view.match == desk.state.textWindow.matches.last, "and round at the beginning")
        let last = desk.state.view.overlayScroll
        desk.press("n")
        desk.draw()
        #expect(desk.state.view.overlayScroll < last)
        desk.press("q")
        #expect(desk.state.view.overlay == nil && desk.marked().all.isEmpty)
        desk.press("?")
        #expect(desk.state.view.filter.isEmpty)
    }

    @Test("a decision opened from a filtered log marks what the log was filtered by, also in its neighbours")
    func decision() {
        var desk = Desk()
        desk.press("5", "/")
        desk.type("wolf")
        desk.press(.enter, .enter)
        #expect(desk.marked().all.count == 1)
        desk.press("h", "n")
        #expect(desk.marked().current.count == 1 && desk.state.view.overlay == .decision(39))
        desk.press("q")
        #expect(desk.state.view.decisionFilter == "wolf")
    }

    @Test("the zoomed interpreter goes from match to match and stands still meanwhile")
    func interpreter() {
        var desk = Desk()
        for id in 3...20 {
            var done = Interpretation(id: id, perspective: .tactical, frame: 1, startedAt: 10)
            desk.snapshot.apply(EngineEvent(time: 10, kind: .interpretationStarted(done)))
            done.text = "sentence number \(id)\nand a second row"
            done.end = .finished(reason: "STOP")
            desk.snapshot.apply(EngineEvent(time: 10, kind: .interpretationEnded(done)))
        }
        desk.press("4", "/")
        desk.type("number")
        desk.press(.enter)
        let rows = desk.marked().all
        #expect(rows.count > 3)
        desk.press("N")
        #expect(desk.marked().current == rows.suffix(1))
        for _ in 0..<17 { desk.press("N") }
        #expect(desk.draw().rows.contains { $0.contains("sentence number 3 ") })
        #expect(desk.state.view.heldInterpretation == 20)
        desk.press("f")
        #expect(desk.state.view.match == nil && desk.draw().rows.contains { $0.contains("sentence number 20") })
    }

    @Test("the cursor stands behind what is typed, however long that is, and nowhere else")
    func cursor() {
        var desk = Desk()
        #expect(desk.draw().cursor == nil)
        desk.press("/")
        #expect(desk.draw().cursor == Point(x: 2, y: 29))
        desk.type("漢b")
        #expect(desk.draw().cursor == Point(x: 5, y: 29))
        desk.size = Size(40, 10)
        desk.type("cdefghijklmnopqrstuvwxyz")
        let canvas = desk.draw()
        #expect(canvas.cursor.map { canvas[$0.x - 1, $0.y].scalar } == "z")
        #expect(canvas.rows[9].contains("Esc as before"))
        desk.press(.enter)
        #expect(desk.draw().cursor == nil)
    }

    @Test("Ctrl-D and Ctrl-U scroll by half a page wherever a page scrolls, and in the filter Ctrl-U empties it")
    func halfPages() {
        var desk = Desk()
        desk.size = Size(80, 24)
        desk.press("?")
        desk.draw()
        desk.press(.control("d"))
        let half = desk.state.view.overlayScroll
        desk.press(.control("u"), .pageDown)
        #expect(half > 0 && abs(desk.state.view.overlayScroll - 2 * half) <= 1)
        desk.press("q", "5")
        desk.draw()
        desk.press(.control("u"))
        let rows = desk.state.panelRects[.decisions]?.inner.height ?? 0
        #expect(desk.state.view.chosen == 41 - max(1, (rows - 1) / 2))
        desk.press("/", "a", .control("u"))
        #expect(desk.state.view.filter.isEmpty && desk.state.view.isTyping)
    }

    @Test("y copies the overlay in full, what was said, the chosen line, else the panel")
    func copying() {
        var desk = Desk()
        func copied() -> Copied? {
            let canvas = desk.draw()
            #expect(desk.state.press("y", snapshot: desk.snapshot, now: 20) == [.copy])
            return desk.state.copied(desk.snapshot, from: canvas, now: 20)
        }
        #expect(copied()?.text.contains("enemies 2") == true, "the picture's panel has its vitals")
        desk.press("2")
        #expect(copied()?.what == "the panel connections" && copied()?.text.contains("│") == false)
        desk.press("4")
        #expect(
            copied() == Copied(
                "2 interpretations",
                rows: [
                    "tactical #800", "Two wolves close in from the left.", "", "narrative #810",
                    "Night falls over Emberford",
                ]))
        desk.press("5", .up, .up)
        #expect(copied()?.text == "00:09.0  model  attack  wolf near, left  42ms old  verified\n")
        desk.press(.enter)
        #expect(copied()?.what == "decision 39" && copied()?.text.contains("because    wolf near, left\n") == true)
        desk.press("q", "?")
        #expect(copied()?.text.contains("Copy what is open") == true)
        #expect(Copied("x", rows: ["  ", ""]) == nil)
    }

    @Test("the sentence says how much was copied, and where nothing can be")
    func sentences() throws {
        let copied = try #require(Copied("a line", rows: ["abc  "]))
        #expect(copied.text == "abc\n")
        #expect(copied.sentence(WindowSequences(["TERM": "xterm"])) == "a line to the clipboard: 4 characters")
        #expect(copied.sentence(WindowSequences(["TERM": "tmux"])).hasSuffix("tmux takes it with set-clipboard on"))
        #expect(copied.sentence(WindowSequences(["TERM": "linux"])).hasPrefix("this terminal takes nothing"))
        let long = try #require(Copied("it", rows: [String(repeating: "x", count: 80_000)]))
        let cut = "it to the clipboard: the first 74 994 of 80 001 characters"
        #expect(long.sentence(WindowSequences(["TERM": "xterm"])) == cut)
    }
}
