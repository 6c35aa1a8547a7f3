import Canvas
import Engine

/// What the session came to, on the whole screen, until a key is pressed.
enum StatisticsScreen {
    /// Draws it; returns how far it can be scrolled.
    static func draw(_ snapshot: Snapshot, into canvas: inout Canvas, scroll: Int) -> ScrollLimit {
        let size = canvas.size
        let report = FinalReport(snapshot)
        let lines = FinalStatistics.lines(report, width: size.width - 2, glyphs: canvas.glyphs)
        let rect = Rect(x: 0, y: 0, width: size.width, height: size.height - 1)
        let window = ScrollWindow(lines.count, rows: rect.height - 2, from: scroll)
        var box = BoxText()
        box.title = "final statistics"
        box.isFocused = true
        box.note = [
            Span(TextWidth.sanitized(report.outcome.description), report.outcome.isClean ? .good : .bad)
        ]
        if window.limit > 0 {
            box.bottomRight = [Span("\(lines.count - window.more)/\(lines.count)", .dim)]
        }
        canvas.box(rect, box)
        canvas.clipped(to: rect.inner) { canvas in
            for (row, line) in window.shown(of: lines) {
                canvas.line(line, x: 1, y: 1 + row, columns: size.width - 2)
            }
        }
        let keys = StyledLine(
            window.limit > 0
                ? [
                    Span(size.width < 48 ? " j k" : " j k PgUp PgDn", .key), Span(" scroll   ", .label),
                    Span("any other key", .key),
                    Span(" leaves", .label),
                ]
                : [Span(" any key", .key), Span(" leaves", .label)])
        canvas.line(keys, x: 0, y: size.height - 1, columns: size.width)
        return window.limit
    }
}
