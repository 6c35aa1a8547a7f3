import Canvas
import Record

/// While you were away: what happened since the person last pressed a key.
enum AwayOverlay {
    static func lines(_ summary: AwaySummary, width: Int) -> [StyledLine] {
        func count(_ count: Int, bad role: Role = .warning) -> (String, Role) {
            (NumberFormat.count(count), count > 0 ? role : .text)
        }
        let most = summary.unreported > .zero ? ", at most \(summary.unreported) more" : ""
        let places = summary.places.map { TextWidth.sanitized($0) }.joined(separator: ", ")
        let failed = "\(NumberFormat.count(summary.failedRequests)) of \(NumberFormat.count(summary.requests)) requests"
        let rows: [(String, (String, Role))] = [
            ("Decisions", (NumberFormat.count(summary.decisions), .text)),
            ("Actions", (NumberFormat.count(summary.actions), .text)),
            ("Deaths", count(summary.deaths, bad: .bad)),
            ("New places", (places.isEmpty ? "none" : "\(summary.places.count): \(places)", .text)),
            ("Stuck", count(summary.stuckEpisodes)), ("Spent", ("\(summary.spent)\(most)", .text)),
            ("Failed", (failed, summary.failedRequests > 0 ? .warning : .text)),
            ("Failed actions", count(summary.failedActions)),
            ("Loops failed", count(summary.loopFailures, bad: .bad)),
            ("Longest silence", (NumberFormat.duration(summary.longestSilence) + " without a decision", .text)),
        ]
        var lines = rows.flatMap { label, value in entry(label, value.0, value.1, width: width) }
        guard !summary.notices.isEmpty else { return lines }
        lines += [StyledLine(), StyledLine("What was told", Style(.title, .bold))]
        for notice in summary.notices {
            lines += entry(NumberFormat.clock(notice.time), TextWidth.sanitized(notice.text), .text, width: width)
        }
        return lines
    }

    static func draw(
        _ summary: AwaySummary, into canvas: inout Canvas, scroll: Int, search: Search
    ) -> OverlayBox.Drawn {
        let width = min(canvas.size.width - 4, 76)
        let lines = lines(summary, width: width)
        var box = BoxText()
        box.title = "while you were away: \(NumberFormat.duration(summary.seconds))"
        let hint = "q closes"
        box.bottomLeft = [Piece(lines.count > canvas.size.height - 4 ? "j k scroll  \(hint)" : hint, .dim)]
        return OverlayBox.draw(lines, box, width: width + 4, into: &canvas, scroll: scroll, search: search)
    }

    private static func entry(_ label: String, _ value: String, _ role: Role, width: Int) -> [StyledLine] {
        let indent = 17
        return TextWrap.rows(value, width: max(16, width - indent - 2)).enumerated().map { row, text in
            StyledLine([
                Span(NumberFormat.padded(row == 0 ? label : "", indent), .label), Span(text, Style(role)),
            ])
        }
    }
}
