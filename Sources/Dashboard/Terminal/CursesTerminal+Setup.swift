import CNcurses
import Canvas
import Glibc

extension CursesTerminal {
    /// Finds out whether there is a terminal to draw on before anything of it is touched; returns its type.
    static func check(_ environment: [String: String]) throws(TerminalError) -> String {
        guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
        guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
        // In the background the first change of the settings would stop the program without a word.
        guard tcgetpgrp(STDIN_FILENO) == getpgrp() else { throw .background }
        guard let term = environment["TERM"], !term.isEmpty else { throw .termUnset }
        guard term != "dumb", term != "unknown" else { throw .unusable(term: term) }
        return term
    }

    /// Sets the locale that decides how characters are written; says whether that is UTF-8. Where no locale was
    /// chosen at all, the one that every system has is taken; a locale that was chosen is respected.
    package static func chooseLocale(_ environment: [String: String]) -> Bool {
        setlocale(LC_ALL, "")
        if isUTF8() { return true }
        let wasChosen = ["LC_ALL", "LC_CTYPE", "LANG"].contains { environment[$0].map { !$0.isEmpty } ?? false }
        guard !wasChosen else { return false }
        setlocale(LC_CTYPE, "C.UTF-8")
        return isUTF8()
    }

    private static func isUTF8() -> Bool {
        String(cString: nl_langinfo(nl_item(CODESET))).uppercased() == "UTF-8"
    }

    /// Starts curses; `nil` for a type of terminal that it does not know.
    static func start(_ term: String, _ sink: CursesSink) -> OpaquePointer? {
        // Curses writes into memory and cannot ask the terminal for its size, which it needs from the start: it sets the
        // scroll region to it.
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
        return newterm(term, sink.file, fdopen(STDIN_FILENO, "r"))
    }

    /// The terminal's size. One that does not know its own, such as a serial line, counts as the usual size.
    static func actualSize() -> Size {
        var actual = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &actual) == 0, actual.ws_row > 0, actual.ws_col > 0 else {
            return Size(80, 24)
        }
        return Size(Int(actual.ws_col), Int(actual.ws_row))
    }

    static func setModes(_ window: UnsafeMutablePointer<WINDOW>) {
        // Keys that wait must not cut a frame short: curses does not read them.
        typeahead(-1)
        leaveok(window, true)
        curs_set(0)
    }

    /// A terminal that cannot place its cursor cannot show a screen.
    static func canPlaceCursor() -> Bool {
        var name = Array("cup".utf8CString)
        let text = name.withUnsafeMutableBufferPointer { tigetstr($0.baseAddress) }
        return text != nil && Int(bitPattern: text) != -1
    }

    static func action(of signal: Int32) -> sigaction {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return action
    }

    /// What is pasted comes between marks, so that it can be told from keys.
    static let modesOn = "\u{1b}[?2004h"
    /// Clicks and the wheel, reported in numbers that know no limit.
    static let mouseOn = "\u{1b}[?1000h\u{1b}[?1006h"
    static let mouseOff = "\u{1b}[?1006l\u{1b}[?1000l"
    /// The scroll region too: curses sets it to the size of the screen, which may have changed since.
    static let modesOff = mouseOff + "\u{1b}[?2004l\u{1b}[r"
}
