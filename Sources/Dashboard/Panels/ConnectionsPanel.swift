import Canvas
import Connections
import Engine
import Record

/// Seconds after which a connection attempt, and a whole request, are given up: ages are coloured against these.
struct Budgets: Sendable {
    var connect = 10.0
    var total = 30.0
}

/// Every lane of the pool: what it is doing, with whom, for how long; who waits; what happened so far.
enum ConnectionsPanel {
    @discardableResult
    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView, budgets: Budgets = Budgets()
    ) -> ScrollLimit {
        let pool = snapshot.occupancy
        let inner = rect.inner
        let hosts = snapshot.laneHosts
        // The second row of figures is given up before a lane is.
        let choices = [1, 2]
        var footRows = 2
        var plan = LanePlan(pool, hosts: hosts, height: inner.height - footRows, columns: choices)
        if plan.isFolded {
            footRows = 1
            plan = LanePlan(pool, hosts: hosts, height: inner.height - footRows, columns: choices)
        }
        let window = ScrollWindow(plan.rows.count, rows: inner.height - footRows, from: view.scroll)
        canvas.panel(.connections, rect, view, box(pool, canvas.glyphs, footRows: footRows)) { canvas, area in
            guard !pool.lanes.isEmpty else {
                canvas.text("no connection has been made yet", x: area.x + 1, y: area.y, .dim)
                return
            }
            for (row, content) in window.shown(of: plan.rows) {
                let row = Rect(x: area.x, y: area.y + row, width: area.width, height: 1)
                draw(content, plan.columns, pool, &canvas, row, budgets)
            }
            foot(snapshot, pool, &canvas, area, rows: footRows, budgets)
        }
        return window.limit
    }

    private static func box(_ pool: Occupancy, _ glyphs: Glyphs, footRows: Int) -> BoxText {
        var box = BoxText()
        let full = pool.busy >= pool.limit && pool.limit > 0
        box.note = [Piece("\(pool.busy)/\(pool.limit)", full ? .warning : .text, .bold)]
        if pool.isClosed { box.note.append(Piece("closed", .info)) }
        box.bottomLeft = [
            Piece("opened", "\(pool.opened)"), Piece("closed", "\(pool.closed)"),
            Piece("failed", "\(pool.failed)", pool.failed > 0 ? Style(.warning) : .text),
        ]
        box.bottomRight = [Piece("peak", "\(pool.peak)")]
        return box
    }

    private static func draw(
        _ content: LanePlan.Row, _ columns: Int, _ pool: Occupancy, _ canvas: inout Canvas, _ row: Rect,
        _ budgets: Budgets
    ) {
        switch content {
        case .host(let origin, let busy): heading(origin, busy, pool, &canvas, row)
        case .free(let numbers):
            let list = numbers.map(String.init).joined(separator: " ")
            canvas.text(
                "\(canvas.glyphs.phase(nil)) free \(list)", x: row.x + 3, y: row.y, columns: row.width - 4, .dim)
        case .lanes(let lanes):
            let width = row.width / columns
            for (column, lane) in lanes.enumerated() {
                LaneRow.draw(
                    lane, &canvas, x: row.x + column * width, y: row.y,
                    width: column == columns - 1 ? row.width - column * width : width, budgets)
            }
        }
    }

    /// The host, how many of its places are taken, and what became of its connections so far.
    private static func heading(_ origin: Origin, _ busy: Int, _ pool: Occupancy, _ canvas: inout Canvas, _ row: Rect) {
        let taken = "\(busy)/\(pool.limitPerHost)"
        var right = row.maxX - 1
        canvas.textEnding(taken, right: right, y: row.y, Style(busy >= pool.limitPerHost ? .warning : .text))
        right -= TextWidth.of(taken) + 2
        if let totals = pool.origins[origin.description], row.width >= 50 {
            var text = "opened \(totals.opened)  peak \(totals.peak)"
            if totals.failed > 0 { text = "failed \(totals.failed)  " + text }
            canvas.textEnding(text, right: right, y: row.y, totals.failed > 0 ? Style(.warning) : .dim)
            right -= TextWidth.of(text) + 2
        }
        let room = right - row.x - 1
        canvas.text(
            TextWidth.truncated(host(origin), to: room, ellipsis: canvas.glyphs.ellipsis), x: row.x + 1, y: row.y,
            columns: room, Style(.label, .bold))
    }

    private static func foot(
        _ snapshot: Snapshot, _ pool: Occupancy, _ canvas: inout Canvas, _ area: Rect, rows: Int, _ budgets: Budgets
    ) {
        let y = area.maxY - 1
        var waiting = StyledLine([Span("queued ", .dim), Span("\(pool.queued)", pool.queued > 0 ? .warning : .text)])
        if let oldest = pool.oldestWait {
            waiting += Span(" oldest ", .dim)
            waiting += Span(NumberFormat.duration(oldest), AgeRole.of(oldest, budget: budgets.connect))
        }
        let used = canvas.line(waiting, x: area.x + 1, y: y)
        let room = min(60, area.width - used - 4)
        if room >= 6 {
            canvas.sparkline(
                snapshot.occupancyHistory.suffix(room).map(Double.init), x: area.maxX - 1 - room, y: y, columns: room,
                top: Double(max(1, pool.limit)), Style(.accent))
        }
        guard rows > 1 else { return }
        let columns = area.width - 2
        let line = StyledLine.fitting(second(pool, canvas.glyphs), columns: columns, gap: "  ", canvas.glyphs)
        canvas.line(line, x: area.x + 1, y: y - 1, columns: columns)
    }

    /// Bytes so far, and what failed by phase.
    private static func second(_ pool: Occupancy, _ glyphs: Glyphs) -> [Piece] {
        let failures = pool.failedByPhase.filter { $0.value > 0 }.sorted { $0.key.rawValue < $1.key.rawValue }
        return [
            Piece([
                Span("total ", .dim), Span(glyphs.up, .dim),
                Span(NumberFormat.left(NumberFormat.bytes(pool.bytesSent), 5)), Span(" \(glyphs.down)", .dim),
                Span(NumberFormat.left(NumberFormat.bytes(pool.bytesReceived), 5)),
            ]),
            Piece("answered", "\(pool.answered)/\(pool.requests)"),
        ] + failures.map { Piece("\(glyphs.failed) \($0.value) \($0.key.rawValue)", .warning) }
    }

    /// Host and port; the scheme only where it is not the plain one.
    static func host(_ origin: Origin) -> String {
        let text = origin.description
        return origin.scheme == .http ? String(text.dropFirst("http://".count)) : text
    }
}
