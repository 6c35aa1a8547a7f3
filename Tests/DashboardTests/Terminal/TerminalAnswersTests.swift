import Canvas
import Testing

@testable import Terminal

@Suite("What a terminal says of itself", .shared)
struct TerminalAnswersTests {
    private static func answers(_ text: String) -> TerminalAnswers {
        var parser = InputParser()
        let keys = parser.feed(Array(text.utf8), now: 0) + parser.pass(now: 60)
        #expect(keys.allSatisfy { $0 == .unknown }, "\(text.debugDescription) gave \(keys)")
        return parser.answers
    }

    private static let kitty =
        "\u{1b}[?2026;2$y\u{1b}[>1;4000;30c\u{1b}[?62;c" + "\u{1b}_Gi=4711;OK\u{1b}\\\u{1b}[6;19;9t\u{1b}[?62;c"
    private static let foot =
        "\u{1b}[?2026;2$y\u{1b}[>1;11704;0c\u{1b}[?62;4;22c"
        + "\u{1b}[?1;0;1024S\u{1b}[?2;0;960;640S\u{1b}[6;21;10t\u{1b}[?62;4;22c"

    @Test("the answers of kitty and foot are understood, and are no keys")
    func known() {
        let kitty = Self.answers(Self.kitty)
        #expect(kitty.hasKittyGraphics && !kitty.hasSixel && kitty.cell == Size(9, 19) && kitty.rounds == 2)
        let foot = Self.answers(Self.foot)
        #expect(!foot.hasKittyGraphics && foot.hasSixel && foot.registers == 1024 && foot.geometry == Size(960, 640))
        #expect(foot.cell == Size(10, 21) && foot.modes == [2026: 2])
        #expect(Self.answers("\u{1b}[>84;0;0c").isMultiplexer && Self.answers("\u{1b}[>83;4090;0c").isMultiplexer)
    }

    @Test("in whatever pieces they come, with pauses that would end a key, they are the same and no keys")
    func pieces() {
        let bytes = Array(Self.kitty.utf8)
        for cut in 1..<bytes.count {
            var parser = InputParser()
            parser.awaitsAnswer = true
            var keys = parser.feed(bytes[..<cut], now: 0)
            // Longer than a sequence of a key may take.
            keys += parser.pass(now: 0.4) + parser.feed(bytes[cut...], now: 0.45)
            keys += parser.pass(now: 60)
            #expect(keys.allSatisfy { $0 == .unknown || $0 == .escape }, "cut at \(cut): \(keys)")
            #expect(parser.answers == Self.answers(Self.kitty), "cut at \(cut)")
        }
    }

    @Test("one byte at a time on a slow line")
    func slowly() {
        var parser = InputParser()
        parser.awaitsAnswer = true
        var keys: [Key] = []
        for (index, byte) in Self.foot.utf8.enumerated() { keys += parser.feed([byte], now: Double(index) * 0.04) }
        #expect(keys.allSatisfy { $0 == .unknown })
        #expect(parser.answers == Self.answers(Self.foot))
    }

