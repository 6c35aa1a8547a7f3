import Canvas

/// A box over the dimmed screen with rows that can be scrolled.
enum OverlayBox {
    /// Where it was drawn, and what of its rows.
    struct Drawn {
        var rect: Rect
        var text: TextWindow
    }

    /// Draws it as large as its rows need and the screen allows.
    static func draw(
        _ lines: [StyledLine], _ text: BoxText, width: Int, into canvas: inout Canvas, scroll: Int,
        search: Search
    ) -> Drawn {
        let rect = place(width: width, height: lines.count + 2, into: &canvas, text)
        let area = Rect(x: rect.x + 2, y: rect.y + 1, width: rect.width - 3, height: rect.height - 2)
        return Drawn(rect: rect, text: rows(lines, area, into: &canvas, scroll: scroll, search: search))
    }

    /// Dims the screen and draws an empty box in its middle, header and footer staying in sight where there is room.
    static func place(width: Int, height: Int, into canvas: inout Canvas, _ text: BoxText) -> Rect {
        canvas.dim(canvas.bounds)
        // A strip of the screen beside the box would be too narrow to make sense of.
        let width = width > canvas.size.width - 10 ? canvas.size.width : width
        let height = min(canvas.size.height - 2, height)
        let rect = Rect(
            x: (canvas.size.width - width) / 2, y: max(1, (canvas.size.height - height) / 2), width: width,
            height: height)
        var text = text
        text.isFocused = true
        canvas.fill(rect)
        canvas.box(rect, text)
        return rect
    }

    /// Draws rows into `area` from the one scrolled to; what is beyond is shown by a mark at its end.
    static func rows(
        _ lines: [StyledLine], _ area: Rect, into canvas: inout Canvas, scroll: Int, search: Search
    ) -> TextWindow {
        let window = ScrollWindow(lines.count, rows: area.height, from: scroll)
        let text = Rect(x: area.x, y: area.y, width: area.width - 1, height: area.height)
        var drawn = TextWindow()
        canvas.clipped(to: area) { drawn = $0.rows(lines, window, in: text, search: search) }
        if window.first > 0 { canvas.text(canvas.glyphs.up, x: area.maxX - 1, y: area.y, Style(.key)) }
        if window.more > 0 { canvas.text(canvas.glyphs.down, x: area.maxX - 1, y: area.maxY - 1, Style(.key)) }
        return drawn
    }
}
