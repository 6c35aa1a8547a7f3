import Testing

@testable import Canvas
@testable import Dashboard

@Suite("Canvas", .shared)
struct CanvasTests {
    private func scribble(_ canvas: inout Canvas, _ dice: inout Dice) {
        let scalars: [Unicode.Scalar] = ["a", "漢", "─", "▀", "🧑", " ", "é", "\u{200D}"]
        for _ in 0..<60 {
            canvas.put(
                scalars.randomElement(using: &dice) ?? "x", x: .random(in: -3...canvas.size.width + 3, using: &dice),
                y: .random(in: -2...canvas.size.height + 2, using: &dice),
                Style(Role.allCases.randomElement(using: &dice) ?? .text))
        }
    }

    @Test("applying the difference of two canvases to the first gives the second", arguments: 0..<200 as Range<UInt64>)
    func diffRoundTrip(seed: UInt64) {
        var dice = Dice(state: seed)
        let size = Size(.random(in: 1...30, using: &dice), .random(in: 1...12, using: &dice))
        var a = Canvas(size)
        var b = Canvas(size)
        scribble(&a, &dice)
        scribble(&b, &dice)
        let changes = CanvasDiff.changes(from: a, to: b)
        var cells = a.cells
        for change in changes { cells[change.y * size.width + change.x] = change.cell }
        #expect(cells == b.cells)
        #expect(CanvasDiff.changes(from: b, to: b).isEmpty)
    }

    @Test("every tail follows the wide character it belongs to", arguments: 0..<200 as Range<UInt64>)
    func widePairsStayWhole(seed: UInt64) {
        var dice = Dice(state: seed)
        var canvas = Canvas(Size(.random(in: 1...20, using: &dice), 4))
        scribble(&canvas, &dice)
        for y in 0..<canvas.size.height {
            for x in 0..<canvas.size.width {
                let isSecondHalf = x > 0 && canvas[x - 1, y].isWide
                #expect(canvas[x, y].isTail == isSecondHalf)
            }
            #expect(!canvas[canvas.size.width - 1, y].isWide)
        }
    }

    @Test("nothing is written outside of the clip")
    func clipping() {
        var canvas = Canvas(Size(10, 3))
        canvas.clipped(to: Rect(x: 2, y: 1, width: 4, height: 1)) { canvas in
            canvas.text("abcdefghijkl", x: 0, y: 1)
            canvas.text("漢漢漢漢漢漢", x: 1, y: 0)
            canvas.fill(Rect(x: -5, y: -5, width: 40, height: 40), with: Cell("#"))
        }
        #expect(canvas.rows == ["          ", "  ####    ", "          "])
    }

    @Test("a wide character that does not fit leaves a blank")
    func wideAtTheEdge() {
        var canvas = Canvas(Size(3, 1))
        canvas.text("ab漢", x: 0, y: 0)
        #expect(canvas.rows == ["ab "])
    }

    @Test("titles and keys are cut out of the border, and left out where they do not fit")
    func box() {
        var canvas = Canvas(Size(24, 3))
        var text = BoxText()
        text.digit = 1
        text.title = "loops"
        text.hint = "p pause"
        text.bottomRight = [Piece("7")]
        canvas.box(Rect(x: 0, y: 0, width: 24, height: 3), text)
        #expect(canvas.rows == ["╭─┐¹loops┌───┐p pause┌─╮", "│                      │", "╰──────────────────┘7└─╯"])
        var ascii = Canvas(Size(12, 3), look: .ascii)
        ascii.box(Rect(x: 0, y: 0, width: 12, height: 3), text)
        #expect(ascii.rows == ["+-[1loops]-+", "|          |", "+------[7]-+"])
    }
}
