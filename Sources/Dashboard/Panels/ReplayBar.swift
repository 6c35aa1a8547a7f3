import Canvas

/// The row that shows where in the session a replay is, and where the marks are that one can go to.
enum ReplayBar {
    static func draw(_ status: ReplayStatus, into canvas: inout Canvas, at rect: Rect) -> Rect {
        let glyphs = canvas.glyphs
        let isNarrow = rect.width < 60
        let sign = status.isPlaying ? glyphs.stepping : glyphs.paused
        let left = " \(sign) \(NumberFormat.padded(status.pace, 6))"
        let words = status.kind.words
        let right = isNarrow ? " " : "  \(status.marks.count) \(status.marks.count == 1 ? words.one : words.many) "
        let x = rect.x + TextWidth.of(left) + 1
        let columns = max(0, rect.maxX - TextWidth.of(right) - x)
        canvas.clipped(to: rect) { canvas in
            canvas.fill(rect)
            canvas.text(left, x: rect.x, y: rect.y, Style(.key, .bold))
            canvas.text(right, x: rect.maxX - TextWidth.of(right), y: rect.y, .label)
            guard columns > 0 else { return }
            let length = status.length ?? 0
            func column(_ time: Double) -> Int {
                length > 0 ? max(0, min(columns - 1, Int(time / length * Double(columns)))) : 0
            }
            let here = column(status.position)
            for place in 0..<columns {
                let glyph = place <= here ? glyphs.meterFull : glyphs.meterRest
                canvas.text(String(glyph), x: x + place, y: rect.y, Style(place <= here ? .accent : .dim))
            }
            for place in Set(status.marks.map(column)) where length > 0 {
                canvas.text(glyphs.late, x: x + place, y: rect.y, Style(.bad, .bold))
            }
            canvas.text(glyphs.beating, x: x + here, y: rect.y, Style(.key, .bold))
        }
        return Rect(x: x, y: rect.y, width: columns, height: 1)
    }

    /// The share of the whole that a column of the bar stands for.
    static func share(x: Int, in bar: Rect) -> Double {
        bar.width > 1 ? max(0, min(1, Double(x - bar.x) / Double(bar.width - 1))) : 0
    }
}
