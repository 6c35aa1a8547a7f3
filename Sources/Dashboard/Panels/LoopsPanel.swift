import Engine

/// The heartbeat of every loop: rate, latency, and how long it has been silent. A loop that is silent for longer than
/// it should turns amber, then red, whatever else the screen shows.
enum LoopsPanel {
    enum Health: Equatable { case beating, late, dead, resting, unborn }

    /// Silent for more than twice its interval is late, more than five times is dead.
    static func health(_ loop: LoopStatus, now: Double, over: Bool = false) -> Health {
        if loop.isResting || over { return .resting }
        guard loop.beats > 0 else { return .unborn }
        guard loop.interval > 0 else { return .beating }
        let silence = now - loop.lastBeat
        return silence > 5 * loop.interval ? .dead : silence > 2 * loop.interval ? .late : .beating
    }

    /// The loop that has been silent for the longest of those that count as dead.
    static func stalled(_ snapshot: Snapshot, now: Double) -> (name: LoopName, silence: Double)? {
        snapshot.loops.filter { health($0.value, now: now) == .dead }
            .map { ($0.key, now - $0.value.lastBeat) }.max { $0.1 < $1.1 }
    }

    @discardableResult
    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView
    ) -> ScrollLimit {
        let over = snapshot.state == .stopping || snapshot.state == .ended
        let names = LoopName.allCases.filter { snapshot.loops[$0] != nil }
        var box = BoxText()
        let age = snapshot.statistics.frameAge.last
        box.bottomLeft = [
            Span("frame age ", .dim), Span(NumberFormat.left(age.map(NumberFormat.duration) ?? "-", 6)),
            Span("  skipped ", .dim), Span(NumberFormat.count(snapshot.statistics.skippedFrames)),
        ]
        var limit = 0
        canvas.panel(.loops, rect, view, box) { canvas, area in
            let hasHeading = area.height > names.count || area.height >= 6
            let columns = Columns(area.width)
            if hasHeading { heading(&canvas, area, columns) }
            let rows = area.height - (hasHeading ? 1 : 0)
            limit = max(0, names.count - rows)
            let first = min(view.scroll, limit)
            for (row, name) in names.dropFirst(first).prefix(rows).enumerated() {
                guard let loop = snapshot.loops[name] else { continue }
                draw(
                    name, loop, health(loop, now: view.now, over: over), &canvas, area,
                    y: area.y + row + (hasHeading ? 1 : 0), columns, now: view.now)
            }
            if names.isEmpty { canvas.text("no loop has started yet", x: area.x + 1, y: area.y, .dim) }
        }
        return limit
    }

    /// Which columns fit: name, rate, age always; latencies and the graph when there is room.
    private struct Columns {
        let age: Int, p50: Int?, p95: Int?, graph: Int?, graphWidth: Int
        init(_ width: Int) {
            age = 20
            p50 = width >= 34 ? 27 : nil
            p95 = width >= 48 ? 34 : nil
            let start = p95 != nil ? 42 : p50 != nil ? 35 : 28
            graphWidth = max(0, min(60, width - start - 1))
            graph = graphWidth >= 3 ? start : nil
        }
    }

    private static func heading(_ canvas: inout Canvas, _ area: Rect, _ columns: Columns) {
        canvas.text("loop", x: area.x + 3, y: area.y, .dim)
        canvas.textEnding("/s", right: area.x + 19, y: area.y, .dim)
        canvas.textEnding("silent", right: area.x + columns.age + 6, y: area.y, .dim)
        if let x = columns.p50 { canvas.textEnding("p50", right: area.x + x + 6, y: area.y, .dim) }
        if let x = columns.p95 { canvas.textEnding("p95", right: area.x + x + 6, y: area.y, .dim) }
        if let x = columns.graph { canvas.text("latency", x: area.x + x, y: area.y, columns: columns.graphWidth, .dim) }
    }

    private static func draw(
        _ name: LoopName, _ loop: LoopStatus, _ health: Health, _ canvas: inout Canvas, _ area: Rect, y: Int,
        _ columns: Columns, now: Double
    ) {
        let (glyph, role) = mark(health, canvas.glyphs)
        canvas.text(glyph, x: area.x + 1, y: y, Style(role, health == .dead ? .bold : []))
        let isQuiet = health == .resting || health == .unborn
        canvas.text(name.rawValue, x: area.x + 3, y: y, columns: 11, isQuiet ? .dim : .text)
        let rate = loop.rate.map { NumberFormat.fixed($0, $0 < 99.95 ? 1 : 0) } ?? "-"
        // The rate of beats long past would make a silent loop look busy.
        canvas.textEnding(health == .beating ? rate : "-", right: area.x + 19, y: y, isQuiet ? .dim : .text)
        let silence: String
        switch health {
        case .resting: silence = "rests"
        case .unborn: silence = "-"
        default: silence = NumberFormat.age(now - loop.lastBeat)
        }
        canvas.textEnding(silence, right: area.x + columns.age + 6, y: y, Style(role))
        let recent = loop.recentLatencies.sorted()
        if let x = columns.p50 { latency(recent, 0.5, &canvas, right: area.x + x + 6, y: y) }
        if let x = columns.p95 { latency(recent, 0.95, &canvas, right: area.x + x + 6, y: y) }
        if let x = columns.graph {
            canvas.sparkline(
                loop.recentLatencies, x: area.x + x, y: y, columns: columns.graphWidth,
                Style(isQuiet ? .dim : health == .beating ? .accent : role))
        }
    }

    private static func latency(_ sorted: [Double], _ share: Double, _ canvas: inout Canvas, right: Int, y: Int) {
        guard !sorted.isEmpty else { return }
        let value = sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.down)))]
        canvas.textEnding(NumberFormat.duration(value), right: right, y: y)
    }

    private static func mark(_ health: Health, _ glyphs: Glyphs) -> (String, Role) {
        switch health {
        case .beating: (glyphs.beating, .good)
        case .late: (glyphs.late, .warning)
        case .dead: (glyphs.dead, .bad)
        case .resting, .unborn: (glyphs.resting, .dim)
        }
    }
}
