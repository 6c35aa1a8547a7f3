
/// What a piece of the screen means. A theme says how each meaning looks; panels never name a colour.
enum Role: UInt8, Sendable, CaseIterable {
    case text, dim, label, title, key
    case border, focusedBorder
    case good, warning, bad
    case accent, info
    case health, magicka, stamina, meterRest
    /// A cell of the picture: its two halves carry palette colours of their own.
    case picture
}

struct Attributes: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let bold = Attributes(rawValue: 1)
    static let dim = Attributes(rawValue: 2)
    static let reverse = Attributes(rawValue: 4)
    static let underline = Attributes(rawValue: 8)
}

/// The look of a cell, by meaning.
struct Style: Hashable, Sendable {
    var role: Role
    var attributes: Attributes
    /// Palette colours (xterm 256) of the upper and the lower half of a picture cell.
    var upper: UInt8 = 0
    var lower: UInt8 = 0

    init(_ role: Role, _ attributes: Attributes = []) {
        self.role = role
        self.attributes = attributes
    }

    static func picture(upper: UInt8, lower: UInt8) -> Style {
        var style = Style(.picture)
        style.upper = upper
        style.lower = lower
        return style
    }

    static let text = Style(.text)
    static let bold = Style(.text, .bold)
    static let dim = Style(.dim)
    static let label = Style(.label)
}

/// A piece of text in one style.
struct Span: Equatable, Sendable {
    var text: String
    var style: Style

    init(_ text: String, _ style: Style = .text) {
        self.text = text
        self.style = style
    }
    init(_ text: String, _ role: Role, _ attributes: Attributes = []) {
        self.init(text, Style(role, attributes))
    }
}

/// One row of text in several styles.
struct StyledLine: Equatable, Sendable {
    var spans: [Span]

    init(_ spans: [Span] = []) { self.spans = spans }
    init(_ text: String, _ style: Style = .text) { spans = [Span(text, style)] }

    static func + (a: StyledLine, b: StyledLine) -> StyledLine { StyledLine(a.spans + b.spans) }
    static func += (a: inout StyledLine, b: Span) { a.spans.append(b) }

    /// The row cut to `columns`, with an ellipsis where something was cut off.
    func truncated(to columns: Int, _ glyphs: Glyphs) -> StyledLine {
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

    /// The text alone.
    var plain: String { spans.map(\.text).joined() }
    var width: Int { spans.reduce(0) { $0 + TextWidth.of($1.text) } }
}
