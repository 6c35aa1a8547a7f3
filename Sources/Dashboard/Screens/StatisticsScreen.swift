import Canvas
import Engine
import Record

/// What the session came to, on the whole screen, until somebody leaves it.
enum StatisticsScreen {
    /// Draws it; returns how far it can be scrolled, and what can be clicked.
    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, scroll: Int, replay: ReplayStatus? = nil
    ) -> (limit: ScrollLimit, buttons: [FooterPanel.Button]) {
        let size = canvas.size
        let report = FinalReport(snapshot)
        let lines = FinalStatistics.lines(report, width: size.width - 2, glyphs: canvas.glyphs)
        let rect = Rect(x: 0, y: 0, width: size.width, height: size.height - 1)
        let window = ScrollWindow(lines.count, rows: rect.height - 2, from: scroll)
        var box = BoxText()
        box.title = "final statistics"
        box.isFocused = true
        box.note = [
            Piece(
                [Span(TextWidth.sanitized(report.outcome.description), report.outcome.isClean ? .good : .bad)],
                isCuttable: true)
        ]
        if window.limit > 0 {
            box.bottomRight = [Piece("row", "\(lines.count - window.more)/\(lines.count)", .dim)]
        }
        canvas.box(rect, box)
        canvas.clipped(to: rect.inner) { canvas in
            for (row, line) in window.shown(of: lines) {
                canvas.line(line, x: 1, y: 1 + row, columns: size.width - 2)
            }
        }
        let footer = Rect(x: 0, y: size.height - 1, width: size.width, height: 1)
        let entries = FooterPanel.statisticsEntries(isScrolled: window.limit > 0, replay: replay)
        return (window.limit, FooterPanel.draw(entries, into: &canvas, at: footer))
    }
}
