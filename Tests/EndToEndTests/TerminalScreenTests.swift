import Testing

@Suite("The terminal emulator", .shared)
struct TerminalScreenTests {
    private func screen(_ text: String, _ columns: Int = 20, _ rows: Int = 4) -> TerminalScreen {
        var screen = TerminalScreen(size: TerminalSize(columns, rows))
        screen.feed(text)
        return screen
    }

    @Test("prints, wraps only when the next character comes, and scrolls into the history")
    func printing() {
        let wrapped = screen("abcde", 5, 2)
        #expect(wrapped.rows == ["abcde", ""])
        #expect(wrapped.cursor == (0, 4))
        #expect(screen("abcdef", 5, 2).rows == ["abcde", "f"])
        let scrolled = screen("one\r\ntwo\r\nthree", 5, 2)
        #expect(scrolled.rows == ["two", "three"])
        #expect(scrolled.transcript == ["one", "two", "three"])
        #expect(screen("abcdefg\r\nx", 5, 4).transcript == ["abcdefg", "x"])
        #expect(screen("abcd efg", 5, 4).transcript == ["abcd efg"])
    }

    @Test("moves the cursor absolutely and relatively, within the screen")
    func motion() {
        #expect(screen("\u{1B}[2;3Hx").rows[1] == "  x")
        #expect(screen("\u{1B}[99;99Hx\u{1B}[Hy").rows == ["y", "", "", String(repeating: " ", count: 19) + "x"])
        #expect(screen("abc\u{1B}[2Dx\u{1B}[3Gz").rows[0] == "axz")
        #expect(screen("\u{1B}[3d\u{1B}[5`x\u{1B}[2Ay\u{1B}[By").rows == ["     y", "      y", "    x", ""])
        #expect(screen("a\tb\u{1B}[Zc").rows[0] == "a       c")
        #expect(screen("ab\u{8}c\rd").rows[0] == "dc")
        #expect(screen("ab\u{1B}7\u{1B}[3;1Hx\u{1B}8c").rows == ["abc", "", "x", ""])
    }

    @Test("erases within lines and screens and counts only whole clears")
    func erasing() {
        #expect(screen("abcdef\u{1B}[3G\u{1B}[K").rows[0] == "ab")
        #expect(screen("abcdef\u{1B}[3G\u{1B}[1K").rows[0] == "   def")
        #expect(screen("abcdef\u{1B}[2G\u{1B}[3X").rows[0] == "a   ef")
        let below = screen("a\r\nbb\r\nc\u{1B}[2;2H\u{1B}[J")
        #expect(below.rows == ["a", "b", "", ""])
        #expect(below.fullClears == 0)
        #expect(screen("a\u{1B}[H\u{1B}[2Jb").fullClears == 1)
        #expect(screen("a\u{1B}[H\u{1B}[J").fullClears == 1)
    }

    @Test("inserts, deletes and repeats characters")
    func editing() {
        #expect(screen("abc\u{1B}[2G\u{1B}[2@").rows[0] == "a  bc")
        #expect(screen("abcdef\u{1B}[2G\u{1B}[2P").rows[0] == "adef")
        #expect(screen("─\u{1B}[4bx").rows[0] == "─────x")
        #expect(screen("ab\u{1B}[4h\u{1B}[1Gxy\u{1B}[4l").rows[0] == "xyab")
    }

    @Test("scrolls only the region that was set")
    func region() {
        let four = "1\r\n2\r\n3\r\n4"
        #expect(screen(four + "\u{1B}[2;3r\u{1B}[3;1H\n").rows == ["1", "3", "", "4"])
        #expect(screen(four + "\u{1B}[2;3r\u{1B}[2;1H\u{1B}M").rows == ["1", "", "2", "4"])
        #expect(screen(four + "\u{1B}[2;1H\u{1B}[L").rows == ["1", "", "2", "3"])
        #expect(screen(four + "\u{1B}[2;1H\u{1B}[M").rows == ["1", "3", "4", ""])
        #expect(screen(four + "\u{1B}[S").rows == ["2", "3", "4", ""])
        #expect(screen(four + "\u{1B}[2T").rows == ["", "", "1", "2"])
        #expect(screen(four + "\u{1B}[H\u{1B}[M").transcript == ["2", "3", "4"])
        #expect(screen("\u{1B}[2;3r").leftovers == ["scroll region 1...2"])
    }

