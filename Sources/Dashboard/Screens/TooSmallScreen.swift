import Canvas

/// The one line that a terminal gets which is too small for a panel. Keys work as ever.
enum TooSmallScreen {
    static func message(_ size: Size) -> String {
        let need = "need \(Layout.smallest.width)x\(Layout.smallest.height)"
        let whole = "\(need), have \(size.width)x\(size.height)"
        return TextWidth.of(whole) <= size.width ? whole : need
    }

    static func draw(into canvas: inout Canvas) {
        let text = message(canvas.size)
        canvas.text(
            text, x: max(0, (canvas.size.width - TextWidth.of(text)) / 2), y: canvas.size.height / 2,
            columns: canvas.size.width, Style(.warning))
    }
}
