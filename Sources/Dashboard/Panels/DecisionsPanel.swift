import Canvas
import Engine
import Record
import Vision

/// The log of decisions: when, who decided, what, why, how old the picture behind it was, and whether it worked.
enum DecisionsPanel {
    @discardableResult
    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView, log: LogView = LogView()
    ) -> ScrollLimit {
        let s = snapshot.statistics
        let lines = lines(snapshot, filter: log.filter)
        let chosen = index(of: log.chosen, in: lines)
        let window = window(lines, chosen: log.chosen, rows: rect.inner.height)
        var box = BoxText()
        box.note = [Piece("\(NumberFormat.count(s.executed)) done")]
        if s.dryRun > 0 { box.note.append(Piece("\(s.dryRun) dry", .warning)) }
        // A filter must be seen wherever there is a border: without it the log looks as if nothing happened.
        if !log.filter.isEmpty {
            box.note = [
                Piece([Span("/\(log.filter)", .key, .bold)], rank: 1, isCuttable: true),
                Piece("\(lines.count) of \(snapshot.actions.count)", .key, .bold),
            ]
        }
        if let chosen {
            box.hint = "\(lines.count - 1 - chosen) newer" + (rect.width < 56 || !view.takesKeys ? "" : ", f follows")
            box.hintStyle = Style(.warning)
        }
        let refused = Piece("refused", "\(s.refusedTotal)")
        box.bottomRight = [refused]
        box.bottomLeft = verdicts(s, canvas.glyphs, columns: rect.width - 8 - refused.line.width)
        let wanted = TextMatch(log.filter)
        canvas.panel(.decisions, rect, view, box) { canvas, area in
            for (row, line) in window.shown(of: lines) {
                let place = Rect(x: area.x, y: area.y + row, width: area.width, height: 1)
                draw(line, &canvas, place, wanted)
                if window.first + row == chosen { canvas.add(.reverse, to: place) }
            }
            if lines.isEmpty {
                let nothing = snapshot.info.isWatched ? "only watched: nothing is decided" : "nothing decided yet"
                let text = snapshot.actions.isEmpty ? nothing : log.emptiness
                canvas.text(text, x: area.x + 1, y: area.y, .dim)
            }
        }
        return window.limit
    }

    /// What became of what was done. What nobody could tell is named by its mark where the word does not fit, so that
    /// the sum can be followed.
    private static func verdicts(_ s: Statistics, _ glyphs: Glyphs, columns: Int) -> [Piece] {
        let known = [Piece("verified", "\(s.verified)"), Piece("no effect", "\(s.noEffect)")]
        let words = known + [Piece("unverifiable", "\(s.unverifiable)")]
        if StyledLine.fitting(words, columns: .max, glyphs).width <= columns { return words }
        return known + [Piece("\(glyphs.unknown)", "\(s.unverifiable)")]
    }

    /// The lines shown: the chosen one stays in the middle where it can, so that lines which come do not move it.
    static func window(_ lines: [ActionLine], chosen: Int?, rows: Int) -> ScrollWindow {
        ScrollWindow(lines.count, rows: rows, from: index(of: chosen, in: lines).map { $0 - rows / 2 } ?? .max)
    }

    /// Where a decision is in the log, or the one after it.
    static func index(of chosen: Int?, in lines: [ActionLine]) -> Int? {
        chosen.flatMap { id in lines.firstIndex { $0.decision.id >= id } }
    }

    /// The decisions that contain `filter` in anything that is shown of them, oldest first.
    static func lines(_ snapshot: Snapshot, filter: String) -> [ActionLine] {
        guard !filter.isEmpty else { return Array(snapshot.actions) }
        let wanted = filter.lowercased()
        return snapshot.actions.filter { line in
            let decision = line.decision
            let words = [
                decision.action.rawValue, decision.source.rawValue, decision.reason, decision.scene.rawValue,
                fate(line, .ascii).word, failure(line) ?? "",
            ]
            return words.contains { $0.lowercased().contains(wanted) }
        }
    }

    /// One row. What is looked for is marked where the filter looks: in the words, not in the figures.
    private static func draw(_ line: ActionLine, _ canvas: inout Canvas, _ row: Rect, _ wanted: TextMatch) {
        func mark(_ x: Int, _ columns: Int, in canvas: inout Canvas) {
            canvas.highlight(wanted, in: Rect(x: x, y: row.y, width: columns, height: 1))
        }
        let isRoomy = row.width >= 54
        let isWide = row.width >= 80
        let (glyph, word, role) = fate(line, canvas.glyphs)
        let stamp = NumberFormat.stamp(line.time)
        let source = line.decision.source
        var x = row.x + canvas.text(isRoomy ? stamp : String(stamp.dropFirst(3)), x: row.x, y: row.y, .dim) + 1
        let sourceWidth = isWide ? 9 : isRoomy ? 6 : 2
        canvas.text(
            isWide ? source.rawValue : short(source), x: x, y: row.y, columns: sourceWidth, Style(Self.role(source)))
        mark(x, sourceWidth, in: &canvas)
        x += sourceWidth + 1
        canvas.text(line.decision.action.rawValue, x: x, y: row.y, columns: 13, .bold)
        mark(x, 13, in: &canvas)
        x += 14
        // From the right: the verdict in words where there is room, its mark, the age of the picture; the reason
        // - or why nothing came of it - takes what is left.
        let wordWidth = isWide ? 14 : 0
        var right = row.maxX - wordWidth
        canvas.line(StyledLine(word, Style(role)), x: right, y: row.y, columns: wordWidth)
        mark(right, wordWidth, in: &canvas)
        right -= 2
        canvas.text(glyph, x: right, y: row.y, Style(role, .bold))
        right -= 1
        // What was never played has no such age, and never will.
        let age = line.outcome?.frameAge
        if isRoomy, age != nil || line.outcome == nil {
            if let age {
                let text = NumberFormat.duration(age) + " old"
                canvas.textEnding(text, right: right, y: row.y, Style(AgeRole.of(age, budget: 2)))
            }
            right -= 10
        }
        right -= 1
        guard right - x >= 4 else { return }
        let failure = isWide ? nil : failure(line)
        canvas.text(
            TextWidth.truncated(failure ?? line.decision.reason, to: right - x, ellipsis: canvas.glyphs.ellipsis), x: x,
            y: row.y, columns: right - x, failure == nil ? .label : Style(role))
        mark(x, right - x, in: &canvas)
    }

    /// A decision as one line of text, with all that a wide row says.
    static func plain(_ line: ActionLine, _ glyphs: Glyphs) -> String {
        let decision = line.decision
        let age = line.outcome?.frameAge.map { NumberFormat.duration($0) + " old" }
        let parts = [
            NumberFormat.stamp(line.time), decision.source.rawValue, decision.action.rawValue, decision.reason, age,
            fate(line, glyphs).word,
        ]
        return parts.compactMap(\.self).filter { !$0.isEmpty }.map { TextWidth.sanitized($0) }.joined(separator: "  ")
    }

    /// Why nothing came of a decision.
    private static func failure(_ line: ActionLine) -> String? {
        switch line.outcome?.fate {
        case .refused(let why): "refused: " + why.words
        case .failed(let why): "failed: " + why
        default: nil
        }
    }

    /// A source in at most six columns; its first two letters tell it from the others.
    private static func short(_ source: DecisionSource) -> String {
        switch source {
        case .learned: "learnt"
        case .heuristic: "heur"
        case .operatorInput: "you"
        default: source.rawValue
        }
    }

    /// What became of a decision: its mark, in words, and how that is to be taken.
    static func fate(_ line: ActionLine, _ glyphs: Glyphs) -> (glyph: String, word: String, role: Role) {
        guard let outcome = line.outcome else { return (glyphs.pending, "", .dim) }
        switch outcome.fate {
        case .executed:
            switch line.verdict {
            case .verified: return (glyphs.yes, "verified", .good)
            case .noEffect: return (glyphs.no, "no effect", .warning)
            case .unverifiable: return (glyphs.unknown, "unverifiable", .dim)
            case nil: return (glyphs.pending, "done", .dim)
            }
        case .dryRun: return (glyphs.dry, "dry-run", .info)
        case .refused(let why): return (glyphs.refused, why.words, .warning)
        case .interrupted: return (glyphs.interrupted, "interrupted", .info)
        case .failed(let why): return (glyphs.failed, why, .bad)
        }
    }

    static func role(_ source: DecisionSource) -> Role {
        switch source {
        case .reflex: .warning
        case .rule: .text
        case .stuck: .bad
        case .model: .accent
        case .learned: .info
        case .heuristic: .label
        case .operatorInput: .key
        }
    }
}
