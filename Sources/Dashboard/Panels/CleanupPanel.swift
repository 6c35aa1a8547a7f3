import Canvas
import Engine
import Record

/// Every resource of the session and how its closing goes. While the agent runs this is the promise; afterwards, the
/// proof.
enum CleanupPanel {
    @discardableResult
    static func draw(_ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView) -> ScrollLimit {
        let resources = snapshot.resources
        let done = resources.count { if case .done = $0.phase { true } else { false } }
        let isClosing = snapshot.state.isClosing
        var box = BoxText()
        if isClosing {
            box.note = [Piece("\(done)/\(resources.count) closed", done == resources.count ? .good : .warning)]
        } else {
            box.note = [Piece("\(resources.count) armed")]
        }
        box.bottomLeft = [Piece(isClosing || view.isReplay ? "top to bottom" : "q closes top to bottom", .dim)]

        var limit = 0
        canvas.panel(.cleanup, rect, view, box) { canvas, area in
            var rows = area.height
            if let audit = snapshot.audit {
                rows -= 1
                canvas.line(line(audit, canvas.glyphs), x: area.x + 1, y: area.maxY - 1, columns: area.width - 1)
            }
            // What is being closed stays in sight.
            let open = resources.firstIndex { if case .done = $0.phase { false } else { true } } ?? resources.count
            let window = ScrollWindow(resources.count, rows: rows, from: isClosing ? open - rows / 2 : view.scroll)
            limit = window.limit
            for (row, resource) in window.shown(of: resources) {
                draw(resource, &canvas, area, y: area.y + row, now: view.now)
            }
            if resources.isEmpty { canvas.text("nothing is open yet", x: area.x + 1, y: area.y, .dim) }
            if window.more > 0, rows > 0 {
                canvas.textEnding("+\(window.more) more", right: area.maxX - 1, y: area.y + rows - 1, .dim)
            }
        }
        return limit
    }

    private static func draw(_ resource: ResourceStatus, _ canvas: inout Canvas, _ area: Rect, y: Int, now: Double) {
        let (glyph, text, role) = status(resource.phase, canvas.glyphs, now: now)
        canvas.text(glyph, x: area.x + 1, y: y, Style(role, .bold))
        let textX = area.x + max(3, min(area.width - 2 - TextWidth.of(text), 24))
        canvas.text(
            TextWidth.truncated(resource.name, to: textX - area.x - 4, ellipsis: canvas.glyphs.ellipsis),
            x: area.x + 3, y: y)
        canvas.line(StyledLine(text, Style(role)), x: textX, y: y, columns: area.maxX - textX)
    }

    private static func status(
        _ phase: ResourceStatus.Phase, _ glyphs: Glyphs, now: Double
    ) -> (glyph: String, text: String, role: Role) {
        switch phase {
        case .armed: return (glyphs.armed, "armed", .dim)
        case .closing(let since):
            return (glyphs.closing, "closing " + NumberFormat.duration(now - since), .warning)
        case .done(let receipt):
            let took = NumberFormat.duration(receipt.duration)
            switch receipt.result {
            case .closed: return (glyphs.closed, "closed in " + took, .good)
            case .timedOut: return (glyphs.failed, "timed out after " + took, .bad)
            case .failed(let why): return (glyphs.failed, "failed: " + why, .bad)
            }
        }
    }

    static func line(_ audit: Audit, _ glyphs: Glyphs) -> StyledLine {
        audit.isClean
            ? StyledLine([Span("\(glyphs.yes) audit: nothing left open", .good)])
            : StyledLine([
                Span(
                    "\(glyphs.failed) audit: \(audit.leftSockets) sockets, \(audit.leftChildren) processes left", .bad,
                    .bold)
            ])
    }
}
