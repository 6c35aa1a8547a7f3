import Canvas
import Engine
import Record

/// The heartbeat of every loop: rate, latency, and how long it has been silent. A loop that is silent for longer than
/// it should turns amber, then red, whatever else the screen shows.
enum LoopsPanel {
    typealias Health = LoopHealth

    static func health(_ loop: LoopStatus, now: Double, over: Bool = false) -> Health {
        loop.health(at: now, over: over)
    }

    /// The loop that is most overdue, measured by its own interval; a dead one before any that is only late.
    static func silent(_ snapshot: Snapshot, now: Double) -> (name: LoopName, health: Health, silence: Double)? {
        snapshot.loops.filter { $0.value.failure == nil && [.late, .dead].contains(health($0.value, now: now)) }
            .max { ($0.value.overdue(now), $0.key.rawValue) < ($1.value.overdue(now), $1.key.rawValue) }
            .map { ($0.key, health($0.value, now: now), now - $0.value.lastBeat) }
    }

    @discardableResult
    static func draw(_ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView) -> ScrollLimit {
        let over = snapshot.state.isClosing
        let names = LoopName.allCases.filter { snapshot.loops[$0] != nil }
        var box = BoxText()
        box.bottomLeft = lastAction(snapshot, now: view.now, over: over)
        box.bottomRight = [Piece("skipped", NumberFormat.count(snapshot.statistics.skippedFrames))]
        let hasHeading = rect.inner.height > names.count || rect.inner.height >= 6 && names.count < 6
        let window = ScrollWindow(names.count, rows: rect.inner.height - (hasHeading ? 1 : 0), from: view.scroll)
        if window.more > 0 { box.note = [Piece("+\(window.more) more", .dim)] }
        canvas.panel(.loops, rect, view, box) { canvas, area in
            let columns = Columns(area.width, hasHeading: hasHeading)
            if hasHeading { heading(&canvas, area, columns) }
            for (row, name) in window.shown(of: ordered(names, snapshot, view, isCut: window.limit > 0)) {
                guard let loop = snapshot.loops[name] else { continue }
                draw(
                    name, loop, health(loop, now: view.now, over: over), &canvas, area,
                    y: area.y + row + (hasHeading ? 1 : 0), columns, now: view.now)
            }
            if names.isEmpty { canvas.text("no loop has started yet", x: area.x + 1, y: area.y, .dim) }
        }
        return window.limit
    }

    /// How old the picture behind the newest action was, and how long ago it acted: an age that nothing has been played
    /// on for a while says nothing of now, and is not coloured as if it did.
    private static func lastAction(_ snapshot: Snapshot, now: Double, over: Bool) -> [Piece] {
        guard let line = snapshot.actions.last(where: { $0.outcome?.frameAge != nil }), let age = line.outcome?.frameAge
        else { return [Piece(snapshot.info.isWatched ? "only watched" : "no action yet", .dim)] }
        let ago = max(0, now - line.time)
        let calm = ago < 1 ? (ago * 2).rounded(.down) / 2 : ago
        return [
            Piece([
                Span("acted ", .dim), Span(NumberFormat.left(NumberFormat.age(calm), 4)), Span(" ago, frame ", .dim),
                Span(
                    NumberFormat.left(NumberFormat.duration(age), 5),
                    over || ago >= 5 ? .text : Style(AgeRole.of(age, budget: 2))),
                Span(" old", .dim),
            ])
        ]
    }

    /// Where not all loops fit, those that are silent come first: none may be silent out of sight.
    private static func ordered(
        _ names: [LoopName], _ snapshot: Snapshot, _ view: PanelView, isCut: Bool
    ) -> [LoopName] {
        guard isCut else { return names }
        let silent = names.filter { name in
            snapshot.loops[name].map { [.late, .dead].contains(health($0, now: view.now)) } ?? false
        }
        return silent + names.filter { !silent.contains($0) }
    }

    /// Which columns fit: name, rate, age always; latencies and the graph when there is room. Without a heading the
    /// figures bring their labels along, and those that have no room for one are left out.
    private struct Columns {
        let hasHeading: Bool
        let age: Int, p50: Int?, p95: Int?, graph: Int?, graphWidth: Int
        init(_ width: Int, hasHeading: Bool) {
            self.hasHeading = hasHeading
            age = hasHeading ? 20 : 29
            p50 = hasHeading && width >= 34 ? 27 : nil
            p95 = hasHeading && width >= 48 ? 34 : nil
            let start = !hasHeading ? 37 : p95 != nil ? 42 : p50 != nil ? 35 : 28
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
        let unit = columns.hasHeading ? "" : "/s"
        let rate = loop.pace.rate.map { NumberFormat.fixed($0, $0 < 99.95 ? 1 : 0) + unit } ?? "-"
        // The rate of beats long past would make a silent loop look busy.
        canvas.textEnding(
            health == .beating ? rate : "-", right: area.x + 19 + unit.count, y: y, isQuiet ? .dim : .text)
        let silence: String
        switch health {
        case .resting: silence = "rests"
        case .unborn: silence = "-"
        // A loop that is in time is silent for no time or for half a second: tenths would only flicker.
        case .beating where now - loop.lastBeat < 1:
            silence = NumberFormat.age(((now - loop.lastBeat) * 2).rounded(.down) / 2)
        default: silence = NumberFormat.age(now - loop.lastBeat)
        }
        canvas.textEnding(silence, right: area.x + columns.age + 6, y: y, Style(role))
        if let failure = loop.failure {
            let room = area.maxX - area.x - columns.age - 8
            let text = TextWidth.truncated(words(failure, now: now), to: room, ellipsis: canvas.glyphs.ellipsis)
            canvas.text(text, x: area.x + columns.age + 8, y: y, columns: room, Style(role, .bold))
            return
        }
        if !columns.hasHeading, !isQuiet {
            let labelEnd = area.x + columns.age + 6 - TextWidth.of(silence) - 1
            canvas.textEnding("silent", right: labelEnd, y: y, .dim)
        }
        if let x = columns.p50 { latency(loop.pace.p50, &canvas, right: area.x + x + 6, y: y) }
        if let x = columns.p95 { latency(loop.pace.p95, &canvas, right: area.x + x + 6, y: y) }
        if let x = columns.graph {
            canvas.graph(
                loop.seconds.values, total: loop.seconds.total, x: area.x + x, y: y, columns: columns.graphWidth,
                Style(isQuiet ? .dim : health == .beating ? .accent : role))
        }
    }

    /// What becomes of a loop that failed, and why it did.
    static func words(_ failure: LoopFailure, now: Double) -> String {
        let fate = failure.restartsAt.map {
            "restart \(failure.restart) in \(NumberFormat.duration(max(0, $0 - now)))"
        }
        return "\(fate ?? "given up"): \(TextWidth.sanitized(failure.message))"
    }

    private static func latency(_ value: Double?, _ canvas: inout Canvas, right: Int, y: Int) {
        if let value { canvas.textEnding(NumberFormat.duration(value), right: right, y: y) }
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

extension LoopStatus {
    /// Silence in units of the loop's own interval.
    fileprivate func overdue(_ now: Double) -> Double { (now - lastBeat) / max(interval, 0.001) }
}
