import TestSupport
import Testing

@testable import Canvas

@Suite("Widths of characters", .serialized, .alone)
struct TextWidthTests {
    /// Every character that may stand on the screen as itself.
    private static let shown: [Unicode.Scalar] = (0x20...0x3FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
        .filter { TextWidth.shown($0)?.scalar == $0 }

    @Test("no character joins its neighbours: a terminal that counts clusters counts what curses does")
    func clusters() {
        #expect(Self.shown.count > 100_000, "the C library knows the characters of this machine's C.UTF-8")
        let joining = Self.shown.filter { scalar in
            ["x", "👍", "각", "क", "\u{1F1E6}"].contains { (neighbour: String) in
                (neighbour + String(scalar)).count != 2 || (String(scalar) + neighbour).count != 2
            } || (String(scalar) + String(scalar)).count != 2
        }
        #expect(joining.isEmpty, "\(joining.map { String($0.value, radix: 16) })")
    }

    @Test("a mark belongs to the letter before it, and to no other")
    func marks() {
        let marks = (0x300...0x1FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init).filter(TextWidth.isMark)
        #expect(marks.count > 1000)
        for mark in marks {
            #expect(TextWidth.of(mark) == 0)
            for letter in ["x", "क", "漢"] {
                let pair = letter + String(mark) + letter
                if pair.count != 2 { Issue.record("\(String(mark.value, radix: 16)) after \(letter)") }
            }
        }
    }

    @Test(
        "what stands on the screen for what is sent",
        arguments: [
            ("👍🏽!", "👍!", 3), ("👩‍💻", "👩💻", 4), ("🇩🇪", "DE", 2), ("⚠️ ❤️", "⚠ ❤", 3), ("1️⃣", "1", 1),
            ("e\u{301}a\u{323}\u{302}z", "e\u{301}a\u{323}\u{302}z", 3), ("\u{301}x", "x", 1),
            ("x" + String(repeating: "\u{301}", count: 9) + "y", "x\u{301}\u{301}y", 2), ("☰䷀", "?䷀", 3),
            ("क्ष", "कष", 2), ("\u{1112}\u{1161}\u{11AB}", "?", 1), ("한", "한", 2), ("\u{9B}31m", "31m", 3),
        ])
    func shown(text: String, expected: String, width: Int) {
        #expect(TextWidth.sanitized(text).unicodeScalars.elementsEqual(expected.unicodeScalars))
        #expect(TextWidth.of(text) == width)
        var canvas = Canvas(Size(12, 1))
        #expect(canvas.text(text + "|", x: 1, y: 0) == width + 1)
        let row = " " + expected + "|" + String(repeating: " ", count: 10 - width)
        #expect(canvas.rows[0].unicodeScalars.elementsEqual(row.unicodeScalars), "\(canvas.rows[0])")
    }

    @Test("marks stay with their letter where text is cut, broken and clipped")
    func markedText() {
        let text = "re\u{301}sume\u{301} na\u{308}ive"
        #expect(TextWrap.rows(text, width: 6) == ["re\u{301}sume\u{301}", "na\u{308}ive"])
        #expect(StyledLine(text).wrapped(to: 7).map(\.plain) == ["re\u{301}sume\u{301}", "na\u{308}ive"])
        #expect(TextWidth.truncated(text, to: 7) == "re\u{301}sume\u{301}…")
        var canvas = Canvas(Size(4, 1))
        canvas.clipped(to: Rect(x: 1, y: 0, width: 2, height: 1)) { canvas in
            _ = canvas.text("e\u{301}e\u{302}e\u{303}e\u{304}", x: 0, y: 0)
        }
        #expect(canvas.rows == [" e\u{302}e\u{303} "])
        #expect(canvas.text("漢\u{301}", x: 0, y: 0) == 2)
        #expect(canvas[0, 0].codes == (0x6F22, 0x301, 0) && canvas[1, 0].isTail)
        var ascii = Canvas(Size(2, 1), look: .ascii)
        ascii.text("e\u{301}", x: 0, y: 0)
        #expect(ascii.rows == ["e "])
    }
}
