import Canvas
import Engine

/// One decision in full: the picture behind it, what was read from that, what the model was asked and said, and what
/// came of it.
enum DecisionOverlay {
    /// Draws it over the dimmed screen; returns how far its text can be scrolled.
    static func draw(
        _ line: ActionLine, picture: Frame?, into canvas: inout Canvas, scroll: Int, now: Double
    ) -> ScrollLimit {
        var box = BoxText()
        box.title = "decision \(line.decision.id)"
        box.note = [Span(line.decision.action.rawValue, .text, .bold)]
        box.hint = "h older  l newer"
        box.bottomLeft = [Span("Esc closes", .dim)]
        let rect = OverlayBox.place(
            width: min(canvas.size.width, 150), height: canvas.size.height - 2, into: &canvas, box)
        let inner = rect.inner
        // Beside the text where there is room, above it on a tall narrow screen, left out where the text needs all.
        var text = Rect(x: inner.x + 1, y: inner.y, width: inner.width - 1, height: inner.height)
        let beside = inner.width >= 76
        let room =
            beside
            ? Size(inner.width * 9 / 20, inner.height)
            : Size(inner.width - 2, inner.height >= 16 ? inner.height / 3 : 0)
        let size = picture.map { PictureRaster.fit(width: $0.width, height: $0.height, into: room) } ?? Size(0, 0)
        if let picture, size.height >= 4 {
            canvas.picture(PictureRaster(picture, size: size, look: canvas.look), x: inner.x + 1, y: inner.y)
            text =
                beside
                ? Rect(x: text.x + size.width + 2, y: text.y, width: text.width - size.width - 2, height: text.height)
                : Rect(x: text.x, y: text.y + size.height, width: text.width, height: text.height - size.height)
        }
        var lines = DecisionText.lines(line, width: text.width - 2, glyphs: canvas.glyphs)
        if picture == nil { lines.append(StyledLine("The picture is not kept any more.", .dim)) }
        return OverlayBox.rows(lines, text, into: &canvas, scroll: scroll)
    }
}