    @Test("what cannot be so is not taken", arguments: [
        "\u{1b}_Gi=4711;ENOENT:no\u{1b}\\", "\u{1b}_Gi=31;OK\u{1b}\\", "\u{1b}_Gi=4711\u{1b}\\",
        "\u{1b}_i=4711;OK\u{1b}\\",
        "\u{1b}_G;OK\u{1b}\\", "\u{1b}]Gi=4711;OK\u{7}", "\u{1b}PGi=4711;OK\u{1b}\\", "\u{1b}_\u{1b}\\",
        "\u{1b}_Gi=4711,\(String(repeating: "x", count: 100));OK\u{1b}\\",
        "\u{1b}[6;0;0t", "\u{1b}[6;99999;99999t", "\u{1b}[6;16t", "\u{1b}[4;600;800t", "\u{1b}[?1;3;0S",
        "\u{1b}[?1;0;1S", "\u{1b}[?2;0;0;9S", "\u{1b}[?2;1;9;9S", "\u{1b}[?9999999c", "\u{1b}[?c", "\u{1b}[=1c",
    ])
    func impossible(text: String) { #expect(Self.answers(text) == TerminalAnswers()) }

    @Test("a command without an end takes no memory, ends by Ctrl-C, and what is typed then is a key")
    func endless() {
        var parser = InputParser()
        parser.awaitsAnswer = true
        #expect(parser.feed(Array("\u{1b}_G".utf8), now: 0).isEmpty)
        for _ in 0..<1000 { #expect(parser.feed([UInt8](repeating: 0x71, count: 1000), now: 0).isEmpty) }
        #expect(parser.feed([0x03, 0x71], now: 1) == [.unknown, .control("c"), .character("q")])
        #expect(parser.answers == TerminalAnswers())
    }

    @Test("a letter typed after Esc is itself as soon as nothing is awaited")
    func typed() {
        var parser = InputParser()
        #expect(parser.feed([0x1B], now: 0).isEmpty && parser.pass(now: 0.06) == [.escape])
        #expect(parser.feed(Array("_x".utf8), now: 0.1) == [.character("_"), .character("x")])
    }
}

@Suite("How the picture is drawn", .shared)
struct PictureVerdictTests {
    private static func answers(
        rounds: Int = 2, kitty: Bool = false, sixel: Bool = false, kind: Int = 1
    ) -> TerminalAnswers {
        var answers = TerminalAnswers()
        for _ in 0..<rounds { answers.note(.attributes(sixel ? [62, 4] : [62])) }
        if rounds > 0 { answers.note(.kind(kind)) }
        if kitty { answers.note(.kittyGraphics) }
        return answers
    }

    private static func verdict(
        _ choice: PictureChoice, _ answers: TerminalAnswers, inside: Bool = false, overdue: Bool = false,
        cell: Size? = Size(8, 16)
    ) -> PictureVerdict {
        PictureVerdict.of(
            choice, answers, hasSaidAll: answers.rounds == 2, isMultiplexed: inside, isOverdue: overdue, cell: cell)
    }

    @Test("by itself: kitty's protocol before sixel, as soon as all is said, and cells inside tmux")
    func auto() {
        #expect(Self.verdict(.auto, Self.answers(kitty: true, sixel: true)) == .pixels(.kitty))
        #expect(Self.verdict(.auto, Self.answers(sixel: true)) == .pixels(.sixel))
        #expect(Self.verdict(.auto, Self.answers(rounds: 1, sixel: true)) == .open)
        #expect(Self.verdict(.auto, Self.answers(sixel: true), cell: nil) == .cells(nil))
        #expect(Self.verdict(.auto, Self.answers()) == .cells(nil))
        #expect(Self.verdict(.auto, Self.answers(rounds: 0)) == .open)
        #expect(Self.verdict(.auto, Self.answers(rounds: 0), overdue: true) == .cells(nil))
        for kind in [84, 83] { #expect(Self.verdict(.auto, Self.answers(sixel: true, kind: kind)) == .cells(nil)) }
        #expect(Self.verdict(.auto, Self.answers(kitty: true, sixel: true), inside: true) == .cells(nil))
    }

    @Test("by name: where the terminal has it or says nothing at all; else cells and the reason")
    func named() {
        func isRefused(_ verdict: PictureVerdict) -> Bool { if case .cells(_?) = verdict { true } else { false } }
        #expect(Self.verdict(.kitty, Self.answers(kitty: true)) == .pixels(.kitty))
        #expect(Self.verdict(.kitty, Self.answers(rounds: 0), overdue: true) == .pixels(.kitty))
        #expect(isRefused(Self.verdict(.kitty, Self.answers(sixel: true))))
        #expect(isRefused(Self.verdict(.kitty, Self.answers(kitty: true), inside: true)))
        #expect(Self.verdict(.sixel, Self.answers(kitty: true, sixel: true)) == .pixels(.sixel))
        #expect(Self.verdict(.sixel, Self.answers(sixel: true, kind: 84), inside: true) == .pixels(.sixel))
        #expect(Self.verdict(.sixel, Self.answers(rounds: 0), overdue: true) == .pixels(.sixel))
        #expect(isRefused(Self.verdict(.sixel, Self.answers(rounds: 0), overdue: true, cell: nil)))
        #expect(isRefused(Self.verdict(.sixel, Self.answers(kitty: true))))
        for choice in [PictureChoice.kitty, .sixel] { #expect(Self.verdict(choice, Self.answers(rounds: 0)) == .open) }
        #expect(Self.verdict(.blocks, Self.answers(kitty: true, sixel: true)) == .cells(nil))
    }
}
