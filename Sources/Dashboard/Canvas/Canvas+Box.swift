/// What stands in the border of a box.
package struct BoxText {
    /// Digit that focuses the panel; also its key.
    package var digit: Int?
    package var title = ""
    /// Beside the title, quieter.
    package var note: [Span] = []
    /// At the right end of the top border: what keys do here.
    package var hint = ""
    /// How the hint looks: one that says what is not shown must not look like any other.
    package var hintStyle = Style.dim
    package var bottomLeft: [Span] = []
    package var bottomRight: [Span] = []
    package var isFocused = false

    package init() {}
}

extension Canvas {
    /// Draws a border with its texts cut out of it: no row is spent on captions.
    package mutating func box(_ rect: Rect, _ box: BoxText) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let border = Style(box.isFocused ? .focusedBorder : .border)
        let g = glyphs
        let right = rect.maxX - 1
        let bottom = rect.maxY - 1
        for x in rect.x + 1..<max(rect.x + 1, right) {
            put(g.horizontal, x: x, y: rect.y, border)
            put(g.horizontal, x: x, y: bottom, border)
        }
        for y in rect.y + 1..<max(rect.y + 1, bottom) {
            put(g.vertical, x: rect.x, y: y, border)
            put(g.vertical, x: right, y: y, border)
        }
        put(g.topLeft, x: rect.x, y: rect.y, border)
        put(g.topRight, x: right, y: rect.y, border)
        put(g.bottomLeft, x: rect.x, y: bottom, border)
        put(g.bottomRight, x: right, y: bottom, border)

        var title: [Span] = []
        if let digit = box.digit, g.digits.indices.contains(digit) { title.append(Span(g.digits[digit], .key)) }
        if !box.title.isEmpty { title.append(Span(box.title, box.isFocused ? .focusedBorder : .title)) }
        if !box.note.isEmpty { title.append(Span(" ")) }
        let top = cut(title + box.note, from: rect.x + 2, to: right - 1, y: rect.y, top: true, border)
        if !box.hint.isEmpty {
            cutAtEnd([Span(box.hint, box.hintStyle)], from: top + 1, to: right - 1, y: rect.y, top: true, border)
        }
        let low = cut(box.bottomLeft, from: rect.x + 2, to: right - 1, y: bottom, top: false, border)
        cutAtEnd(box.bottomRight, from: low + 1, to: right - 1, y: bottom, top: false, border)
    }

    /// Cuts text into a border at column `from`; returns the column after it.
    private mutating func cut(_ spans: [Span], from: Int, to end: Int, y: Int, top: Bool, _ border: Style) -> Int {
        let line = StyledLine(spans)
        guard !spans.isEmpty, end - from > 4, line.width > 0 else { return from }
        let width = min(line.width, end - from - 2)
        put(top ? glyphs.topCutLeft : glyphs.bottomCutLeft, x: from, y: y, border)
        self.line(line, x: from + 1, y: y, columns: width)
        put(top ? glyphs.topCutRight : glyphs.bottomCutRight, x: from + 1 + width, y: y, border)
        return from + width + 2
    }

    /// Cuts text into a border so that it ends at column `end`; left out where it does not fit in whole.
    private mutating func cutAtEnd(_ spans: [Span], from: Int, to end: Int, y: Int, top: Bool, _ border: Style) {
        let width = StyledLine(spans).width
        guard width > 0, end - from >= width + 2 else { return }
        _ = cut(spans, from: end - width - 2, to: end + 3, y: y, top: top, border)
    }
}
