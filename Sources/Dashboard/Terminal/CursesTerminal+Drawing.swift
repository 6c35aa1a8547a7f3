import CNcurses
import Canvas
import Glibc

extension CursesTerminal {
    package var size: Size { Size(Int(getmaxx(window)), Int(getmaxy(window))) }

    /// Whether the terminal has taken the last frame: a new one would only wait behind it.
    package var isReady: Bool { !isLost && !output.isBusy }

    /// Bytes that the terminal has taken.
    package var writtenBytes: Int { output.written }

    /// Processor time of the calling thread so far, seconds.
    package static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Brings the screen to what the canvas holds. Writes only what differs; nothing when nothing does.
    package func present(_ canvas: Canvas) {
        guard !isLost else { return }
        var canvas = canvas
        let picture = changePicture(&canvas)
        let cells = (writer == nil ? cursesFrame(canvas) : ownFrame(canvas)) + picture
        shown = canvas
        let frame = typingCursor.around(cells, at: canvas.cursor)
        guard !frame.isEmpty else { return }
        // In one piece with the frame: a terminal that knows these marks shows it at once. A few digits are one anyway.
        let isMarked = knowsSynchronizedOutput && frame.count > 160
        output.send(isMarked ? Array("\u{1b}[?2026h".utf8) + frame + Array("\u{1b}[?2026l".utf8) : frame)
    }

    /// Every cell is written anew with the next ``present(_:)``.
    package func invalidate() {
        shown = nil
        mustClear = true
        pictures.screenIsCleared()
        clearok(cn_curscr(), true)
    }

    /// Curses finds out what to write.
    private func cursesFrame(_ canvas: Canvas) -> [UInt8] {
        let changes = CanvasDiff.changes(from: shown, to: canvas)
        guard !changes.isEmpty else { return [] }
        var text = [wchar_t](repeating: 0, count: 4)
        for change in changes where !change.cell.isTail {
            let ink = ink(change.cell.style)
            let (code, first, second) = change.cell.codes
            (text[0], text[1], text[2]) = (wchar_t(code), wchar_t(first), wchar_t(second))
            // The last cell of the last row is set although curses reports an error for it.
            _ = cn_put(window, Int32(change.y), Int32(change.x), text, ink.attributes, ink.pair)
        }
        return refreshed()
    }

    /// Curses clears the screen, where that is to be done, and takes it for blank ever after: all cells are ours.
    private func ownFrame(_ canvas: Canvas) -> [UInt8] {
        var start: [UInt8] = []
        if mustClear {
            start = refreshed()
            // Blank cells are there already, unless a theme has something behind them.
            shown = theme.background == nil ? Canvas(canvas.size) : nil
        }
        return start + writer!.frame(CanvasDiff.changes(from: shown, to: canvas), of: canvas)
    }

    /// What curses has to write, which begins with a clear screen where that is to be so.
    private func refreshed() -> [UInt8] {
        mustClear = false
        wnoutrefresh(window)
        doupdate()
        return FrameBytes.trimmed(sink.take())
    }

    private func ink(_ style: Style) -> (attributes: attr_t, pair: Int32) {
        if let known = inks[style] { return known }
        let ink = theme.ink(for: style, depth: look.depth)
        var attributes: attr_t = 0
        if ink.attributes.contains(.bold) { attributes |= CN_BOLD }
        if ink.attributes.contains(.dim) { attributes |= CN_DIM }
        if ink.attributes.contains(.reverse) { attributes |= CN_REVERSE }
        if ink.attributes.contains(.underline) { attributes |= CN_UNDERLINE }
        let made = (attributes, pairs.pair(foreground: ink.foreground.index, background: ink.background.index))
        inks[style] = made
        return made
    }
}
