import Testing

@testable import Dashboard
@testable import Terminal

@Suite("Bytes of a frame", .shared)
struct FrameBytesTests {
    @Test(
        "what does nothing is left out, and all else stays",
        arguments: [
            ("", ""), ("abc\u{1b}[H", "abc\u{1b}[H"),
            ("\u{1b}(B\u{1b}[0;1m6\u{1b}[39m\u{1b}(B\u{1b}[m", "\u{1b}[0;1m6\u{1b}[m"),
            ("\u{1b}[39ma\u{1b}[m", "\u{1b}[39ma\u{1b}[m"), ("\u{1b}[39m\u{1b}[1m", "\u{1b}[39m\u{1b}[1m"),
            ("\u{1b}[39;49m\u{1b}[m", "\u{1b}[m"), ("\u{1b}[49m\u{1b}[0;7mx", "\u{1b}[0;7mx"),
            ("\u{1b}(0q\u{1b}(", "\u{1b}(0q\u{1b}("), ("\u{1b}", "\u{1b}"), ("é▀\u{1b}(B", "é▀"),
        ])
    func trimmed(frame: String, expected: String) {
        #expect(String(decoding: FrameBytes.trimmed(Array(frame.utf8)), as: UTF8.self) == expected)
    }

    @Test("the pauses of a capability are left out", arguments: [
        ("\u{1b}[m\u{0f}$<2>", "\u{1b}[m\u{0f}"), ("$<5/>a$<100*>b", "ab"), ("a$b<c>", "a$b<c>"), ("", ""),
    ])
    func pauses(capability: String, expected: String) {
        #expect(String(decoding: FrameBytes.withoutPauses(capability.utf8), as: UTF8.self) == expected)
    }

    @Test("palette colours are numbers for a palette, and red, green and blue where a terminal takes them so")
    func colours() {
        #expect((0...255).allSatisfy { PairTable.number($0, indexed: 256) == Int32($0) })
        #expect(PairTable.number(-1, indexed: 8) == -1 && PairTable.number(7, indexed: 8) == 7)
        #expect(PairTable.number(196, indexed: 8) == 0xFF0000 && PairTable.number(244, indexed: 8) == 0x808080)
        #expect((8...255).filter { (0..<8).contains(PairTable.number($0, indexed: 8)) } == [16])
    }
}
