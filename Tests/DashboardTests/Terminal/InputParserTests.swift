import Testing

@testable import Dashboard
@testable import Terminal

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
            ("\u{1b}OM", [.enter]),
            ("\u{1b}[15~\u{1b}[1;2A\u{1b}[3;5~\u{1b}OP\u{1b}[[A\u{1b}[2~",
             [.other, .other, .other, .other, .other, .other]),
            ("\u{1b}", [.escape]), ("\u{1b}\u{1b}", [.escape, .escape]),
            ("\u{1b}\u{1b}\u{1b}", [.escape, .escape, .escape]), ("\u{1b}\u{1b}[A", [.other]),
            ("\u{1b}q", [.alt("q")]), ("\u{1b}é", [.alt("é")]), ("\u{1b}[", [.unknown]), ("\u{1b}O", [.unknown]),
            ("\u{1b}]", [.unknown]), ("\u{1b}\u{3}", [.escape, .control("c")]), ("\u{1b}\r", [.other]),
        ])
    func known(_ text: String, expected: [Key]) { #expect(Self.keys(text) == expected) }

    @Test("the window's getting and losing the keyboard is remembered, and is no key")
    func focus() {
        var parser = InputParser()
        #expect(parser.isInFront == nil)
        #expect(parser.feed(Array("\u{1b}[Ia".utf8), now: 0) == [.unknown, .character("a")])
        #expect(parser.isInFront == true)
        #expect(parser.feed(Array("\u{1b}\u{1b}[O".utf8), now: 1) == [.escape, .unknown])
        #expect(parser.isInFront == false)
        #expect(parser.feed(Array("\u{1b}[1;2I\u{1b}[2O".utf8), now: 2) == [.unknown, .unknown])
        #expect(parser.isInFront == false, "with numbers these are something else")
    }

    @Test(
        "what is no key is unknown, once, and never the keys that its bytes would be",
        arguments: [
            "\u{1b}[?1;2c", "\u{1b}[>0;276;0c", "\u{1b}[99~", "\u{1b}[q", "\u{1b}[1;2;3;4A", "\u{1b}[;;;",
            "\u{1b}[12$y", "\u{1b}[?2026;2$y", "\u{1b}[I", "\u{1b}[O",
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

    @Test(
        "a control character of eight bits begins a sequence as its Esc and letter do, also when it comes as UTF-8",
        arguments: [
            ("A", 0x9B, [Key.up]), ("5~", 0x9B, [.pageUp]), ("!~", 0x9B, [.unknown]), ("99;5u", 0x9B, [.control("c")]),
            ("<0;1;1M", 0x9B, [.mouse(.press(.left), x: 0, y: 0)]), ("H", 0x8F, [.home]),
            ("11;q\u{7}", 0x9D, [.unknown]), ("q q\u{1b}\\", 0x90, [.unknown]),
            ("q", 0x85, [.unknown, .character("q")]),
        ])
    func eightBits(rest: String, introducer: UInt8, expected: [Key]) {
        #expect(Self.keys([introducer] + Array(rest.utf8)) == expected)
        #expect(Self.keys([0xC2, introducer] + Array(rest.utf8)) == expected)
        // ST of eight bits ends what it should.
        #expect(Self.keys([0x9D] + Array("11;q".utf8) + [0x9C, 0x71]) == [.unknown, .character("q")])
        #expect(Self.keys([0x1B, 0x9B, 0x21, 0x7E]) == [.other])
    }

    @Test(
        "a key that tells its character and what is held is that key, in both ways of telling",
        arguments: [
            ("99", 5, [Key.control("c")]), ("67", 5, [.control("c")]), ("122", 5, [.control("z")]),
            ("99:67", 5 + 64, [.control("c")]), ("92", 5, [.control("\\")]), ("113", 1, [.character("q")]),
            ("113", 2, [.character("Q")]), ("63", 2, [.character("?")]), ("113", 3, [.alt("q")]),
            ("113", 9, [.other]), ("99", 7, [.other]), ("27", 1, [.escape]), ("13", 1, [.enter]), ("13", 2, [.other]),
            ("9", 1, [.tab]), ("9", 2, [.backTab]), ("127", 1, [.backspace]), ("233", 1, [.character("é")]),
            ("57428", 1, [.other]), ("999999", 1, [.other]), ("155", 1, [.other]),
        ])
    func reportedKeys(code: String, modifiers: Int, expected: [Key]) {
        #expect(Self.keys("\u{1b}[\(code);\(modifiers)u") == expected)
        #expect(Self.keys("\u{1b}[27;\(modifiers);\(code)~") == expected)
        #expect(Self.keys("\u{1b}[113u\u{1b}[u") == [.character("q"), .unknown])
    }

    @Test("an Esc before a key is Alt with it, however the key is sent", arguments: ["[A", "OA", "[5~", "[1;2A", "O5A"])
    func altKeys(sequence: String) {
        #expect(Self.keys("\u{1b}\u{1b}\(sequence)") == [.other])
    }

    @Test("what the terminal says about its modes is kept, and is no key")
    func modes() {
        var parser = InputParser()
        #expect(parser.feed(Array("\u{1b}[?2026;2$y\u{1b}[?9;0$y".utf8), now: 0) == [.unknown, .unknown])
        #expect(parser.answers.modes == [2026: 2, 9: 0])
    }

    @Test(
        "a terminal that has kept a colour of 24 bits, however it writes it, has them; any other answer says nothing",
        arguments: [
            ("\u{1b}P1$r0;48:2::149:251:17m\u{1b}\\", true), ("\u{1b}P1$r48;2;149;251;17m\u{1b}\\", true),
            ("\u{1b}P1$r0;1;48:2:149:251:17m\u{9c}", true), ("\u{90}1$r48:2:1:149:251:17m\u{7}", true),
            ("\u{1b}P1$r0;48;5;118m\u{1b}\\", false), ("\u{1b}P1$r0m\u{1b}\\", false), ("\u{1b}P0$r\u{1b}\\", false),
            ("\u{1b}P1$r0;38:2::149:251:17m\u{1b}\\", false), ("\u{1b}P1$r149;251;17m\u{1b}\\", false),
            ("\u{1b}P1$r0;48:2::149:251:17\u{1b}\\", false), ("\u{1b}_1$r0\u{1b}\\", false),
        ])
    func directColors(answer: String, has: Bool) {
        // Cut anywhere, and no key in any case.
        for cut in 0...answer.utf8.count {
            var parser = InputParser()
            parser.awaitsAnswer = true
            let bytes = Array(answer.unicodeScalars.flatMap { $0.value < 0xA0 ? [UInt8($0.value)] : [] })
            guard cut <= bytes.count else { break }
            let keys = parser.feed(bytes[..<cut], now: 0) + parser.feed(bytes[cut...], now: 0.02)
            #expect(parser.answers.hasDirectColors == has && keys == [.unknown])
        }
    }

    @Test("a paste is one, whatever is in it, and no longer than a kilobyte")
    func paste() {
        let text = "a\u{1b}[200~q\u{3}\u{1b}[A\u{1b}[201\u{1b}[20é\r\u{1b}[201~b"
        #expect(
            Self.keys(text)
                == [.character("a"), .paste("q\u{3}\u{1b}[A\u{1b}[201\u{1b}[20é\r"), .character("b")])
        let flood = "\u{1b}[200~" + String(repeating: "xy\u{1b}[20", count: 1000) + "\u{1b}[201~"
        #expect(Self.keys(flood) == [.paste(String(String(repeating: "xy\u{1b}[20", count: 1000).prefix(1024)))])
        // The end never comes: silence ends it.
        var parser = InputParser()
        #expect(parser.feed(Array("\u{1b}[200~q".utf8), now: 0).isEmpty)
        #expect(parser.feed(Array("q".utf8), now: 1.5).isEmpty)
        #expect(parser.deadline == 3.5)
        #expect(parser.feed(Array("q".utf8), now: 3.5) == [.character("q")])
    }

    @Test("Ctrl-C alone after a silence ends a paste whose end never comes; within one it is text")
    func interruptedPaste() {
        var parser = InputParser()
        #expect(parser.feed(Array("\u{1b}[200~abc".utf8), now: 0).isEmpty)
        #expect(parser.feed([0x03], now: 0.1).isEmpty)
        #expect(parser.feed([0x03], now: 0.9) == [.control("c")])
        #expect(parser.feed(Array("q".utf8), now: 1) == [.character("q")])
    }

    @Test("control characters inside an answer of the terminal stay in it: what follows is no key")
    func controlInString() {
        #expect(Self.keys("\u{1b}P>|foo\nq\u{1b}\\") == [.unknown])
        #expect(Self.keys("\u{1b}]11;rgb:00/00\tq\u{7}") == [.unknown])
        #expect(Self.keys("\u{1b}]11;rgb:00/00\u{18}q").last == .character("q"))
        #expect(Self.keys("\u{1b}]11;rgb:00/00\u{3}").last == .control("c"))
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
        #expect(parser.deadline == 10.05)
        #expect(parser.pass(now: 10.01).isEmpty)
        #expect(parser.feed(Array("[".utf8), now: 10.02).isEmpty)
        #expect(parser.feed(Array("A".utf8), now: 10.3) == [.up])
        #expect(parser.feed([0x1B], now: 11).isEmpty)
        #expect(parser.pass(now: 11.05) == [.escape])
        // What comes later is a key of its own, even when nobody looked in between.
        #expect(parser.feed([0x1B], now: 12).isEmpty)
        #expect(parser.feed(Array("q".utf8), now: 12.2) == [.escape, .character("q")])
    }

    @Test("a sequence that a slow line cuts in two is no key of its bytes: the rest is known, and ESCDELAY is honoured")
    func slowLine() {
        var parser = InputParser()
        #expect(parser.feed([0x1B], now: 0).isEmpty)
        #expect(parser.pass(now: 0.06) == [.escape])
        // End, which would be a key that freezes the screen; and then a bracket that somebody types.
        #expect(parser.feed(Array("[F".utf8), now: 0.3) == [.end])
        #expect(parser.feed([0x1B], now: 1).isEmpty)
        #expect(parser.pass(now: 1.06) == [.escape])
        #expect(parser.feed(Array("[".utf8), now: 1.2) == [.character("[")])
        #expect(parser.feed(Array("[F".utf8), now: 2) == [.character("["), .character("F")])

        var patient = InputParser(environment: ["ESCDELAY": "2000"])
        #expect(patient.feed([0x1B], now: 0).isEmpty)
        #expect(patient.deadline == 2)
        #expect(patient.feed(Array("[".utf8), now: 1.5).isEmpty)
        #expect(patient.feed(Array("F".utf8), now: 3) == [.end])
        for nonsense in ["", "soon", "-5", "1e9", "nan"] {
            var parser = InputParser(environment: ["ESCDELAY": nonsense])
            #expect(parser.feed([0x1B], now: 0).isEmpty)
            #expect(parser.deadline == InputParser.escapeTimeout)
        }
    }
}
