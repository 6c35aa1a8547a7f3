import Canvas
import Engine
import Record
import Terminal
import Vision

/// What is put into the clipboard, and how it is called.
struct Copied: Equatable, Sendable {
    var what: String
    var text: String

    /// Without the blanks that only fill rows up.
    init?(_ what: String, rows: [String]) {
        let trimmed = rows.map { row in
            let end = row.lastIndex { $0 != " " }
            return end.map { row[...$0] } ?? ""
        }
        let first = trimmed.firstIndex { !$0.isEmpty }
        guard let first, let last = trimmed.lastIndex(where: { !$0.isEmpty }) else { return nil }
        (self.what, text) = (what, trimmed[first...last].joined(separator: "\n") + "\n")
    }

    /// What the person is told. No terminal says whether it has taken it.
    func sentence(_ window: WindowSequences) -> String {
        guard window.hasClipboard else { return "this terminal takes nothing into a clipboard; s saves the screen" }
        let whole = text.count
        let taken = WindowSequences.copyable(text).count
        let amount = taken == whole
            ? "\(NumberFormat.count(whole)) characters"
            : "the first \(NumberFormat.count(taken)) of \(NumberFormat.count(whole)) characters"
        let way = window.isTmux ? "; tmux takes it with set-clipboard on" : ""
        return "\(what) to the clipboard: \(amount)\(way)"
    }
}

extension DashboardState {
    /// What is open, else what the focus is on: an overlay in full, what was said, the chosen decision's line, else the
    /// panel as it stands on `screen`. `nil` where there is no text.
    func copied(_ snapshot: Snapshot, from screen: Canvas, now: Double) -> Copied? {
        let glyphs = screen.glyphs
        switch view.overlay {
        case .help: return Copied("the keys", rows: HelpOverlay.lines(width: 76, isReplay: view.isReplay).map(\.plain))
        case .away:
            return away.summary(frozen?.snapshot ?? snapshot, now: frozen?.time ?? now).flatMap {
                Copied("what happened", rows: AwayOverlay.lines($0, width: 100_000).map(\.plain))
            }
        case .decision(let id):
            return (frozen?.snapshot ?? snapshot).actions.last { $0.decision.id == id }.flatMap { line in
                // Rows as they are meant, not as the overlay's width breaks them.
                Copied(
                    "decision \(id)", rows: DecisionText.lines(line, width: 100_000, glyphs: glyphs).map(\.plain))
            }
        case nil: break
        }
        if showsStatistics(snapshot, now: now) {
            let lines = FinalStatistics.plainLines(FinalReport(snapshot), glyphs: glyphs)
            return Copied("the final statistics", rows: lines.map(\.text))
        }
        let shown = frozen?.snapshot ?? snapshot
        switch view.focus {
        case .interpreter: return said(shown) ?? panel(.interpreter, of: screen)
        case .decisions:
            let lines = DecisionsPanel.lines(shown, filter: view.decisionFilter)
            let line = DecisionsPanel.index(of: view.chosen, in: lines).map { lines[$0] } ?? lines.last
            return line.flatMap { Copied("decision \($0.decision.id)", rows: [DecisionsPanel.plain($0, glyphs)]) }
        default: return panel(view.focus, of: screen)
        }
    }

    /// The interpretations on the screen: all that the zoomed log holds, else the newest of every perspective.
    private func said(_ snapshot: Snapshot) -> Copied? {
        let log = LogView(
            heldInterpretation: view.heldInterpretation, filter: view.isZoomed ? view.filters[.interpreter] ?? "" : "")
        var shown = InterpreterPanel.shown(snapshot, log).filter { !$0.text.isEmpty }
        if !view.isZoomed {
            shown = shown.filter { one in one.id == shown.last { $0.perspective == one.perspective }?.id }
        }
        let rows = shown.flatMap { one in
            let text = one.text.split(separator: "\n").map { TextWidth.sanitized(String($0), limit: 100_000) }
            return ["\(one.perspective.rawValue) #\(one.frame)"] + text + [""]
        }
        return Copied(shown.count == 1 ? "an interpretation" : "\(shown.count) interpretations", rows: rows)
    }

    /// The inside of a panel as text; a picture is none.
    private func panel(_ id: PanelID, of screen: Canvas) -> Copied? {
        guard let area = panelRects[id]?.inner.intersection(screen.bounds) else { return nil }
        let rows = (area.y..<max(area.y, area.maxY)).map { y in
            var row = String.UnicodeScalarView()
            for x in area.x..<max(area.x, area.maxX) where !screen[x, y].isTail {
                row.append(screen[x, y].style.role == .picture ? " " : screen[x, y].scalar)
            }
            return String(row)
        }
        return Copied("the panel \(id.title)", rows: rows)
    }
}
