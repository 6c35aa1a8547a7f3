import Testing

@testable import Dashboard

@Suite("Keys from bytes", .shared)
struct InputParserTests {
    /// What comes of bytes that arrive at once and are followed by silence.
    static func keys(_ bytes: [UInt8]) -> [Key] {
        var parser = InputParser()
        return parser.feed(bytes, now: 0) + parser.pass(now: 60)
    }
    static func keys(_ text: String) -> [Key] { keys(Array(text.utf8)) }

    @Test(
        "what a terminal sends for a key",
        arguments: [
            ("q", [Key.character("q")]), (" ", [.character(" ")]),
            ("é漢🙂", [.character("é"), .character("漢"), .character("🙂")]),
            ("\u{3}", [.control("c")]), ("\u{1a}", [.control("z")]), ("\u{1c}", [.control("\\")]), ("\u{0}", [.other]),
            ("\r\n\t", [.enter, .enter, .tab]), ("\u{7f}\u{8}", [.backspace, .backspace]),
            ("\u{1b}[A\u{1b}OA\u{1b}[1;1A\u{1b}[1;129A", [.up, .up, .up, .up]),
            ("\u{1b}[B\u{1b}[C\u{1b}[D", [.down, .right, .left]),
            ("\u{1b}[H\u{1b}[1~\u{1b}[7~\u{1b}OH", [.home, .home, .home, .home]),
            ("\u{1b}[F\u{1b}[4~\u{1b}[8~", [.end, .end, .end]),
            ("\u{1b}[5~\u{1b}[6~\u{1b}[Z", [.pageUp, .pageDown, .backTab]),
            ("\u{1b}OM", [.enter]), ("\u{1b}[I\u{1b}[O", [.focusIn, .focusOut]),
            ("\u{1b}[15~\u{1b}[1;2A\u{1b}[3;5~\u{1b}OP\u{1b}[[A\u{1b}[2~",
             [.other, .other, .other, .other, .other, .other]),
            ("\u{1b}", [.escape]), ("\u{1b}\u{1b}", [.escape, .escape]),
            ("\u{1b}\u{1b}\u{1b}", [.escape, .escape, .escape]), ("\u{1b}\u{1b}[A", [.other]),
            ("\u{1b}q", [.alt("q")]), ("\u{1b}é", [.alt("é")]), ("\u{1b}[", [.alt("[")]), ("\u{1b}O", [.alt("O")]),
            ("\u{1b}]", [.alt("]")]), ("\u{1b}\u{3}", [.escape, .control("c")]), ("\u{1b}\r", [.other]),
        ])
    func known(_ text: String, expected: [Key]) { #expect(Self.keys(text) == expected) }

    @Test(
        "what is no key is unknown, once, and never the keys that its bytes would be",
        arguments: [
            "\u{1b}[?1;2c", "\u{1b}[>0;276;0c", "\u{1b}[99~", "\u{1b}[q", "\u{1b}[1;2;3;4A", "\u{1b}[;;;",
            "\u{1b}[12$y",
            "\u{1b}]11;rgb:0000/0000/0000\u{7}", "\u{1b}]11;q q\u{1b}\\", "\u{1b}P>|qqq 1\u{1b}\\", "\u{1b}_Gq\u{1b}\\",
            "\u{1b}[201~", "\u{1b}[M\u{20}\u{20}\u{20}", "\u{1b}[<q", "\u{1b}[<1;2q", "\u{1b}[<0;0;1M", "\u{9b}",
            "\u{1b}[" + String(repeating: "1", count: 500) + "A", "\u{1b}]never ended q",
        ])
    func unknown(_ text: String) { #expect(Self.keys(text) == [.unknown]) }

    @Test("bytes that are no UTF-8 are unknown, and the key after them is a key")
    func malformed() {
        #expect(Self.keys([0xFF, 0x71]) == [.unknown, .character("q")])
        #expect(Self.keys([0xE9, 0x71]) == [.unknown, .character("q")])
        #expect(Self.keys([0xC0, 0xAF]) == [.unknown, .unknown])
        #expect(Self.keys([0xED, 0xA0, 0x80]) == [.unknown])
        #expect(Self.keys([0xF4, 0x90, 0x80, 0x80]) == [.unknown])
        #expect(Self.keys([0xE2, 0x82]) == [.unknown])
    }

    @Test("a paste is dropped as a whole, whatever is in it")
    func paste() {
        let text = "a\u{1b}[200~q\u{3}\u{1b}[A\u{1b}[201\u{1b}[20é\r\u{1b}[201~b"
        #expect(Self.keys(text) == [.character("a"), .character("b")])
        // The end never comes: silence ends it.
        var parser = InputParser()
        #expect(parser.feed(Array("\u{1b}[200~q".utf8), now: 0).isEmpty)
        #expect(parser.feed(Array("q".utf8), now: 1.5).isEmpty)
        #expect(parser.deadline == 3.5)
        #expect(parser.feed(Array("q".utf8), now: 3.5) == [.character("q")])
    }

    @Test("the mouse, in both ways of telling")
    func mouse() {
        #expect(
            Self.keys("\u{1b}[<0;11;6M\u{1b}[<0;11;6m\u{1b}[<64;1;1M\u{1b}[<65;300;200M\u{1b}[<34;2;2M\u{1b}[<35;2;2M")
                == [
                    .mouse(.press(.left), x: 10, y: 5), .mouse(.release, x: 10, y: 5), .mouse(.wheelUp, x: 0, y: 0),
                    .mouse(.wheelDown, x: 299, y: 199), .mouse(.drag(.right), x: 1, y: 1), .mouse(.move, x: 1, y: 1),
                ])
        #expect(
            Self.keys([0x1B, 0x5B, 0x4D, 0x20, 0x21, 0x22, 0x1B, 0x5B, 0x4D, 0x23, 0xFF, 0x21, 0x71])
                == [.mouse(.press(.left), x: 0, y: 1), .mouse(.release, x: 222, y: 0), .character("q")])
    }

    @Test("a lone Esc is told from a sequence by a short time")
    func escape() {
        var parser = InputParser()
        #expect(parser.deadline == nil)
        #expect(parser.feed([0x1B], now: 10).isEmpty)
        #expect(parser.deadline == 10 + InputParser.escapeTimeout)
        #expect(parser.pass(now: 10.01).isEmpty)
        #expect(parser.feed(Array("[".utf8), now: 10.02).isEmpty)
        #expect(parser.feed(Array("A".utf8), now: 10.3) == [.up])
        #expect(parser.feed([0x1B], now: 11).isEmpty)
        #expect(parser.pass(now: 11.05) == [.escape])
        // What comes later is a key of its own, even when nobody looked in between.
        #expect(parser.feed([0x1B], now: 12).isEmpty)
        #expect(parser.feed(Array("q".utf8), now: 12.2) == [.escape, .character("q")])
    }
}
