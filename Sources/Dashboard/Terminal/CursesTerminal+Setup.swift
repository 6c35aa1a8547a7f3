import CNcurses
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
    static func chooseLocale(_ environment: [String: String]) -> Bool {
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

    /// Keys one by one and unchanged, Ctrl-C, Ctrl-Z and Ctrl-S included; nothing is echoed; no cursor.
    static func setModes(_ window: UnsafeMutablePointer<WINDOW>, _ pad: UnsafeMutablePointer<WINDOW>) {
        set_escdelay(25)
        raw()
        noecho()
        nonl()
        keypad(pad, true)
        nodelay(pad, true)
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

    /// Writes past curses.
    static func send(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
