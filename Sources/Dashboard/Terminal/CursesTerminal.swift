import CNcurses
import Glibc

/// The terminal, through ncurses. All of it belongs to the one thread that made it; the only files that know ncurses
/// are beside this one.
package final class CursesTerminal {
    /// What the person asked for, over what the terminal can do.
    package struct Options: Sendable {
        package var ascii = false
        package var environment: [String: String] = [:]
        package init() {}
    }

    let look: Look
    private let theme: Theme
    private let screen: OpaquePointer
    private let window: UnsafeMutablePointer<WINDOW>
    /// Keys are read from a pad of their own: reading from the screen's window would draw it each time.
    private let keyPad: UnsafeMutablePointer<WINDOW>
    private let wake: WakePipe
    private var pairs: PairTable
    private var inks: [Style: (attributes: attr_t, pair: Int32)] = [:]
    private var shown: Canvas?
    private var errors = ErrorCapture()
    private var isOpen = true
    private var isLost = false
    private let usesSync: Bool

    /// Takes the terminal over. On an error the terminal is as it was found.
    package init(wake: WakePipe, options: Options = Options()) throws(TerminalError) {
        let term = try Self.check(options.environment)
        let isUnicode = Self.chooseLocale(options.environment)
        self.wake = wake
        TerminalGuard.install(terminal: STDOUT_FILENO)
        TerminalSignals.install(wake: wake.writer)
        errors.begin()
        // ncurses would end the program on these by itself, without any cleanup.
        let kept = [SIGINT, SIGTERM].map { ($0, Self.action(of: $0)) }
        TerminalGuard.arm(original: errors.original, capture: errors.file)
        guard let screen = newterm(nil, fdopen(STDOUT_FILENO, "w"), fdopen(STDIN_FILENO, "r")),
            let window = cn_stdscr(),
            let pad = newpad(1, 1), Self.canPlaceCursor()
        else {
            endwin()
            TerminalGuard.disarm()
            TerminalSignals.remove()
            errors.end()
            TerminalGuard.restoreSettings()
            throw .unusable(term: term)
        }
        for (number, action) in kept { withUnsafePointer(to: action) { _ = sigaction(number, $0, nil) } }
        self.screen = screen
        self.window = window
        keyPad = pad
        Self.setModes(window, pad)
        // Curses knows how many colours there are only once they are started - and once started it sets black and white
        // itself, so without colours they must not be.
        let wantsColors = ColorDepth.of(colors: 256, environment: options.environment) != .mono
        let colors = wantsColors && has_colors() && start_color() != ERR ? Int(cn_colors()) : 0
        let depth = ColorDepth.of(colors: colors, environment: options.environment)
        if colors > 0 { use_default_colors() }
        pairs = PairTable(limit: depth == .mono ? 0 : cn_color_pairs())
        look = Look(glyphs: isUnicode && !options.ascii ? .unicode : .ascii, depth: depth)
        theme = .dark
        usesSync = colors >= 256
    }

    /// Gives the terminal back, and shows what was printed to standard error meanwhile. Idempotent.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        endwin()
        TerminalGuard.disarm()
        TerminalGuard.restoreSettings()
        TerminalSignals.remove()
        errors.end()
        delwin(keyPad)
        delscreen(screen)
    }

    deinit { close() }

    // MARK: Drawing

    var size: Size { Size(Int(getmaxx(window)), Int(getmaxy(window))) }

    /// Brings the screen to what the canvas holds. Writes only what differs; nothing when nothing does.
    func present(_ canvas: Canvas) {
        guard !isLost else { return }
        let before = shown?.size == canvas.size ? shown : nil
        let changes = CanvasDiff.changes(from: before ?? Canvas(Size(0, 0), look: look), to: canvas)
        shown = canvas
        guard !changes.isEmpty else { return }
        for change in changes where !change.cell.isTail {
            let ink = ink(change.cell.style)
            let code = change.cell.scalar.value
            // The C library's idea of a width is what counts here: a character it does not know would shift the row.
            let isSafe = code < 0x7F || wcwidth(wchar_t(code)) == (change.cell.isWide ? 2 : 1)
            // The last cell of the last row is set although curses reports an error for it.
            _ = cn_put(
                window, Int32(change.y), Int32(change.x), wchar_t(isSafe ? code : 0x3F), ink.attributes, ink.pair)
        }
        flush()
    }

    /// Every cell is written anew with the next ``present(_:)``.
    func invalidate() {
        shown = nil
        clearok(cn_curscr(), true)
    }

    /// Takes on the size that the terminal has now.
    func resize() {
        var actual = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &actual) == 0, actual.ws_row > 0, actual.ws_col > 0 else { return }
        if Size(Int(actual.ws_col), Int(actual.ws_row)) != size {
            resizeterm(Int32(actual.ws_row), Int32(actual.ws_col))
        }
        werase(window)
        invalidate()
    }

    /// Stops the job as the shell's own key would, and comes back when it is continued.
    func suspend() {
        endwin()
        TerminalGuard.disarm()
        errors.pause()
        TerminalSignals.stopProcess()
        resume()
    }

    /// Takes the terminal over again after the program was stopped.
    func resume() {
        errors.resume()
        TerminalGuard.arm(original: errors.original, capture: errors.file)
        reset_prog_mode()
        curs_set(0)
        resize()
    }

    private func flush() {
        wnoutrefresh(window)
        // Beside curses' own output on purpose: it would come out after the frame if it went through it.
        if usesSync { Self.send("\u{1b}[?2026h") }
        doupdate()
        if usesSync { Self.send("\u{1b}[?2026l") }
    }

    private func ink(_ style: Style) -> (attributes: attr_t, pair: Int32) {
        if let known = inks[style] { return known }
        let ink = theme.ink(for: style, depth: look.depth)
        var attributes: attr_t = 0
        if ink.attributes.contains(.bold) { attributes |= CN_BOLD }
        if ink.attributes.contains(.dim) { attributes |= CN_DIM }
        if ink.attributes.contains(.reverse) { attributes |= CN_REVERSE }
        if ink.attributes.contains(.underline) { attributes |= CN_UNDERLINE }
        let made = (attributes, pairs.pair(foreground: ink.foreground, background: ink.background))
        inks[style] = made
        return made
    }

    // MARK: Input

    enum Wait: Equatable { case nothing, woken, lost }

    /// Blocks until a key, a signal, a wake-up or the time, in seconds (`nil`: without end).
    func wait(seconds: Double?) -> Wait {
        var descriptors = [
            pollfd(fd: isLost ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0),
        ]
        let timeout = seconds.map { Int32(max(0, min(3_600_000, ($0 * 1000).rounded(.up)))) } ?? -1
        guard poll(&descriptors, 2, timeout) > 0 else { return .nothing }
        let isWoken = descriptors[1].revents != 0
        if isWoken { wake.drain() }
        let input = Int32(descriptors[0].revents)
        if input & (POLLHUP | POLLERR | POLLNVAL) != 0 || (input & POLLIN != 0 && isAtEnd()) {
            isLost = true
            return .lost
        }
        return isWoken ? .woken : .nothing
    }

    /// Every key that has come in; curses keeps some that `poll` cannot see.
    func keys() -> [Key] {
        guard !isLost else { return [] }
        var keys: [Key] = []
        while keys.count < 256 {
            var code = wint_t(0)
            let kind = wget_wch(keyPad, &code)
            if kind == ERR { break }
            if kind == KEY_CODE_YES {
                if let key = KeyDecoder.function(Int32(bitPattern: code)) { keys.append(key) }
            } else {
                keys.append(KeyDecoder.character(UInt32(code)))
            }
        }
        return keys
    }

    /// Readable with nothing to read: the other end is gone.
    private func isAtEnd() -> Bool {
        var waiting: Int32 = 0
        return ioctl(STDIN_FILENO, UInt(FIONREAD), &waiting) != 0 || waiting == 0
    }
}
