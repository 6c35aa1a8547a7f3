/// The characters the screen is drawn with: one set for Unicode terminals, one that is pure ASCII.
package struct Glyphs: Sendable, Equatable {
    package var isASCII: Bool
    /// Made of what every font has: no braille, no signs that a console's font may lack.
    package var isPlain: Bool
    package var horizontal: Unicode.Scalar, vertical: Unicode.Scalar
    package var topLeft: Unicode.Scalar, topRight: Unicode.Scalar
    package var bottomLeft: Unicode.Scalar, bottomRight: Unicode.Scalar
    /// What stands left and right of a text that is cut out of a border, above and below.
    package var topCutLeft: Unicode.Scalar, topCutRight: Unicode.Scalar
    package var bottomCutLeft: Unicode.Scalar, bottomCutRight: Unicode.Scalar
    package var separator: String
    package var ellipsis: Unicode.Scalar
    /// Eight heights, lowest first.
    package var bars: [Unicode.Scalar]
    package var meterFull: Unicode.Scalar, meterRest: Unicode.Scalar
    package var beating: String, late: String, dead: String, resting: String, warning: String
    package var armed: String, closing: String, closed: String, failed: String
    package var yes: String, no: String, unknown: String, refused: String
    package var dry: String, interrupted: String, pending: String
    package var up: String, down: String, arrow: String, cursor: String, subtitle: String
    package var running: String, paused: String, stepping: String, driving: String, held: String, stopping: String
    /// Digits that name the panels.
    package var digits: [String]
    /// Darkest first, for pictures without colours.
    package var shades: [Unicode.Scalar]

    package static let unicode = Glyphs(
        isASCII: false, isPlain: false, horizontal: "─", vertical: "│",
        topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯",
        topCutLeft: "┐", topCutRight: "┌", bottomCutLeft: "┘", bottomCutRight: "└", separator: "│", ellipsis: "…",
        bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], meterFull: "■", meterRest: "□",
        beating: "●", late: "▲", dead: "✗", resting: "·", warning: "▲",
        armed: "●", closing: "◐", closed: "○", failed: "!",
        yes: "✓", no: "✗", unknown: "?", refused: "⊘", dry: "◇", interrupted: "↯", pending: "…",
        up: "↑", down: "↓", arrow: "→", cursor: "▌", subtitle: "♪",
        running: "◉", paused: "‖", stepping: "›", driving: "◆", held: "■", stopping: "◐",
        digits: ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"], shades: [" ", "░", "▒", "▓", "█"])

    package static let ascii = Glyphs(
        isASCII: true, isPlain: true, horizontal: "-", vertical: "|",
        topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+",
        topCutLeft: "[", topCutRight: "]", bottomCutLeft: "[", bottomCutRight: "]", separator: "|", ellipsis: "~",
        bars: ["_", ".", ":", "-", "=", "+", "#", "@"], meterFull: "#", meterRest: ".",
        beating: "*", late: "!", dead: "X", resting: ".", warning: "!",
        armed: "o", closing: "~", closed: ".", failed: "!",
        yes: "+", no: "x", unknown: "?", refused: "/", dry: "d", interrupted: "%", pending: "~",
        up: "^", down: "v", arrow: ">", cursor: "_", subtitle: "\"",
        running: "*", paused: "=", stepping: ">", driving: "@", held: "#", stopping: "~",
        digits: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        shades: [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"])

    /// ASCII, lines and blocks, which the Linux console's fonts have.
    package static let plain: Glyphs = {
        var plain = ascii
        plain.isASCII = false
        (plain.horizontal, plain.vertical, plain.separator) = ("─", "│", "│")
        (plain.topLeft, plain.topRight, plain.bottomLeft, plain.bottomRight) = ("┌", "┐", "└", "┘")
        (plain.topCutLeft, plain.topCutRight, plain.bottomCutLeft, plain.bottomCutRight) = ("┐", "┌", "┘", "└")
        (plain.meterFull, plain.meterRest) = ("█", "░")
        plain.bars = ["_", "▄", "█"]
        plain.shades = unicode.shades
        return plain
    }()
}

/// What a terminal can show: panels ask for glyphs here and need to know nothing else about it.
package struct Look: Sendable, Equatable {
    package var glyphs: Glyphs
    package var depth: ColorDepth
    /// `nil` where pictures are drawn in cells.
    package var pixels: PixelGeometry?

    package init(glyphs: Glyphs = .unicode, depth: ColorDepth = .full, pixels: PixelGeometry? = nil) {
        self.glyphs = glyphs
        self.depth = depth
        self.pixels = pixels
    }

    package static let unicode = Look()
    package static let ascii = Look(glyphs: .ascii)
    package static let mono = Look(depth: .mono)
}
