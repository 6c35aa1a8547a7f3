import Canvas
import Engine
import Record
import Vision

/// What was read from the newest frame. What could not be seen says so; nothing is ever filled in.
enum VitalsColumn {
    static func draw(_ snapshot: Snapshot, into canvas: inout Canvas, at area: Rect, now: Double) {
        let rows = rows(snapshot, canvas.glyphs, width: area.width)
        canvas.clipped(to: area) { canvas in
            // A short column keeps what matters most, in its place.
            let kept = rows.indices.sorted { (rows[$0].rank, $0) < (rows[$1].rank, $1) }.prefix(area.height).sorted()
            for (line, index) in kept.enumerated() { draw(rows[index], &canvas, area, y: area.y + line) }
        }
    }

    private struct Row {
        enum Content {
            case gauge(String, Double?, Role)
            /// A label and words.
            case text(String, StyledLine)
            case figures([Piece])
            case series([Double], String)
        }
        /// 0 is shown always.
        var rank: Int
        var content: Content
    }

    private static func rows(_ snapshot: Snapshot, _ glyphs: Glyphs, width: Int) -> [Row] {
        let reading = snapshot.reading
        var rows: [Row] = []
        func add(_ rank: Int, _ content: Row.Content) { rows.append(Row(rank: rank, content: content)) }
        func text(_ rank: Int, _ label: String, _ value: String, _ role: Role = .text) {
            add(rank, .text(label, StyledLine(value, Style(role))))
        }
        add(0, .gauge("hp", reading?.health, .health))
        if let reading, reading.armour != nil || reading.ammunition != nil {
            // A game of another kind, that has these instead.
            add(0, .gauge("ar", reading.armour, .magicka))
            add(0, .figures([Piece("ammo", reading.ammunition.map(String.init) ?? "?")]))
        } else {
            add(0, .gauge("mp", reading?.magicka, .magicka))
            add(0, .gauge("sp", reading?.stamina, .stamina))
        }
        if let reading {
            let sure = " \(NumberFormat.percent(reading.confidence))"
            let scene = Span(reading.scene.rawValue, reading.scene == .combat ? .warning : .accent, .bold)
            add(0, .text("", StyledLine([scene, Span(sure, reading.confidence < 0.5 ? .warning : .dim)])))
            let role: Role = reading.enemies > 0 ? .warning : .text
            let target = reading.targetHealth.map { Piece("target", "\(NumberFormat.fixed($0, 0))%", Style(role)) }
            add(0, .figures([Piece("enemies", "\(reading.enemies)", Style(role))] + (target.map { [$0] } ?? [])))
        } else {
            text(0, "", "unknown", .dim)
        }
        text(1, "place", reading?.place ?? "unknown", reading?.place == nil ? .dim : .text)
        if snapshot.info.isWatched {
            // Nobody wants anything, nor walks into a wall.
            text(1, "", "only watched", .dim)
            if let alike = reading?.similarity { text(1, "same", NumberFormat.fixed(max(0, alike), 2), .dim) }
            return rows
        }
        if let intent = snapshot.intent {
            let left = intent.left(at: reading?.gameTime ?? 0)
            if left > 0 {
                let whole = "\(intent.kind.words) \(Int(left.rounded(.up)))s left"
                let fits = TextWidth.of("intent \(whole)") <= width
                text(1, "intent", fits ? whole : intent.kind.words, .accent)
            } else {
                text(1, "intent", "\(intent.kind.words) too old", .dim)
            }
        } else {
            text(1, "intent", "none", .dim)
        }
        add(0, .text("", stuck(snapshot.stuck, reading, glyphs, width: width)))
        let value = snapshot.quality.map { NumberFormat.fixed($0.value, 2) } ?? "-"
        add(1, .series(Array(snapshot.qualitySeconds.values), "quality \(value)"))
        if let quality = snapshot.quality {
            add(2, .figures([Piece("places", "\(quality.places.count)"), Piece("people", "\(quality.peopleMet)")]))
            add(2, .figures([Piece("kills", "\(quality.kills)"), Piece("deaths", "\(quality.deaths)")]))
            if let level = quality.level { add(3, .figures([Piece("level", "\(level)")])) }
        }
        if let reading, reading.sneaking {
            add(3, .figures([Piece("sneaking", .dim), Piece("seen", NumberFormat.percent(reading.detection))]))
        }
        return rows
    }

    private static func stuck(_ status: StuckStatus, _ reading: Reading?, _ glyphs: Glyphs, width: Int) -> StyledLine {
        guard status.isStuck else {
            // One of 1.00 means that the picture stands still, which is not yet being stuck.
            let line = StyledLine([Span("\(glyphs.yes) not stuck", .good)])
            guard let similarity = reading?.similarity else { return line }
            let alike = Span(" same \(NumberFormat.fixed(max(0, similarity), 2))", .dim)
            return line.width + TextWidth.of(alike.text) <= width ? line + StyledLine([alike]) : line
        }
        let trying = status.trying.map { " \(glyphs.arrow) \($0.rawValue)" } ?? ""
        return StyledLine([Span("\(glyphs.dead) stuck \(status.repeats)x", .bad, .bold), Span(trying, .text)])
    }

    private static func draw(_ row: Row, _ canvas: inout Canvas, _ area: Rect, y: Int) {
        switch row.content {
        case .gauge(let label, let percent, let role):
            canvas.text(label, x: area.x, y: y, .label)
            let number = percent.map { NumberFormat.fixed($0, 0) } ?? "?"
            canvas.textEnding(number, right: area.maxX, y: y, .bold)
            canvas.gauge(percent.map { $0 / 100 }, x: area.x + 3, y: y, columns: area.width - 7, role)
        case .text(let label, let value):
            var x = area.x
            // Where there is no room for both, what is said matters more than what it is about.
            if !label.isEmpty, TextWidth.of(label) + 1 + value.width <= area.width {
                x += canvas.text(label, x: x, y: y, .dim) + 1
            }
            canvas.line(value.truncated(to: area.maxX - x, canvas.glyphs), x: x, y: y, columns: area.maxX - x)
        case .figures(let pieces):
            let line = StyledLine.fitting(pieces, columns: area.width, gap: "  ", canvas.glyphs)
            canvas.line(line, x: area.x, y: y, columns: area.width)
        case .series(let values, let label):
            let used = canvas.text(label, x: area.x, y: y, .label) + 1
            canvas.sparkline(values, x: area.x + used, y: y, columns: max(0, area.width - used), top: 1, Style(.good))
        }
    }
}
