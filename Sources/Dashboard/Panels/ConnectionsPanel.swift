import Engine

/// Every lane of the pool: what it is doing, with whom, for how long; who waits; what happened so far.
enum ConnectionsPanel {
    @discardableResult
    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView
    ) -> ScrollLimit {
        let pool = snapshot.occupancy
        let inner = rect.inner
        let footRows = inner.height > 8 ? 2 : 1
        let laneRows = max(1, inner.height - footRows)
        let oneEach = pool.lanes.count <= laneRows || view.isZoomed
        let columns = oneEach ? 1 : inner.width >= 60 ? 3 : 2
        let perColumn = oneEach ? laneRows : max(laneRows, 1)
        let needed = (pool.lanes.count + columns - 1) / columns
        let limit = max(0, needed - perColumn)
        let first = min(view.scroll, limit)

        canvas.panel(.connections, rect, view, box(pool, canvas.glyphs, narrow: rect.width < 56)) { canvas, area in
            guard !pool.lanes.isEmpty else {
                canvas.text("no connection has been made yet", x: area.x + 1, y: area.y, .dim)
                return
            }
            let rows = min(perColumn, needed)
            let width = area.width / columns
            for (index, lane) in pool.lanes.enumerated() {
                let column = index / needed
                let row = index % needed - first
                guard row >= 0, row < rows else { continue }
                draw(
                    lane, pool, &canvas, x: area.x + column * width, y: area.y + row,
                    width: column == columns - 1 ? area.width - column * width : width, view)
            }
            foot(snapshot, pool, &canvas, area, rows: footRows, view)
        }
        return limit
    }

    private static func box(_ pool: Occupancy, _ glyphs: Glyphs, narrow: Bool) -> BoxText {
        var box = BoxText()
        let full = pool.busy >= pool.limit && pool.limit > 0
        box.note = [Span("\(pool.busy)/\(pool.limit)", full ? .warning : .text, .bold)]
        if pool.isClosed { box.note.append(Span(" closed", .info)) }
        if !narrow { box.note.append(Span(" \(pool.limitPerHost) per host", .dim)) }
        box.bottomLeft = [
            Span("opened ", .dim), Span("\(pool.opened)"), Span(" closed ", .dim), Span("\(pool.closed)"),
            Span(" failed ", .dim), Span("\(pool.failed)", pool.failed > 0 ? .warning : .text),
        ]
        box.bottomRight = [Span("peak ", .dim), Span("\(pool.peak)")]
        return box
    }

    private static func draw(
        _ lane: Occupancy.Lane, _ pool: Occupancy, _ canvas: inout Canvas, x: Int, y: Int, width: Int, _ view: PanelView
    ) {
        let number = NumberFormat.left("\(lane.index + 1)", 2)
        canvas.text(number, x: x, y: y, .dim)
        guard let phase = lane.phase else {
            canvas.text(canvas.glyphs.phase(nil), x: x + 3, y: y, .dim)
            canvas.text("free", x: x + 5, y: y, .dim)
            return
        }
        let style = Style(role(phase))
        canvas.text(canvas.glyphs.phase(phase), x: x + 3, y: y, Style(role(phase), .bold))
        let isRoomy = width >= 44
        let word = isRoomy ? phase.rawValue : short(phase)
        canvas.text(word, x: x + 5, y: y, columns: isRoomy ? 11 : 5, style)
        // Up to the end of the handshake the connect budget runs, then the total one.
        let connecting = phase == .resolving || phase == .connecting || phase == .handshaking
        let ageStyle = Style(AgeRole.of(lane.age, budget: connecting ? view.connectBudget : view.totalBudget))
        let age = NumberFormat.duration(lane.age)
        let bytes = (
            NumberFormat.left(NumberFormat.bytes(lane.bytesSent), 5),
            NumberFormat.left(NumberFormat.bytes(lane.bytesReceived), 5)
        )
        if isRoomy {
            canvas.textEnding(age, right: x + 23, y: y, ageStyle)
            let host = lane.origin.map(Self.host) ?? "-"
            let end = x + width - 1
            canvas.textEnding(bytes.1, right: end, y: y)
            canvas.text(canvas.glyphs.down, x: end - 6, y: y, .dim)
            canvas.textEnding(bytes.0, right: end - 7, y: y)
            canvas.text(canvas.glyphs.up, x: end - 13, y: y, .dim)
            let room = end - 14 - (x + 25)
            canvas.text(
                TextWidth.truncated(host, to: room, ellipsis: canvas.glyphs.ellipsis), x: x + 25, y: y, columns: room,
                .label)
        } else {
            canvas.textEnding(age, right: min(x + 17, x + width), y: y, ageStyle)
            if width >= 25 {
                canvas.text(canvas.glyphs.down, x: x + 18, y: y, .dim)
                canvas.text(bytes.1, x: x + 19, y: y)
            }
        }
    }

    private static func foot(
        _ snapshot: Snapshot, _ pool: Occupancy, _ canvas: inout Canvas, _ area: Rect, rows: Int, _ view: PanelView
    ) {
        let y = area.maxY - 1
        var waiting = StyledLine([Span("queued ", .dim), Span("\(pool.queued)", pool.queued > 0 ? .warning : .text)])
        if let oldest = pool.oldestWait {
            waiting += Span(" oldest ", .dim)
            waiting += Span(NumberFormat.duration(oldest), AgeRole.of(oldest, budget: view.connectBudget))
        }
        let used = canvas.line(waiting, x: area.x + 1, y: y)
        let room = min(30, area.width - used - 4)
        if room >= 6 {
            canvas.sparkline(
                snapshot.occupancyHistory.suffix(room).map(Double.init), x: area.maxX - 1 - room, y: y, columns: room,
                top: Double(max(1, pool.limit)), Style(.accent))
        }
        guard rows > 1 else { return }
        canvas.line(second(pool, canvas.glyphs), x: area.x + 1, y: y - 1, columns: area.width - 2)
    }

    /// Bytes so far, and what failed by phase - or, while nothing did, the hosts.
    private static func second(_ pool: Occupancy, _ glyphs: Glyphs) -> StyledLine {
        var line = StyledLine([
            Span("total ", .dim), Span(glyphs.up, .dim), Span(NumberFormat.left(NumberFormat.bytes(pool.bytesSent), 5)),
            Span(" \(glyphs.down)", .dim), Span(NumberFormat.left(NumberFormat.bytes(pool.bytesReceived), 5)),
            Span("  answered ", .dim), Span("\(pool.answered)/\(pool.requests)"),
        ])
        for (phase, count) in pool.failedByPhase.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > 0 {
            line += Span("  \(glyphs.failed) \(count) \(phase.rawValue)", .warning)
        }
        return line
    }

    /// Host and port; the scheme only where it is not the plain one.
    static func host(_ origin: Origin) -> String {
        let text = origin.description
        return origin.scheme == .http ? String(text.dropFirst("http://".count)) : text
    }

    private static func short(_ phase: Phase) -> String {
        switch phase {
        case .queued: "queue"
        case .resolving: "dns"
        case .connecting: "conn"
        case .handshaking: "tls"
        case .sending: "send"
        case .waiting: "wait"
        case .receiving: "recv"
        case .closing: "close"
        }
    }

    private static func role(_ phase: Phase) -> Role {
        switch phase {
        case .queued, .waiting: .info
        case .resolving, .connecting, .handshaking: .warning
        case .sending: .accent
        case .receiving: .good
        case .closing: .label
        }
    }
}
