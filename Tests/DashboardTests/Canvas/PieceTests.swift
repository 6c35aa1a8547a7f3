import Testing

@testable import Canvas

@Suite("Pieces and matches", .shared)
struct PieceTests {
    @Test("pieces are shown whole or not at all, the lowest rank longest, in their order")
    func pieces() {
        let pieces = [
            Piece("opened", "4211"), Piece("closed", "4177", rank: 1), Piece("failed", "9"),
            Piece([Span("a long name")], rank: 2, isCuttable: true),
        ]
        func fitted(_ columns: Int) -> String { StyledLine.fitting(pieces, columns: columns, .unicode).plain }
        #expect(fitted(99) == "opened 4211 closed 4177 failed 9 a long name")
        #expect(fitted(38) == "opened 4211 closed 4177 failed 9 a lo…")
        #expect(fitted(35) == "opened 4211 closed 4177 failed 9")
        #expect(fitted(31) == "opened 4211 failed 9 a long na…")
        #expect(fitted(19) == "opened 4211 a long…")
        #expect(fitted(11) == "opened 4211")
        #expect(fitted(10) == "failed 9")
        #expect(fitted(7) == "a long…")
        #expect(fitted(0).isEmpty)
    }

    @Test("what is looked for is marked in any case, in wide characters and at a cut, and nothing else is")
    func highlight() {
        var canvas = Canvas(Size(20, 2))
        canvas.text("Wolf, wolf 漢WOLF", x: 0, y: 0)
        canvas.text("wo", x: 18, y: 1)
        canvas.highlight(TextMatch("wOLf"), in: canvas.bounds)
        let marked = (0..<20).filter { canvas[$0, 0].style == Style(.key, .reverse) }
        #expect(marked == [0, 1, 2, 3, 6, 7, 8, 9, 13, 14, 15, 16])
        #expect((0..<20).allSatisfy { canvas[$0, 1].style == .text })
        canvas.highlight(TextMatch("漢"), in: canvas.bounds, isCurrent: true)
        #expect([11, 12].allSatisfy { canvas[$0, 0].style.attributes == [.reverse, .bold, .underline] })
        #expect(TextMatch("  ").isEmpty && TextMatch("\u{1b}").isEmpty && !TextMatch("a b").isEmpty)
        #expect(TextMatch("ÉTÉ").isIn("un été") && !TextMatch("x").isIn("yz"))
    }
}
