import Canvas
import Engine
import Record
import Vision

/// What the model says about the frames, as it says it: one section a perspective, and the voice's line below.
enum InterpreterPanel {
    /// Interpretations that a zoomed panel shows.
    private static let longestHistory = 24

    /// The interpretations that a zoomed panel shows, newest last.
    static func shown(_ snapshot: Snapshot, _ log: LogView) -> ArraySlice<Interpretation> {
        let wanted = log.filter.lowercased()
        return snapshot.interpretations.filter { interpretation in
            interpretation.id <= log.heldInterpretation ?? .max
                && (wanted.isEmpty || interpretation.text.lowercased().contains(wanted)
                    || interpretation.perspective.rawValue.contains(wanted))
        }.suffix(longestHistory)
    }

    /// Draws it; returns what of the zoomed log is shown.
    @discardableResult
    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView, log: LogView = LogView()
    ) -> TextWindow {
        let isHeld = view.scroll > 0 || log.heldInterpretation != nil
        let s = snapshot.statistics
        var box = BoxText()
        let perspectives = snapshot.perspectives.map(\.rawValue).joined(separator: " ")
        box.note = [Piece([Span(perspectives, .dim)], isCuttable: true)]
        // What of the log is not shown, and how to see it again.
        var hints = log.filter.isEmpty || !view.isZoomed ? [] : ["/" + log.filter]
        if isHeld {
            hints.append("\(view.scroll) back" + (view.takesKeys ? ", f follows" : ""))
            box.hintStyle = Style(.warning)
        }
        box.hint = hints.joined(separator: "  ")
        box.bottomLeft = [
            Piece("first piece", s.firstPiece.last.map(NumberFormat.duration) ?? "-"),
            Piece("tokens", NumberFormat.count(s.usage.total)),
        ]
        if s.interpretationsFailed + s.interpretationsTruncated > 0 {
            box.bottomRight = [
                Piece("\(s.interpretationsTruncated) truncated", .warning, rank: 1),
                Piece("\(s.interpretationsFailed) failed", .warning),
            ]
        }
        var drawn = TextWindow()
        canvas.panel(.interpreter, rect, view, box) { canvas, area in
            var area = area
            account(snapshot, &canvas, &area, view)
            trouble(snapshot, &canvas, &area, view)
            VoiceLine.draw(snapshot, &canvas, &area, now: view.now, isZoomed: view.isZoomed)
            guard !area.isEmpty else { return }
            if view.isZoomed {
                drawn = history(snapshot, &canvas, area, view, log)
            } else {
                sections(snapshot, &canvas, area, now: view.now)
            }
        }
        return drawn
    }

    /// Why nothing is asked and who decides meanwhile, then what it costs; all of it where there is room.
    private static func account(_ snapshot: Snapshot, _ canvas: inout Canvas, _ area: inout Rect, _ view: PanelView) {
        if let hold = AccountLines.hold(snapshot, canvas.glyphs, now: view.now), area.height >= 3 {
            let isFinal = snapshot.hold(at: view.now)?.reason.isFinal ?? false
            let rows = TextWrap.rows(hold, width: area.width - 2)
            for row in rows.prefix(view.isZoomed && area.height >= 12 ? 4 : area.height >= 6 ? 2 : 1) {
                take(StyledLine(row, Style(isFinal ? .bad : .warning, .bold)), &canvas, &area)
            }
            if area.height >= 4, let line = AccountLines.deciding(snapshot, canvas.glyphs) {
                take(StyledLine(line, .text), &canvas, &area, wrapping: view.isZoomed)
            }
        }
        if view.isZoomed, area.height >= 12 {
            for line in AccountLines.whole(snapshot, canvas.glyphs, now: view.now) {
                take(line, &canvas, &area, wrapping: true, indent: 16)
            }
        } else if area.height >= 5 {
            let money = AccountLines.money(snapshot, now: view.now)
            let line = StyledLine.fitting(money, columns: area.width - 2, gap: "  ", canvas.glyphs)
            if line.width > 0 { take(line, &canvas, &area) }
        }
    }

    /// Draws a line into the first row of what is left, or into as many as it needs.
    private static func take(
        _ line: StyledLine, _ canvas: inout Canvas, _ area: inout Rect, wrapping: Bool = false, indent: Int = 2
    ) {
        for row in wrapping ? line.wrapped(to: area.width - 2, indent: indent) : [line] where !area.isEmpty {
            canvas.line(row, x: area.x + 1, y: area.y, columns: area.width - 2)
            area = Rect(x: area.x, y: area.y + 1, width: area.width, height: area.height - 1)
        }
    }

    private static func trouble(_ snapshot: Snapshot, _ canvas: inout Canvas, _ area: inout Rect, _ view: PanelView) {
        guard area.height >= 4 else { return }
        let alarms = AccountLines.alarms(snapshot, canvas.glyphs, now: view.now, saysSince: true)
        let rows = alarms.flatMap { TextWrap.rows($0, width: area.width - 2) }
        let shown = view.isZoomed && area.height >= 12 ? 6 : area.height >= 6 ? 3 : 2
        for (index, row) in rows.prefix(shown).enumerated() {
            let isCut = index == shown - 1 && rows.count > shown
            take(StyledLine(isCut ? "\(row) \(canvas.glyphs.ellipsis)" : row, Style(.bad)), &canvas, &area)
        }
    }

    /// The newest of every perspective, each in its share of the rows.
    private static func sections(_ snapshot: Snapshot, _ canvas: inout Canvas, _ area: Rect, now: Double) {
        let perspectives = shown(snapshot)
        guard !perspectives.isEmpty else {
            canvas.text("nothing said yet", x: area.x + 1, y: area.y, .dim)
            return
        }
        let count = min(perspectives.count, max(1, area.height / 2))
        var y = area.y
        for (index, perspective) in perspectives.prefix(count).enumerated() {
            let height = (area.height + count - 1 - index) / count
            let entry = newest(perspective, snapshot)
            if let entry {
                let head = heading(entry.head, canvas.glyphs, now: now, columns: area.width - 2)
                canvas.line(head, x: area.x + 1, y: y, columns: area.width - 2)
                body(entry, &canvas, Rect(x: area.x + 1, y: y + 1, width: area.width - 2, height: height - 1))
            } else {
                canvas.text("\(perspective.rawValue)  nothing yet", x: area.x + 1, y: y, .dim)
            }
            y += height
        }
    }

    private struct Entry {
        /// The newest, which may have no text yet.
        var head: Interpretation
        /// The newest with text: stays in sight while the next one is being thought of.
        var spoken: Interpretation
    }

    private static func newest(_ perspective: Perspective, _ snapshot: Snapshot) -> Entry? {
        guard let head = snapshot.interpretations.last(where: { $0.perspective == perspective }) else { return nil }
        let spoken = snapshot.interpretations.last { $0.perspective == perspective && !$0.text.isEmpty }
        return Entry(head: head, spoken: spoken ?? head)
    }

    private static func shown(_ snapshot: Snapshot) -> [Perspective] {
        guard snapshot.perspectives.isEmpty else { return snapshot.perspectives }
        var found: [Perspective] = []
        for interpretation in snapshot.interpretations where !found.contains(interpretation.perspective) {
            found.append(interpretation.perspective)
        }
        return found
    }

    private static func body(_ entry: Entry, _ canvas: inout Canvas, _ area: Rect) {
        guard !area.isEmpty else { return }
        let isCurrent = entry.spoken.id == entry.head.id
        var text = entry.spoken.text
        if isCurrent, entry.head.end == nil { text += canvas.glyphs.cursor }
        let rows = TextWrap.rows(text, width: area.width)
        // While it streams the end is what is new; once it is whole it is read from its beginning.
        let isStreaming = isCurrent && entry.head.end == nil
        let visible = isStreaming ? Array(rows.suffix(area.height)) : Array(rows.prefix(area.height))
        for (row, text) in visible.enumerated() {
            canvas.text(text, x: area.x, y: area.y + row, columns: area.width, isCurrent ? .text : .dim)
        }
        if !isStreaming, rows.count > area.height, let last = visible.last {
            let x = area.x + min(area.width - 1, TextWidth.of(last))
            canvas.put(canvas.glyphs.ellipsis, x: x, y: area.y + area.height - 1, .dim)
        }
    }

    /// All that was said, newest at the end.
    private static func history(
        _ snapshot: Snapshot, _ canvas: inout Canvas, _ area: Rect, _ view: PanelView, _ log: LogView
    ) -> TextWindow {
        var lines: [StyledLine] = []
        let shown = shown(snapshot, log)
        if shown.isEmpty {
            let text = snapshot.interpretations.isEmpty ? "nothing said yet" : log.emptiness
            canvas.line(StyledLine(text, .dim), x: area.x + 1, y: area.y, columns: area.width - 2)
        }
        for interpretation in shown {
            lines += heading(interpretation, canvas.glyphs, now: view.now).wrapped(to: area.width - 2, indent: 2)
            lines += TextWrap.rows(interpretation.text, width: area.width - 4).map { StyledLine("  " + $0) }
        }
        let window = ScrollWindow(lines.count, rows: area.height, from: lines.count - area.height - view.scroll)
        let text = Rect(x: area.x + 1, y: area.y, width: area.width - 2, height: area.height)
        return canvas.rows(lines, window, in: text, search: Search(wanted: log.filter, current: log.match))
    }

    /// How an interpretation goes. Where all of it does not fit, the latency of its first piece is left out.
    private static func heading(
        _ entry: Interpretation, _ glyphs: Glyphs, now: Double, columns: Int = .max
    ) -> StyledLine {
        var line = StyledLine([Span(entry.perspective.rawValue, .accent, .bold), Span(" #\(entry.frame)", .dim)])
        let end = ending(entry, glyphs, now: now)
        if let first = entry.firstPieceAfter {
            let part = Span(" first \(NumberFormat.duration(first))", .dim)
            if line.width + StyledLine([part, end]).width <= columns { line += part }
        }
        return line + StyledLine([end])
    }

    private static func ending(_ entry: Interpretation, _ glyphs: Glyphs, now: Double) -> Span {
        switch entry.end {
        case nil where entry.firstPieceAfter == nil:
            Span(" \(glyphs.pending) thinking \(NumberFormat.age(now - entry.startedAt))", .info)
        case nil: Span(" \(glyphs.down) streaming", .good)
        case .finished(let reason) where FinishReason(rawValue: reason).complaint != nil:
            Span(" \(glyphs.warning) \(FinishReason(rawValue: reason).complaint ?? reason)", .warning, .bold)
        case .finished: Span(entry.duration.map { " \(glyphs.yes) \(NumberFormat.duration($0))" } ?? "", .dim)
        case .truncated: Span(" \(glyphs.warning) truncated: no finish reason came", .warning, .bold)
        case .failed(let why): Span(" \(glyphs.failed) failed: \(TextWidth.sanitized(why))", .bad)
        case .cancelled: Span(" \(glyphs.refused) cancelled", .dim)
        }
    }
}