    @Test("keeps the normal screen while the alternate one is shown")
    func alternate() {
        var screen = screen("before\r\n\u{1B}[?1049h\u{1B}[?25l\u{1B}[Hdashboard")
        #expect(screen.isAlternate)
        #expect(!screen.cursorVisible)
        #expect(screen.rows[0] == "dashboard")
        #expect(screen.leftovers == ["mode 1049 on", "cursor hidden"])
        screen.feed("\u{1B}[?1049l\u{1B}[?12l\u{1B}[?25hafter")
        #expect(!screen.isAlternate)
        #expect(screen.leftovers.isEmpty)
        #expect(screen.transcript == ["before", "after"])
        #expect(screen.bytesOnNormalScreen.suffix(5) == Array("after".utf8)[...])
    }

    @Test("decodes characters and sequences that are cut anywhere")
    func boundaries() {
        let bytes = Array("\u{1B}[2;2H█é漢🧑\u{1B}]0;title\u{7}x\u{1B}P+q\u{1B}\\y".utf8)
        for cut in 0...bytes.count {
            var screen = TerminalScreen(size: TerminalSize(20, 4))
            screen.feed(bytes[..<cut])
            screen.feed(bytes[cut...])
            #expect(screen.rows[1] == " █é漢🧑xy")
        }
    }

    @Test("gives wide characters two columns and marks none")
    func width() {
        #expect(screen("漢x").cursor == (0, 3))
        #expect(screen("⚠\u{FE0F}x").rows[0] == "⚠\u{FE0F}x")
        #expect(screen("⚠\u{FE0F}x").cursor == (0, 2))
        #expect(screen("漢\u{1B}[2Gx").rows[0] == " x")
        #expect(screen("漢\u{1B}[1Gx").rows[0] == "x")
        #expect(screen("abcd漢", 5, 2).rows == ["abcd", "漢"])
    }

    @Test("draws lines from the special character set")
    func lineDrawing() {
        #expect(screen("\u{1B}(0lqk\u{1B}(Bq").rows[0] == "┌─┐q")
        #expect(screen("\u{1B}(0").leftovers == ["line drawing on"])
    }

    @Test("follows the window's size without losing what stands above")
    func resizing() {
        var screen = screen("1\r\n2\r\n3", 10, 3)
        screen.resize(to: TerminalSize(4, 2))
        #expect(screen.rows == ["2", "3"])
        #expect(screen.transcript == ["1", "2", "3"])
        screen.resize(to: TerminalSize(12, 4))
        screen.feed("abcdefghij")
        #expect(screen.rows == ["2", "3abcdefghij", "", ""])
        #expect(screen.leftovers.isEmpty)
    }

    @Test("counts colours and ignores what it does not know")
    func colours() {
        #expect(screen("\u{1B}[1m\u{1B}[38;5;20mx\u{1B}[39;49m\u{1B}[m").colourChanges == 1)
        let mouse = screen("\u{1B}[>4;1m\u{1B}[!p\u{1B}[22;0;0t\u{1B}[?1006;1000hx")
        #expect(mouse.leftovers == ["mode 1000 on", "mode 1006 on"])
        #expect(mouse.text.hasPrefix("x\n"))
    }

    @Test("drops a character that breaks off and keeps what follows")
    func broken() {
        var screen = TerminalScreen(size: TerminalSize(20, 2))
        screen.feed([0xE2, 0x96, 0x41, 0x42, 0xC3, 0xC3, 0xA9])
        #expect(screen.rows[0] == "ABé")
    }
}
