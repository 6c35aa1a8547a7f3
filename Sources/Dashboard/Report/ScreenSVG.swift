import Canvas

/// A screen as a picture that any browser shows (SVG 1.1), whatever font it has: every word stands at its column and is
/// as wide as its columns, and what a font may draw otherwise - blocks, bars and borders - is drawn here.
struct ScreenSVG {
    /// A cell, and what is left around the screen, in pixels.
    private static let cell = (width: 8, height: 16)
    private static let margin = 10

    /// What a person sees of a cell, apart from its character.
    private struct Seen: Hashable {
        var fore: RGB
        var behind: RGB
        var isBold = false
        var isUnderlined = false
    }

    private let canvas: Canvas
    private let theme: Theme
    /// The terminal's own colours, which it alone knows: ink and paper that suit the theme.
    private let own: (fore: RGB, behind: RGB)
    /// Colours in half cells, bars in eighths of a cell, borders: path data for each colour.
    private var fills = Grouped<RGB>()
    private var bars = Grouped<RGB>()
    private var lines = Grouped<RGB>()
    /// Words, for each look.
    private var words = Grouped<Seen>()

    /// The text of the file.
    static func text(_ canvas: Canvas, _ theme: Theme) -> String {
        var svg = ScreenSVG(canvas, theme)
        for y in 0..<canvas.size.height {
            svg.fill(y)
            svg.draw(y)
        }
        return svg.text
    }

    private init(_ canvas: Canvas, _ theme: Theme) {
        (self.canvas, self.theme) = (canvas, theme)
        let title = theme.ink(for: Style(.title), depth: .direct).foreground.rgb
        let isLight = title.map { Palette.luminance($0) < 128 } ?? false
        let usual = isLight ? (RGB(28, 30, 34), RGB(255, 255, 255)) : (RGB(212, 214, 218), RGB(16, 18, 22))
        let colors = canvas.look.depth >= .full
        let text = theme.ink(for: .text, depth: canvas.look.depth)
        own = (text.foreground.rgb ?? usual.0, colors ? theme.background?.rgb ?? usual.1 : usual.1)
    }

    private func seen(_ cell: Cell) -> Seen {
        let ink = theme.ink(for: cell.style, depth: canvas.look.depth)
        var seen = Seen(fore: ink.foreground.rgb ?? own.fore, behind: ink.background.rgb ?? own.behind)
        if ink.attributes.contains(.dim) { seen.fore = seen.fore.mixed(with: seen.behind, 110) }
        if ink.attributes.contains(.reverse) { (seen.fore, seen.behind) = (seen.behind, seen.fore) }
        seen.isBold = ink.attributes.contains(.bold)
        seen.isUnderlined = ink.attributes.contains(.underline)
        return seen
    }

    // MARK: What is behind, and blocks

    /// Adds both halves of a row, neighbours of one colour as one stroke; what looks like the paper is left out.
    private mutating func fill(_ y: Int) {
        for half in 0...1 {
            var run: (x: Int, color: RGB)?
            for x in 0...canvas.size.width {
                let color = x < canvas.size.width ? color(half, x, y) : nil
                if let run, run.color == color { continue }
                if let run, run.color != own.behind { fills.add("M\(run.x) \(2 * y + half)h\(x - run.x)", run.color) }
                run = color.map { (x, $0) }
            }
        }
    }

    /// The colour of one half of a cell: 0 is the upper.
    private func color(_ half: Int, _ x: Int, _ y: Int) -> RGB {
        // The right half of a wide character lies on what its left half does.
        let cell = canvas[canvas[x, y].isTail ? x - 1 : x, y]
        let seen = seen(cell)
        switch cell.scalar {
        case "█": return seen.fore
        case "▀": return half == 0 ? seen.fore : seen.behind
        case "▄": return half == 1 ? seen.fore : seen.behind
        default: return seen.behind
        }
    }

    // MARK: Characters

    /// What a border is made of, from the middle of its cell.
    private static let borders: [Unicode.Scalar: String] = [
        "│": "m0-8v16", "╭": "m0 8v-4q0-4 4-4", "╮": "m0 8v-4q0-4-4-4", "╰": "m0-8v4q0 4 4 4", "╯": "m0-8v4q0 4-4 4",
        "┌": "m0 8v-8h4", "┐": "m0 8v-8h-4", "└": "m0-8v8h4", "┘": "m0-8v8h-4",
    ]

