import CNcurses
import Canvas
import Glibc

/// The terminal, through ncurses: curses finds out what to write, this type writes it. Where there are colours of 24
/// bits, which curses has no place for, or pictures in pixels, which it would scroll, ``CellWriter`` finds it out, and
/// curses is left with all but the cells. All of it belongs to the one thread that made it; the only files that know
/// ncurses are beside this one.
package final class CursesTerminal {
    /// What the person asked for, over what the terminal can do.
    package struct Options: Sendable {
        /// What to draw with; `nil` leaves it to the terminal.
        package var glyphs: Glyphs?
        /// How many colours to use at the most, or 24 bits in any case; `nil` as many as there are, or none where
        /// `NO_COLOR` says so.
        package var depth: ColorDepth?
        package var theme = Theme.dark
        package var picture = PictureChoice.auto
        package var environment: [String: String] = [:]
        package init() {}
    }

    package internal(set) var look: Look
    /// What the terminal can do; a theme may use less of it.
    private(set) var depth: ColorDepth
    /// The terminal may have more colours than its type tells, and nobody has asked for fewer.
    private(set) var asksColors: Bool
    private(set) var theme: Theme
    private let screen: OpaquePointer
    let window: UnsafeMutablePointer<WINDOW>
    let sink: CursesSink
    var output: TerminalOutput
    private let wake: WakePipe
    var input: TerminalInput
    var pairs: PairTable
    var inks: [Style: (attributes: attr_t, pair: Int32)] = [:]
    /// Writes the cells in the place of curses; `nil` where curses does.
    var writer: CellWriter?
    var shown: Canvas?
    var mustClear = true
    var typingCursor = TypingCursor()
    package let surroundings: WindowSequences
    /// What the window is called by now; `nil` while its own title stands.
    var title: String?
    private var hasPushedTitle = false
    private var errors: ErrorCapture
    private var isOpen = true
    private(set) var isLost = false
    /// Whether the terminal is asked what it knows.
    private let isAsked: Bool
    let pictureChoice: PictureChoice
    let isMultiplexed: Bool
    var pictureVerdict = PictureVerdict.open
    var pictures = PictureOutput()
    /// The questions were put that not every terminal takes as such.
    var hasAskedMore = false
    /// The round of answers in which those about pictures come; `nil` as long as nothing was asked about them.
    var pictureRound: Int?
    /// What the person should know of how the terminal is taken.
    var notices: [String] = []

    /// Takes the terminal over. On an error the terminal is as it was found.
    package init(wake: WakePipe, options: Options = Options()) throws(TerminalError) {
        let term = try Self.check(options.environment)
        let glyphs = Self.glyphs(options.environment)
        guard let sink = CursesSink() else { throw .noDescriptors }
        let output = TerminalOutput(STDOUT_FILENO)
        TerminalGuard.install(terminal: STDOUT_FILENO, writing: output.descriptor)
        TerminalSignals.install(wake: wake.writer)
        var errors = ErrorCapture()
        errors.begin()
        // ncurses would end the program on these by itself, without any cleanup.
        let kept = [SIGINT, SIGTERM].map { ($0, Self.action(of: $0)) }
        guard let (screen, type) = Self.start(term, sink), let window = cn_stdscr(), !Self.capability("cup").isEmpty
        else {
            TerminalSignals.remove()
            errors.end()
            output.close()
            throw .unusable(term: term)
        }
        for (number, action) in kept { withUnsafePointer(to: action) { _ = sigaction(number, $0, nil) } }
        surroundings = WindowSequences(options.environment)
        TerminalGuard.setRestoreBytes(Self.restoreBytes(nil, in: surroundings))
        TerminalGuard.arm(errors)
        if type != term { notices = ["the terminal type '\(term)' is unknown on this machine; drawn as for \(type)"] }
        input = TerminalInput(STDIN_FILENO, environment: options.environment)
        (self.wake, self.sink, self.output, self.errors) = (wake, sink, output, errors)
        (self.screen, self.window) = (screen, window)
        // Curses knows how many colours there are only once they are started - and once started it sets black and white
        // itself, so without colours they must not be.
        let wantsColors = ColorDepth.of(colors: 256, environment: options.environment, asked: options.depth) != .mono
        let colors = wantsColors && has_colors() && start_color() != ERR ? Int(cn_colors()) : 0
        depth = ColorDepth.of(
            colors: colors, isDirect: Self.hasDirectColors, environment: options.environment, asked: options.depth)
        asksColors = depth >= .eight && depth < .direct && options.depth == nil
        if colors > 0 { use_default_colors() }
        // "CO" is what the direct types call it; only they have more colours than a palette.
        let indexed = colors > 256 ? max(8, Int(Self.number("CO"))) : colors
        pairs = PairTable(limit: depth == .mono ? 0 : cn_color_pairs(), indexed: indexed)
        theme = options.theme
        look = Look(glyphs: options.glyphs ?? glyphs, depth: theme.isMono ? .mono : depth)
        // The Linux console knows neither the questions nor what they ask about.
        isAsked = !type.hasPrefix("linux")
        pictureChoice = options.picture
        isMultiplexed = Self.isMultiplexed(options.environment, term)
        chooseWriter()
        enter()
        resize()
    }

    /// Gives the terminal back, and shows what was printed to standard error meanwhile. Idempotent. False when the
    /// terminal has stalled and did not take everything within a second: nothing that is written to it comes out.
    @discardableResult
    package func close() -> Bool {
        guard isOpen else { return true }
        isOpen = false
        let isDelivered = leave()
        TerminalSignals.remove()
        if isDelivered || isLost { errors.end() } else { errors.forget() }
        delscreen(screen)
        sink.close()
        output.close()
        return isDelivered || isLost
    }

    deinit { close() }

    /// Draws with another theme from the next frame on.
    package func use(_ theme: Theme) {
        self.theme = theme
        look.depth = theme.isMono ? .mono : depth
        inks = [:]
        chooseWriter()
        shown = nil
        updatePictures()
    }

    /// The terminal has more colours than its type tells: from the next frame on cells are written past curses.
    func takeDirectColors() {
        (asksColors, depth) = (false, .direct)
        werase(window)
        use(theme)
    }

    /// Stops the job as the shell's own key would, and comes back when it is continued.
    package func suspend() {
        leave()
        errors.pause()
        TerminalSignals.stopProcess()
        resume()
    }

    /// Takes the terminal over again after the program was stopped, in whichever state it is now: somebody may have
    /// reset it.
    package func resume() {
        // Curses enters the alternate screen only when it believes that it has left it.
        endwin()
        _ = sink.take()
        errors.resume()
        TerminalGuard.arm(errors)
        enter()
        resize()
    }

    /// From the shell's settings to ours.
    private func enter() {
        TerminalGuard.setRaw()
        Self.setModes(window)
        typingCursor.reset()
        output.send(Self.modesOn + (wantsMouse ? Self.mouseOn : "") + surroundings.pushTitle(again: hasPushedTitle))
        hasPushedTitle = true
        if let title { output.send(surroundings.title(title)) }
        if isAsked, input.answers.rounds == 0 { ask(TerminalQuestion.first) }
    }

    @discardableResult
    func ask(_ question: String) -> Int {
        output.send(question)
        return input.noteQuestion()
    }

    /// Whether the terminal shows what comes between two marks at once. It says so itself.
    var knowsSynchronizedOutput: Bool { [1, 2].contains(input.answers.modes[TerminalQuestion.synchronizedOutput]) }

    /// From our settings to the shell's; false when the terminal did not take the bytes.
    @discardableResult
    private func leave() -> Bool {
        endwin()
        if !isLost {
            output.send(
                Self.removal(pictures.drawing) + Array(Self.modesOff.utf8) + sink.take()
                    + Array(surroundings.popTitle.utf8))
        }
        hasPushedTitle = false
        pictures.forget()
        // A second: a terminal that takes nothing for so long has stalled, and somebody waits for the end.
        let isDelivered = isLost || output.finish(within: 1)
        // An answer that is still on its way must not arrive at the shell.
        if isDelivered, !isLost { input.awaitAnswers() }
        TerminalGuard.disarm()
        TerminalGuard.restoreSettings()
        return isDelivered
    }

    /// Takes on the size that the terminal has now.
    package func resize() {
        let size = Self.actualSize()
        if size != self.size { resizeterm(Int32(size.height), Int32(size.width)) }
        werase(window)
        invalidate()
        // Another font changes both.
        if input.answers.cell != nil, isOpen { ask(TerminalQuestion.cell) }
        updatePictures()
    }

    // MARK: Input

    /// Whether clicks and the wheel come as keys. Off unless somebody asks: it takes the selecting of text away.
    package var wantsMouse = false {
        didSet {
            if wantsMouse != oldValue, isOpen, !isLost { output.send(wantsMouse ? Self.mouseOn : Self.mouseOff) }
        }
    }

    package enum Wait: Equatable { case nothing, woken, lost }

    /// Blocks until a key, a signal, a wake-up or the time, in seconds (`nil`: without end), or until the terminal has
    /// taken a frame that it did not take at once.
    package func wait(seconds: Double?) -> Wait {
        let input = isLost ? -1 : STDIN_FILENO
        let busy = !isLost && output.isBusy ? output.descriptor : -1
        var descriptors = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0),
            pollfd(fd: busy, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: errors.reader, events: Int16(POLLIN), revents: 0),
        ]
        let soonest = [seconds, isLost ? nil : self.input.timeout].compactMap(\.self).min()
        let timeout = soonest.map { Int32(max(0, min(3_600_000, ($0 * 1000).rounded(.up)))) } ?? -1
        guard poll(&descriptors, 4, timeout) > 0 else { return .nothing }
        let isWoken = descriptors[1].revents != 0
        if isWoken { wake.drain() }
        if descriptors[2].revents != 0 { output.push() }
        if descriptors[3].revents != 0 { errors.collect() }
        let events = Int32(descriptors[0].revents)
        let isGone = events & (POLLHUP | POLLERR | POLLNVAL) != 0 || (events & POLLIN != 0 && self.input.isAtEnd)
        if !isLost, isGone || output.isBroken {
            isLost = true
            return .lost
        }
        return isWoken ? .woken : .nothing
    }

    /// Whether the window has the keyboard, as far as the terminal has said.
    var isInFront: Bool? { input.isInFront }

    /// Every key that has come in.
    package func keys() -> [Key] {
        guard !isLost else { return [] }
        let keys = input.keys()
        if isAsked { settleAnswers() }
        return keys
    }
}
