extension Canvas {
    /// A meter of `columns` cells: the filled part in `role`, from its first colour to its last, the rest quiet.
    /// Unknown (`nil`) is drawn as unknown.
    package mutating func gauge(_ share: Double?, x: Int, y: Int, columns: Int, _ role: Role) {
        guard let share, share.isFinite else {
            for column in 0..<max(0, columns) { put("?", x: x + column, y: y, .dim) }
            return
        }
        let filled = Int((max(0, min(1, share)) * Double(columns)).rounded())
        for column in 0..<max(0, columns) {
            let isFilled = column < filled
            put(
                isFilled ? glyphs.meterFull : glyphs.meterRest, x: x + column, y: y,
                isFilled ? shaded(Style(role), column, of: columns) : Style(.meterRest))
        }
    }

    /// A style with the colour that its role has at a step of so many, where there are colours enough to tell.
    private func shaded(_ style: Style, _ step: Int, of count: Int) -> Style {
        guard look.depth == .direct, count > 1 else { return style }
        return Style(style.role, style.attributes, shade: UInt8(step * 255 / (count - 1)))
    }

    /// One row of bars, newest at the right. `top` is the value of a full bar; `nil` takes the greatest shown.
    /// A value of zero still has the lowest bar, so that "nothing happened" and "nothing known" differ.
    package mutating func sparkline(
        _ values: [Double], x: Int, y: Int, columns: Int, top: Double? = nil, _ style: Style
    ) {
        let shown = values.suffix(max(0, columns))
        let highest = top ?? shown.max() ?? 0
        var column = x + columns - shown.count
        for value in shown {
            put(Sparkline.bar(value, top: highest, glyphs), x: column, y: y, style)
            column += 1
        }
    }

    /// The finest graph of one row that the terminal has, newest at the right: two values a cell in braille, else bars.
    /// `total` is the count of all values there ever were: with it the graph moves by whole cells, every second value,
    /// which is calmer to look at and half of what has to be written.
    package mutating func graph(_ values: [Double], total: Int, x: Int, y: Int, columns: Int, _ style: Style) {
        guard !glyphs.isPlain else { return sparkline(values, x: x, y: y, columns: columns, style) }
        let text = Sparkline.braille(values, columns: columns, isOdd: total % 2 == 1)
        self.text(text, x: x + columns - text.unicodeScalars.count, y: y, style)
    }
}

/// Bars and dots for series of numbers.
package enum Sparkline {
    static func bar(_ value: Double, top: Double, _ glyphs: Glyphs) -> Unicode.Scalar {
        let levels = glyphs.bars.count
        guard top > 0, value.isFinite else { return glyphs.bars[0] }
        let level = Int((max(0, min(1, value / top)) * Double(levels - 1)).rounded())
        return glyphs.bars[level]
    }

    /// The whole series squeezed into `columns` bars, each the mean of its share.
    package static func summary(_ values: [Double], columns: Int, top: Double? = nil, _ glyphs: Glyphs) -> String {
        guard !values.isEmpty, columns > 0 else { return "" }
        let columns = min(columns, values.count)
        let means = (0..<columns).map { column in
            let part = values[column * values.count / columns..<(column + 1) * values.count / columns]
            return part.reduce(0, +) / Double(part.count)
        }
        let highest = top ?? means.max() ?? 0
        var text = String.UnicodeScalarView()
        for mean in means { text.append(bar(mean, top: highest, glyphs)) }
        return String(text)
    }

    /// Two values a cell as columns of braille dots, each 0...4 high (one dot at least), newest at the right. With an
    /// odd total the newest value stands in the left half of its cell, and the right half waits for the next.
    static func braille(_ values: [Double], columns: Int, top: Double? = nil, isOdd: Bool = false) -> String {
        let shown = values.suffix(max(0, columns * 2 - (isOdd ? 1 : 0)))
        guard !shown.isEmpty else { return "" }
        let highest = top ?? shown.max() ?? 0
        var heights = shown.map { value in
            highest > 0 ? max(1, min(4, Int((value / highest * 4).rounded(.up)))) : 1
        }
        if isOdd { heights.append(0) }
        if heights.count % 2 == 1 { heights.insert(0, at: 0) }
        let left: [UInt32] = [0, 0x40, 0x44, 0x46, 0x47]
        let right: [UInt32] = [0, 0x80, 0xA0, 0xB0, 0xB8]
        var text = String.UnicodeScalarView()
        for index in stride(from: 0, to: heights.count, by: 2) {
            let dots = left[heights[index]] | right[heights[index + 1]]
            if let scalar = Unicode.Scalar(0x2800 + dots) { text.append(scalar) }
        }
        return String(text)
    }
}