    private mutating func draw(_ y: Int) {
        var x = 0
        while x < canvas.size.width {
            let cell = canvas[x, y]
            let seen = seen(cell)
            var columns = 1
            switch cell.scalar {
            case " " where cell.codes.1 == 0, "█", "▀", "▄": break
            case "▁"..."▇":
                let eighths = cell.scalar.value - 0x2580
                bars.add("M\(x) \(y + 1)v-\(Double(eighths) / 8)", seen.fore)
            case "─":
                while x + columns < canvas.size.width, canvas[x + columns, y] == cell { columns += 1 }
                lines.add("M\(x * Self.cell.width - 4) \(y * Self.cell.height)h\(columns * Self.cell.width)", seen.fore)
            default:
                if let border = Self.borders[cell.scalar] {
                    lines.add("M\(x * Self.cell.width) \(y * Self.cell.height)\(border)", seen.fore)
                } else {
                    columns = write(x, y, seen)
                }
            }
            x += columns
        }
    }

    /// Adds a word, or a sign that fonts are not of one mind about by itself; returns its columns.
    private mutating func write(_ x: Int, _ y: Int, _ seen: Seen) -> Int {
        func isPlain(_ x: Int) -> Bool {
            guard x < canvas.size.width, canvas[x, y].codes.1 == 0 else { return false }
            return ("!"..."~").contains(canvas[x, y].scalar) && self.seen(canvas[x, y]) == seen
        }
        var end = x + (canvas[x, y].isWide ? 2 : 1)
        if isPlain(x) {
            // One blank between two words is written with them; more of them would shrink to one.
            while isPlain(end) || (end < canvas.size.width && canvas[end, y].scalar == " " && isPlain(end + 1)) {
                end += 1
            }
        }
        let text = (x..<end).map { Self.escaped(canvas[$0, y]) }.joined()
        let place = "x=\"\(x * Self.cell.width)\" y=\"\(y * Self.cell.height)\""
        words.add("<text \(place) textLength=\"\((end - x) * Self.cell.width)\">\(text)</text>", seen)
        return end - x
    }

    /// A cell's character and marks, none of which a reader of XML would obey.
    private static func escaped(_ cell: Cell) -> String {
        guard !cell.isTail else { return "" }
        let (_, first, second) = cell.codes
        let marks = [first, second].compactMap { $0 == 0 ? nil : Unicode.Scalar($0) }
        return ([cell.scalar] + marks).map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&apos;"
            case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}"..."\u{FFFF}": "?"
            default: String(scalar)
            }
        }.joined()
    }

    // MARK: The file

    private var text: String {
        let (width, height) = Self.cell
        let size = (canvas.size.width * width + 2 * Self.margin, canvas.size.height * height + 2 * Self.margin)
        func layer(_ x: Int, _ y: Int, _ rest: String, _ content: [String]) -> [String] {
            ["<g transform=\"translate(\(Self.margin + x) \(Self.margin + y))\(rest)>"] + content + ["</g>"]
        }
        func strokes(_ paths: Grouped<RGB>) -> [String] {
            paths.all.map { "<path stroke=\"\($0.css)\" d=\"\($1.joined())\"/>" }
        }
        let head = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size.0)\" height=\"\(size.1)\" "
                + "viewBox=\"0 0 \(size.0) \(size.1)\">",
            "<title>singularis</title>",
            "<rect width=\"\(size.0)\" height=\"\(size.1)\" rx=\"8\" fill=\"\(own.behind.css)\" stroke=\"#888\"/>",
        ]
        let sharp = "\" fill=\"none\" shape-rendering=\"crispEdges\""
        // Letters stay in their columns, also those of scripts that go from right to left.
        let font = "\" font-size=\"13.33\" font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,"
            + "'Liberation Mono',monospace\" style=\"direction:ltr;unicode-bidi:bidi-override\""
        let texts = words.all.flatMap { seen, texts in
            let weight = seen.isBold ? " font-weight=\"bold\"" : ""
            let line = seen.isUnderlined ? " text-decoration=\"underline\"" : ""
            return ["<g fill=\"\(seen.fore.css)\"\(weight)\(line)>"] + texts + ["</g>"]
        }
        let layers =
            layer(0, width / 2, " scale(\(width))" + sharp, strokes(fills))
            + layer(width / 2, 0, " scale(\(width) \(height))" + sharp, strokes(bars))
            + layer(width / 2, height / 2, "\" fill=\"none\"", strokes(lines)) + layer(0, 12, font, texts)
        return (head + layers + ["</svg>"]).joined(separator: "\n")
    }
}

/// Pieces of text by what they have in common, in the order in which that came first.
private struct Grouped<Key: Hashable> {
    private var keys: [Key] = []
    private var pieces: [Key: [String]] = [:]

    mutating func add(_ piece: String, _ key: Key) {
        if pieces[key] == nil { keys.append(key) }
        pieces[key, default: []].append(piece)
    }

    var all: [(Key, [String])] { keys.map { ($0, pieces[$0] ?? []) } }
}

extension RGB {
    /// As style sheets name it.
    fileprivate var css: String {
        let hex = String(Int(red) << 16 | Int(green) << 8 | Int(blue), radix: 16)
        return "#" + String(repeating: "0", count: 6 - hex.count) + hex
    }
}
