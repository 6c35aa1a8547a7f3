import FoundationEssentials
import Testing

@testable import Canvas
@testable import Terminal

@Suite("What the window is told", .shared)
struct WindowSequencesTests {
    private static let xterm = WindowSequences(["TERM": "xterm-256color"])

    @Test(
        "a notification is asked for in the one way that the terminal knows",
        arguments: [
            (["TERM": "xterm-kitty"], "\u{1b}]9;me: text\u{7}"), (["TERM": "foot"], "\u{1b}]9;me: text\u{7}"),
            (["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"], "\u{1b}]9;me: text\u{7}"),
            (["TERM": "rxvt-unicode-256color"], "\u{1b}]777;notify;me;text\u{7}"),
            (["TERM": "xterm-256color", "VTE_VERSION": "7600"], "\u{1b}]777;notify;me;text\u{7}"),
            (["TERM": "xterm-256color", "KONSOLE_VERSION": "240500"], "\u{1b}]777;notify;me;text\u{7}"),
            (["TERM": "tmux-256color", "TMUX": "/tmp/x,1,0", "VTE_VERSION": "7600"],
             "\u{1b}Ptmux;\u{1b}\u{1b}]9;me: text\u{7}\u{1b}\\"),
            (["TERM": "screen", "TMUX": "/tmp/x,1,0"], "\u{1b}Ptmux;\u{1b}\u{1b}]9;me: text\u{7}\u{1b}\\"),
            (["TERM": "screen", "STY": "1.x"], ""), (["TERM": "linux"], ""), (["TERM": "vt220"], ""),
            ([:], "\u{1b}]9;me: text\u{7}"),
        ] as [([String: String], String)])
    func notifications(environment: [String: String], expected: String) {
        #expect(WindowSequences(environment).notification("me", "text") == expected)
    }

    @Test("consoles, old terminals and GNU screen are told nothing that they would print or never put back")
    func deaf() {
        for term in ["linux", "linux-16color", "vt100", "screen-256color", "eterm-color", "cons25"] {
            let window = WindowSequences(["TERM": term])
            let all = window.pushTitle(again: true) + window.popTitle + window.title("x")
                + window.notification("a", "b")
            #expect((all + window.copy("x")).isEmpty && !window.hasClipboard, "\(term)")
        }
        #expect(WindowSequences(["TERM": "vte-256color"]).hasTitle)
    }

    @Test("hostile text stays text: it can neither end a sequence nor begin one, nor be another order")
    func hostile() {
        let text = "4;1;50\u{7}\u{1b}]2;mine\u{1b}\\\u{9c}\u{9d}52;c;eA==\u{7}\n\u{202e}x"
        let window = WindowSequences(["TERM": "rxvt", "STY": ""])
        for sequence in [Self.xterm.title(text), Self.xterm.notification("me", text), window.notification(text, text)] {
            let inner = sequence.unicodeScalars.dropFirst(2).dropLast()
            #expect(sequence.hasPrefix("\u{1b}]") && sequence.unicodeScalars.last == "\u{7}")
            #expect(inner.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) })
        }
        #expect(Self.xterm.notification("me", text).hasPrefix("\u{1b}]9;me: 4;1;50"))
        #expect(window.notification("a;b", "c;d") == "\u{1b}]777;notify;a,b;c;d\u{7}")
        #expect(Self.xterm.title(String(repeating: "x", count: 9999)).utf8.count < 300)
    }

    @Test("a text is copied as it is, and a long one is cut where terminals stop, never inside a character")
    func copying() throws {
        func decoded(_ order: String) throws -> String {
            #expect(order.hasPrefix("\u{1b}]52;c;") && order.hasSuffix("\u{7}"))
            let data = try #require(Data(base64Encoded: String(order.dropFirst(7).dropLast())))
            return String(decoding: data, as: UTF8.self)
        }
        let text = "one\ntwo \u{1b}[31m 漢字 🧑‍🚀"
        #expect(try decoded(Self.xterm.copy(text)) == text)
        let long = String(repeating: "漢🧑‍🚀", count: 20_000)
        let copied = try decoded(Self.xterm.copy(long))
        #expect(copied.utf8.count <= WindowSequences.mostCopied && copied.utf8.count > WindowSequences.mostCopied - 20)
        #expect(long.hasPrefix(copied) && !copied.unicodeScalars.contains("\u{FFFD}"))
        let tmux = WindowSequences(["TERM": "tmux", "TMUX": "x"]).copy("hi")
        #expect(tmux == "\u{1b}]52;c;aGk=\u{7}\u{1b}Ptmux;\u{1b}\u{1b}]52;c;aGk=\u{7}\u{1b}\\")
    }

    @Test("the cursor is shown after a frame and taken back before the next one, and costs nothing while it rests")
    func cursor() {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        var cursor = TypingCursor()
        #expect(text(cursor.around(Array("a".utf8), at: nil)) == "a")
        #expect(text(cursor.around(Array("b".utf8), at: Point(x: 4, y: 9))) == "b\u{1b}7\u{1b}[10;5H\u{1b}[?25h")
        #expect(cursor.around([], at: Point(x: 4, y: 9)).isEmpty)
        #expect(
            text(cursor.around(Array("c".utf8), at: Point(x: 5, y: 9)))
                == "\u{1b}[?25l\u{1b}8c\u{1b}7\u{1b}[10;6H\u{1b}[?25h")
        #expect(text(cursor.around([], at: nil)) == "\u{1b}[?25l\u{1b}8")
        #expect(cursor.around([], at: nil).isEmpty)
    }
}
