/// What a piece of the screen means. A theme says how each meaning looks; panels never name a colour.
package enum Role: UInt8, Sendable, CaseIterable {
    case text, dim, label, title, key
    case border, focusedBorder
    case good, warning, bad
    case accent, info
    case health, magicka, stamina, meterRest
    /// A cell of the picture: its two halves carry colours of their own.
    case picture
}

package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let reverse = Attributes(rawValue: 4)
    package static let underline = Attributes(rawValue: 8)
}

/// The look of a cell, by meaning.
package struct Style: Hashable, Sendable {
    package var role: Role
    package var attributes: Attributes
    /// Colours of the upper and the lower half of a picture cell, those that its depth can show.
    package private(set) var upper = RGB(0, 0, 0)
    package private(set) var lower = RGB(0, 0, 0)

    /// `shade` says where between the two colours of its role a cell of a gauge lies, 0...255.
    package init(_ role: Role, _ attributes: Attributes = [], shade: UInt8 = 0) {
        self.role = role
        self.attributes = attributes
        upper.red = shade
    }

    /// In the place of a colour that only pictures have: there are thousands of cells, and no more than 16 bytes each.
    package var shade: UInt8 { role == .picture ? 0 : upper.red }

    package static func picture(upper: RGB, lower: RGB) -> Style {
        var style = Style(.picture)
        style.upper = upper
        style.lower = lower
        return style
    }

    package static let text = Style(.text)
    package static let bold = Style(.text, .bold)
    package static let dim = Style(.dim)
    package static let label = Style(.label)
}

/// A piece of text in one style.
package struct Span: Equatable, Sendable {
    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style = .text) {
        self.text = text
        self.style = style
    }
    package init(_ text: String, _ role: Role, _ attributes: Attributes = []) {
        self.init(text, Style(role, attributes))
    }
}

/// One row of text in several styles.
package struct StyledLine: Equatable, Sendable {
    package var spans: [Span]

    package init(_ spans: [Span] = []) { self.spans = spans }
    package init(_ text: String, _ style: Style = .text) { spans = [Span(text, style)] }

    package static func + (a: StyledLine, b: StyledLine) -> StyledLine { StyledLine(a.spans + b.spans) }
    package static func += (a: inout StyledLine, b: Span) { a.spans.append(b) }

    /// The row cut to `columns`, with an ellipsis where something was cut off.
    package func truncated(to columns: Int, _ glyphs: Glyphs) -> StyledLine {
        guard width > columns else { return self }
        var kept: [Span] = []
        var left = columns
        for span in spans where left > 0 {
            let isLast = TextWidth.of(span.text) >= left
            let text = isLast ? TextWidth.truncated(span.text + " ", to: left, ellipsis: glyphs.ellipsis) : span.text
            kept.append(Span(text, span.style))
            left -= TextWidth.of(text)
        }
        return StyledLine(kept)
    }

    /// Rows in two columns, the right one from `column` on, or a blank behind a row that is longer.
    package static func sideBySide(_ left: [StyledLine], _ right: [StyledLine], at column: Int) -> [StyledLine] {
        (0..<max(left.count, right.count)).map { row in
            let start = row < left.count ? left[row] : StyledLine()
            guard row < right.count else { return start }
            return start + StyledLine(String(repeating: " ", count: max(1, column - start.width))) + right[row]
        }
    }

    /// The text alone.
    package var plain: String { spans.map(\.text).joined() }
    package var width: Int { spans.reduce(0) { $0 + TextWidth.of($1.text) } }
}
