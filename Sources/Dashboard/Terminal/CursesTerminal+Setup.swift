import CNcurses
import Canvas
import Glibc

extension CursesTerminal {
    /// Finds out whether there is a terminal to draw on before anything of it is touched; returns its type.
    static func check(_ environment: [String: String]) throws(TerminalError) -> String {
        guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
        guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
        // In the background the first change of the settings would stop the program without a word. A terminal that
        // belongs to another session has no foreground for this one: its keys and signals go to somebody else.
        let foreground = tcgetpgrp(STDIN_FILENO)
        guard foreground >= 0 else { throw .notControlling }
        guard foreground == getpgrp() else { throw .background }
        guard let term = environment["TERM"], !term.isEmpty else { throw .termUnset }
        guard term != "dumb", term != "unknown" else { throw .unusable(term: term) }
        return term
    }

    /// Sets the locale that decides how characters are written; says whether that may be UTF-8. A name that says UTF-8
    /// means it, also where nobody has generated that locale; and where no locale was chosen at all, every terminal of
    /// today knows it.
    static func chooseLocale(_ environment: [String: String]) -> Bool {
        setlocale(LC_CTYPE, "")
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }?.lowercased()
        let wantsUTF8 = isUTF8() || name.map { $0.contains("utf-8") || $0.contains("utf8") } ?? true
        // Widths of characters are known in such a locale only, whatever is written in the end.
        if !isUTF8() { setlocale(LC_CTYPE, "C.UTF-8") }
        return wantsUTF8 && isUTF8()
    }

    /// What to draw with where nobody has asked for anything else: ASCII where the locale says so, and plain characters
    /// on consoles, whose fonts have few.
    package static func glyphs(_ environment: [String: String]) -> Glyphs {
        guard chooseLocale(environment) else { return .ascii }
        let term = environment["TERM"] ?? ""
        // vt100, vt220; but not vte, which is a terminal of today.
        let isOld = term.hasPrefix("vt") && term.dropFirst(2).first?.isNumber == true
        return term.hasPrefix("linux") || isOld ? .plain : .unicode
    }

    private static func isUTF8() -> Bool {
        String(cString: nl_langinfo(nl_item(CODESET))).uppercased() == "UTF-8"
    }

    /// What to take for a type of terminal, best first: terminals of today whose type this machine does not know
    /// (`xterm-kitty` over ssh) understand what xterm does.
    static func types(for term: String) -> [String] {
        let kin = term.hasPrefix("tmux") || term.hasPrefix("screen") ? ["screen-256color", "screen"] : []
        return [term] + kin + ["xterm-256color", "xterm", "vt100"]
    }

    /// Starts curses with the first of those types that the machine knows; `nil` where it knows none.
    static func start(_ term: String, _ sink: CursesSink) -> (screen: OpaquePointer, type: String)? {
        let input = fdopen(STDIN_FILENO, "r")
        return withActualSize {
            for type in types(for: term) {
                if let screen = newterm(type, sink.file, input) { return (screen, type) }
            }
            return nil
        }
    }

    /// Curses writes into memory and cannot ask the terminal for its size, which it needs from the start: it sets the
    /// scroll region to it.
    private static func withActualSize<Result>(_ body: () -> Result) -> Result {
        let size = actualSize()
        let sizes = [("LINES", size.height), ("COLUMNS", size.width)]
        let before = sizes.map { name, _ in getenv(name).map { String(cString: $0) } }
        for (name, value) in sizes { setenv(name, "\(value)", 1) }
        defer {
            for ((name, _), value) in zip(sizes, before) {
                if let value { setenv(name, value, 1) } else { unsetenv(name) }
            }
        }
        use_env(true)
        use_tioctl(false)
        return body()
    }

    /// The terminal's size. One that does not know its own, such as a serial line, counts as the usual size.
    static func actualSize() -> Size {
        var actual = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &actual) == 0, actual.ws_row > 0, actual.ws_col > 0 else {
            return Size(80, 24)
        }
        // Curses holds every cell several times, while it grows even those of the old width and the new height: a size
        // that no screen has would take gigabytes.
        return Size(min(2000, Int(actual.ws_col)), min(1000, Int(actual.ws_row)))
    }

    static func setModes(_ window: UnsafeMutablePointer<WINDOW>) {
        // Keys that wait must not cut a frame short: curses does not read them.
        typeahead(-1)
        leaveok(window, true)
        curs_set(0)
    }

    /// A capability of the terminal, without the pauses that old ones needed; empty when it has none.
    static func capability(_ name: String) -> [UInt8] {
        var name = Array(name.utf8CString)
        let text = name.withUnsafeMutableBufferPointer { tigetstr($0.baseAddress) }
        guard let text, Int(bitPattern: text) != -1 else { return [] }
        return FrameBytes.withoutPauses(String(cString: text).utf8)
    }

    /// A number that the terminal's type tells; negative when it does not.
    static func number(_ name: String) -> Int32 {
        var name = Array(name.utf8CString)
        return name.withUnsafeMutableBufferPointer { tigetnum($0.baseAddress) }
    }

    /// Whether the terminal's type takes colours of 24 bits: `RGB` is what curses calls it, and `Tc` tmux.
    static var hasDirectColors: Bool {
        func has(_ name: String) -> Bool {
            var name = Array(name.utf8CString)
            return name.withUnsafeMutableBufferPointer { tigetflag($0.baseAddress) } > 0
        }
        return has("Tc") || has("RGB") || number("RGB") > 0 || !capability("RGB").isEmpty
    }

    /// What makes the terminal as a shell expects it, from whichever state: synchronized output, reports of the
    /// mouse and of the window, paste marks off; the whole screen scrolls; wrapping, colours and character set, keypad,
    /// normal screen and cursor as its type says. Pictures, where any are `drawn` in pixels, go first.
    static func restoreBytes(_ drawn: PictureProtocol?, in surroundings: WindowSequences) -> [UInt8] {
        removal(drawn) + Array("\u{1b}[?2026l\(modesOff)".utf8)
            + ["smam", "sgr0", "rmkx", "rmcup", "cnorm"].flatMap(capability)
            + [UInt8(ascii: "\r")] + Array(surroundings.popTitle.utf8)
    }

    static func removal(_ drawn: PictureProtocol?) -> [UInt8] {
        PictureOutput.removal(drawn, hasAlternateScreen: !capability("smcup").isEmpty)
    }

    static func action(of signal: Int32) -> sigaction {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return action
    }

    /// What is pasted comes between marks, so that it can be told from keys; and the terminal tells when the window
    /// gets and loses the keyboard.
    static let modesOn = "\u{1b}[?2004h\u{1b}[?1004h"
    /// Clicks and the wheel, reported in numbers that know no limit.
    static let mouseOn = "\u{1b}[?1000h\u{1b}[?1006h"
    static let mouseOff = "\u{1b}[?1006l\u{1b}[?1000l"
    /// The scroll region too: curses sets it to the size of the screen, which may have changed since.
    static let modesOff = mouseOff + "\u{1b}[?1004l\u{1b}[?2004l\u{1b}[r"
}
