import CNcurses
import Canvas
import Glibc

/// Pictures in pixels: whether the terminal draws them, and the picture of a frame.
extension CursesTerminal {
    /// Inside a program that shows one terminal inside another, by the environment. Where that does not come along
    /// (ssh) the program says so itself: ``TerminalAnswers/isMultiplexer``.
    static func isMultiplexed(_ environment: [String: String], _ term: String) -> Bool {
        ["TMUX", "STY"].contains { environment[$0]?.isEmpty == false }
            || ["tmux", "screen"].contains { term.hasPrefix($0) }
    }

    /// What the person should know of how the terminal is taken, once.
    package func takeNotices() -> [String] {
        defer { notices = [] }
        return notices
    }

    /// Takes up what the terminal has answered since: asks on, and decides with how many colours, and how the picture
    /// is drawn.
    func settleAnswers() {
        let answers = input.answers
        let isInside = isMultiplexed || answers.isMultiplexer
        if answers.rounds > 0, !hasAskedMore {
            hasAskedMore = true
            // To tmux these would be a title, to a terminal of old they are text.
            let colors = asksColors && !isInside ? TerminalQuestion.colors : ""
            let asksPictures = pictureChoice != .blocks && (!isInside || pictureChoice == .sixel)
            let pictures = TerminalQuestion.pictures(
                kitty: !isInside && pictureChoice != .sixel, sixel: answers.hasSixel)
            let question = colors + (asksPictures ? pictures : colors.isEmpty ? "" : TerminalQuestion.last)
            if !question.isEmpty {
                let round = ask(question)
                if asksPictures { pictureRound = round }
                rewrite(Rect(x: 0, y: 0, width: size.width, height: 2))
            }
        }
        if asksColors, answers.hasDirectColors { takeDirectColors() }
        let verdict = PictureVerdict.of(
            pictureChoice, answers, hasSaidAll: pictureRound.map { answers.rounds >= $0 } ?? false,
            isMultiplexed: isMultiplexed, isOverdue: input.sinceQuestion > 1, cell: cellSize)
        if verdict != pictureVerdict {
            pictureVerdict = verdict
            if case .cells(let why?) = verdict { notices.append(why) }
        }
        updatePictures()
    }

    /// Draws with what is known now: in pixels where the terminal does that, as long as there are colours.
    func updatePictures() {
        var wanted: (drawing: PictureProtocol, geometry: PixelGeometry)?
        if look.depth != .mono, case .pixels(let drawing) = pictureVerdict {
            // kitty's terminals fit a picture into cells by themselves, whatever their size.
            let cell = cellSize ?? Size(10, 20)
            let most = drawing == .sixel ? Self.mostSixel(input.answers.geometry) : Size(8192, 8192)
            wanted = (drawing, PixelGeometry(cell: cell, most: most))
        }
        guard wanted?.geometry != look.pixels || wanted?.drawing != pictures.drawing else { return }
        look.pixels = wanted?.geometry
        output.send(Self.removal(pictures.drawing == .kitty ? .kitty : nil))
        pictures = PictureOutput(
            wanted?.drawing, cell: wanted?.geometry.cell ?? Size(10, 20),
            colors: min(256, input.answers.registers ?? 256))
        TerminalGuard.setRestoreBytes(Self.restoreBytes(wanted?.drawing, in: surroundings))
        chooseWriter()
        // Where cells go past curses, it knows of none.
        werase(window)
        invalidate()
    }

    /// Curses writes the cells where it can, and nothing is there that it does not know: of its own accord it scrolls
    /// and shifts what is on the screen, and pictures with it.
    func chooseWriter() {
        writer = depth == .direct || look.pixels != nil ? CellWriter(theme, depth: look.depth) : nil
    }

    /// What a terminal takes of sixel, and no more than a screen of our days has: the answer comes from outside.
    private static func mostSixel(_ geometry: Size?) -> Size {
        Size(min(1920, geometry?.width ?? 1920), min(1200, geometry?.height ?? 1200))
    }

    /// Pixels of a cell: as the kernel has it from the terminal, else as the terminal says.
    private var cellSize: Size? {
        var actual = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &actual) == 0, actual.ws_row > 0, actual.ws_col > 0 {
            let size = Size(Int(actual.ws_xpixel / actual.ws_col), Int(actual.ws_ypixel / actual.ws_row))
            if TerminalAnswers.isCell(size) { return size }
        }
        return input.answers.cell
    }

    /// Leaves the picture's cells blank where it is drawn in pixels; returns what is to be written behind the cells.
    func changePicture(_ canvas: inout Canvas) -> [UInt8] {
        guard pictures.drawing != nil else { return [] }
        var wanted = canvas.visiblePixels
        // The end of a picture in the last row would scroll the screen.
        if let rect = wanted?.rect, rect.maxY >= canvas.size.height { wanted = nil }
        if let wanted { canvas.fill(wanted.rect) }
        let isOverwritten = wanted.map { isDifferent(canvas, in: $0.rect) } ?? false
        let change = pictures.change(to: wanted, isOverwritten: isOverwritten)
        if let rect = change.uncovered { rewrite(rect) }
        return change.bytes
    }

    /// Has cells written with the next frame, whatever they hold.
    private func rewrite(_ rect: Rect) {
        shown?.fill(rect, with: Cell("\u{FFFF}"))
        wredrawln(window, Int32(rect.y), Int32(rect.height))
    }

    /// Whether any cell there is about to be written.
    private func isDifferent(_ canvas: Canvas, in rect: Rect) -> Bool {
        guard let shown, shown.size == canvas.size else { return true }
        return (rect.y..<rect.maxY).contains { y in
            (rect.x..<rect.maxX).contains { x in shown[x, y] != canvas[x, y] }
        }
    }
}
