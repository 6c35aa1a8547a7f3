import Connections
import Engine

/// The characters the screen is drawn with: one set for Unicode terminals, one that is pure ASCII.
struct Glyphs: Sendable, Equatable {
    var isASCII: Bool
    var horizontal: Unicode.Scalar, vertical: Unicode.Scalar
    var topLeft: Unicode.Scalar, topRight: Unicode.Scalar, bottomLeft: Unicode.Scalar, bottomRight: Unicode.Scalar
    /// What stands left and right of a text that is cut out of a border, above and below.
    var topCutLeft: Unicode.Scalar, topCutRight: Unicode.Scalar
    var bottomCutLeft: Unicode.Scalar, bottomCutRight: Unicode.Scalar
    var separator: String
    var ellipsis: Unicode.Scalar
    /// Eight heights, lowest first.
    var bars: [Unicode.Scalar]
    var meterFull: Unicode.Scalar, meterRest: Unicode.Scalar
    var beating: String, late: String, dead: String, resting: String, warning: String
    var armed: String, closing: String, closed: String, failed: String
    var yes: String, no: String, unknown: String, refused: String, dry: String, interrupted: String, pending: String
    var up: String, down: String, arrow: String, cursor: String, subtitle: String
    var running: String, paused: String, stepping: String, driving: String, held: String, stopping: String
    /// Digits that name the panels.
    var digits: [String]
    /// Darkest first, for pictures without colours.
    var shades: [Unicode.Scalar]

    static let unicode = Glyphs(
        isASCII: false, horizontal: "─", vertical: "│", topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯",
        topCutLeft: "┐", topCutRight: "┌", bottomCutLeft: "┘", bottomCutRight: "└", separator: "│", ellipsis: "…",
        bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], meterFull: "■", meterRest: "□",
        beating: "●", late: "▲", dead: "✗", resting: "·", warning: "▲",
        armed: "●", closing: "◐", closed: "○", failed: "!",
        yes: "✓", no: "✗", unknown: "?", refused: "⊘", dry: "◇", interrupted: "↯", pending: "…",
        up: "↑", down: "↓", arrow: "→", cursor: "▌", subtitle: "♪",
        running: "◉", paused: "‖", stepping: "›", driving: "◆", held: "■", stopping: "◐",
        digits: ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"], shades: [" ", "░", "▒", "▓", "█"])

    static let ascii = Glyphs(
        isASCII: true, horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+",
        topCutLeft: "[", topCutRight: "]", bottomCutLeft: "[", bottomCutRight: "]", separator: "|", ellipsis: "~",
        bars: ["_", ".", ":", "-", "=", "+", "#", "@"], meterFull: "#", meterRest: ".",
        beating: "*", late: "!", dead: "X", resting: ".", warning: "!",
        armed: "o", closing: "~", closed: ".", failed: "!",
        yes: "+", no: "x", unknown: "?", refused: "/", dry: "d", interrupted: "%", pending: "~",
        up: "^", down: "v", arrow: ">", cursor: "_", subtitle: "\"",
        running: "*", paused: "=", stepping: ">", driving: "@", held: "#", stopping: "~",
        digits: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        shades: [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"])

    /// By name, so that a phase which has no glyph yet is drawn as unknown and not left out.
    func phase(_ phase: Phase?) -> String {
        switch phase?.rawValue {
        case nil: isASCII ? "." : "·"
        case "queued": isASCII ? "q" : "⋯"
        case "resolving": "?"
        case "connecting": isASCII ? ">" : "»"
        case "handshaking": "T"
        case "sending": up
        case "waiting": isASCII ? "~" : "…"
        case "receiving": down
        case "closing": isASCII ? "x" : "×"
        case "idle": isASCII ? "o" : "○"
        default: unknown
        }
    }
}

/// What a terminal can show: panels ask for glyphs here and need to know nothing else about it.
struct Look: Sendable, Equatable {
    var glyphs = Glyphs.unicode
    var depth = ColorDepth.full

    static let unicode = Look()
    static let ascii = Look(glyphs: .ascii)
    static let mono = Look(depth: .mono)
}
