import Testing

@testable import Canvas
@testable import Dashboard
@testable import Terminal

@Suite("Cells in 24 bits", .shared)
struct CellWriterTests {
    private static let look = Look(depth: .direct)

    /// Random cells of every kind, over and beside each other.
    private static func scribble(_ canvas: inout Canvas, _ dice: inout Dice) {
        let scalars: [Unicode.Scalar] = ["a", "b", " ", " ", "漢", "─", "▀", "🧑", "é"]
        // Few colours, so that some are there already.
        let colors = [RGB(0, 0, 0), RGB(9, 99, 255), RGB(10, 100, 200), RGB(255, 255, 255)]
        for _ in 0..<Int.random(in: 1...80, using: &dice) {
            let x = Int.random(in: -2...canvas.size.width + 2, using: &dice)
            let y = Int.random(in: -1...canvas.size.height + 1, using: &dice)
            let attributes = Attributes(rawValue: UInt8.random(in: 0...15, using: &dice))
            let role = Role.allCases.randomElement(using: &dice) ?? .text
            if role == .picture {
                let (upper, lower) = (colors.randomElement(using: &dice)!, colors.randomElement(using: &dice)!)
                let style = Style.picture(upper: upper, lower: lower)
                for column in 0..<Int.random(in: 1...6, using: &dice) { canvas.put("▀", x: x + column, y: y, style) }
            } else {
                let style = Style(role, attributes, shade: UInt8.random(in: 0...3, using: &dice) * 85)
                var text = String(String.UnicodeScalarView([scalars.randomElement(using: &dice)!]))
                if Int.random(in: 0..<9, using: &dice) == 0 { text += "\u{301}" }
                let count = Int.random(in: 1...5, using: &dice)
                canvas.text(String(repeating: text, count: count), x: x, y: y, style)
            }
        }
    }

    private static var themes: [Theme] {
        var behind = Theme.dark
        behind.background = .rgb(RGB(20, 16, 12))
        behind.entries[.text]?.color = 9
        return [.dark, .light, behind, .mono]
    }

    @Test(
        "whatever was there, what a frame writes shows its canvas, and leaves the pen at rest",
        arguments: 0..<400 as Range<UInt64>)
    func frames(seed: UInt64) {
        var dice = Dice(state: seed &* 31 &+ 7)
        let size = Size(.random(in: 1...30, using: &dice), .random(in: 1...9, using: &dice))
        let theme = Self.themes.randomElement(using: &dice)!
        let look = Look(depth: theme.isMono ? .mono : .direct)
        var writer = CellWriter(theme, depth: look.depth)
        var screen = PaintedScreen(size)
        var before: Canvas?
        for _ in 0..<4 {
            // The next frame begins with this one, as frames do, or with nothing.
            var canvas = Bool.random(using: &dice) ? before ?? Canvas(size, look: look) : Canvas(size, look: look)
            Self.scribble(&canvas, &dice)
            screen.feed(writer.frame(CanvasDiff.changes(from: before, to: canvas), of: canvas))
            #expect(screen.faults.isEmpty && screen.pen == Ink())
            let difference = screen.firstDifference(from: canvas, theme)
            #expect(difference == nil, "\(difference ?? "")")
            before = canvas
        }
    }

    @Test(
        "where a terminal gives wide characters one column, the rest of the row stands in its place",
        arguments: 0..<50 as Range<UInt64>)
    func disagreement(seed: UInt64) {
        var dice = Dice(state: seed)
        let size = Size(24, 5)
        var canvas = Canvas(size, look: Self.look)
        Self.scribble(&canvas, &dice)
        var writer = CellWriter(.dark, depth: .direct)
        var screen = PaintedScreen(size, wideColumns: 1)
        screen.feed(writer.frame(CanvasDiff.changes(from: nil, to: canvas), of: canvas))
        for y in 0..<size.height {
            for x in 0..<size.width where !canvas[x, y].isTail && !canvas[x, y].isWide {
                #expect(screen.shows(canvas, .dark, x: x, y: y))
            }
        }
    }

    /// The bytes that bring `before` to `after`, readable.
    private func bytes(_ draw: (inout Canvas) -> Void, then change: (inout Canvas) -> Void = { _ in }) -> String {
        var before = Canvas(Size(20, 3), look: Self.look)
        draw(&before)
        var after = before
        change(&after)
        var writer = CellWriter(.dark, depth: .direct)
        let bytes = writer.frame(CanvasDiff.changes(from: before, to: after), of: after)
        return String(decoding: bytes, as: UTF8.self).replacing("\u{1b}[", with: "^")
    }

    @Test("a change costs the bytes it needs, and no change none")
    func thrift() {
        let plain = { (canvas: inout Canvas) in _ = canvas.text("0123456789abcdefghij", x: 0, y: 0) }
        #expect(bytes(plain).isEmpty)
        #expect(bytes(plain) { $0.text("xy", x: 0, y: 0) } == "^Hxy")
        #expect(bytes(plain) { $0.text("x", x: 3, y: 2) } == "^3;4Hx")
        // What lies between two changes is written again where that is shorter than to jump over it.
        #expect(bytes(plain) { canvas in for x in [0, 2, 6, 11] { canvas.put("x", x: x, y: 0) } } == "^Hx1x345x^4Cx")
        // The last column of the last row does not make a terminal scroll: nothing follows it in its row.
        #expect(bytes(plain) { canvas in for y in 0...2 { canvas.put("x", x: 19, y: y) } } == "^1;20Hx^2;20Hx^3;20Hx")
    }

    @Test("only what differs of a look is said, and a blank has no colour of its own")
    func looks() {
        let (red, blue) = (RGB(200, 0, 0), RGB(0, 0, 90))
        func cell(_ upper: RGB, _ lower: RGB) -> (inout Canvas) -> Void {
            { canvas in
                for (x, pair) in [(upper, lower), (upper, upper), (lower, upper)].enumerated() {
                    canvas.put("▀", x: x, y: 0, .picture(upper: pair.0, lower: pair.1))
                }
            }
        }
        #expect(
            bytes({ _ in }, then: cell(red, blue)) == "^H^38;2;200;0;0;48;2;0;0;90m▀^48;2;200;0;0m▀^38;2;0;0;90m▀^m")
        let words = { (canvas: inout Canvas) in
            canvas.text("a b", x: 0, y: 0, Style(.bad, .bold))
            canvas.text(" c", x: 3, y: 0, Style(.title, .underline))
        }
        #expect(bytes({ $0.text("-----", x: 0, y: 0) }, then: words) == "^H^1;38;5;203ma b^4;38;5;253m c^m")
        // Giving everything up and setting it anew is shorter than taking it back one by one.
        #expect(bytes({ _ in }, then: { canvas in
            canvas.put("a", x: 0, y: 0, Style(.text, [.bold, .reverse, .underline]))
            canvas.put("b", x: 1, y: 0, Style(.text, .bold))
            canvas.put("c", x: 2, y: 0, Style(.text, .dim))
        }) == "^H^1;7;4ma^0;1mb^0;2mc^m")
    }
}
