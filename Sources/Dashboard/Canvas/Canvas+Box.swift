/// What stands in the border of a box.
package struct BoxText {
    /// Digit that focuses the panel; also its key.
    package var digit: Int?
    package var title = ""
    /// Beside the title, quieter.
    package var note: [Piece] = []
    /// At the right end of the top border: what keys do here.
    package var hint = ""
    /// How the hint looks: one that says what is not shown must not look like any other.
    package var hintStyle = Style.dim
    package var bottomLeft: [Piece] = []
    package var bottomRight: [Piece] = []
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
        // The title first, whatever else there is.
        let head = title.isEmpty ? [] : [Piece(title, rank: .min, isCuttable: true)]
        let top = cut(head + box.note, from: rect.x + 2, to: right - 1, y: rect.y, top: true, border)
        if !box.hint.isEmpty {
            let hint = [Piece([Span(box.hint, box.hintStyle)])]
            cutAtEnd(hint, from: top + 1, to: right - 1, y: rect.y, top: true, border)
        }
        let low = cut(box.bottomLeft, from: rect.x + 2, to: right - 1, y: bottom, top: false, border)
        cutAtEnd(box.bottomRight, from: low + 1, to: right - 1, y: bottom, top: false, border)
    }

    /// Cuts text into a border at column `from`; returns the column after it.
    private mutating func cut(_ pieces: [Piece], from: Int, to end: Int, y: Int, top: Bool, _ border: Style) -> Int {
        guard end - from > 4 else { return from }
        let line = StyledLine.fitting(pieces, columns: end - from - 2, glyphs)
        let width = line.width
        guard width > 0 else { return from }
        put(top ? glyphs.topCutLeft : glyphs.bottomCutLeft, x: from, y: y, border)
        self.line(line, x: from + 1, y: y, columns: width)
        put(top ? glyphs.topCutRight : glyphs.bottomCutRight, x: from + 1 + width, y: y, border)
        return from + width + 2
    }

    /// Cuts text into a border so that it ends at column `end`; pieces that do not fit are left out.
    private mutating func cutAtEnd(_ pieces: [Piece], from: Int, to end: Int, y: Int, top: Bool, _ border: Style) {
        let line = StyledLine.fitting(pieces, columns: end - from - 2, glyphs)
        guard line.width > 0 else { return }
        _ = cut([Piece(line.spans)], from: end - line.width - 2, to: end + 3, y: y, top: top, border)
    }
}
