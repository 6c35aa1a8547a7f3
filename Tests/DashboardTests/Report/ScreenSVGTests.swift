import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine

@Suite("The screen as SVG", .shared)
struct ScreenSVGTests {
    /// What a reader sees in the file, put back into rows: characters at their columns, and the colour of half cells.
    private struct Read {
        var rows: [[String]]
        var halves: [[String]]
        var paper = ""

        init(_ svg: String, _ size: Size) throws {
            rows = Array(repeating: Array(repeating: " ", count: size.width), count: size.height)
            paper = String(try #require(svg.firstMatch(of: /<rect [^>]*fill="(#[0-9a-f]{6})"/)).1)
            halves = Array(repeating: Array(repeating: paper, count: size.width), count: size.height * 2)
            for match in svg.matches(of: /<text x="(\d+)" y="(\d+)" textLength="(\d+)">([^<]*)<\/text>/) {
                var x = try #require(Int(match.1)) / 8
                let y = try #require(Int(match.2)) / 16
                let end = x + (try #require(Int(match.3))) / 8
                for scalar in Self.plain(match.4).unicodeScalars {
                    if TextWidth.isMark(scalar) {
                        rows[y][x - (rows[y][x - 1].isEmpty ? 2 : 1)].unicodeScalars.append(scalar)
                        continue
                    }
                    rows[y][x] = String(Character(scalar))
                    if TextWidth.of(scalar) == 2 { rows[y][x + 1] = "" }
                    x += TextWidth.of(scalar)
                }
                #expect(x == end, "as wide as it says")
            }
            let layer = try #require(svg.split(separator: "<g ").dropFirst().first)
            for path in layer.matches(of: /<path stroke="(#[0-9a-f]{6})" d="([^"]*)"\/>/) {
                for run in path.2.matches(of: /M(\d+) (\d+)h(\d+)/) {
                    let (x, row, width) = (Int(run.1)!, Int(run.2)!, Int(run.3)!)
                    for x in x..<x + width { halves[row][x] = String(path.1) }
                }
            }
        }

        /// By scalars: a mark that follows is no part of a name.
        private static func plain(_ text: Substring) -> String {
            let names: [String: Unicode.Scalar] = ["lt": "<", "gt": ">", "quot": "\"", "apos": "'", "amp": "&"]
            var plain = String.UnicodeScalarView()
            var rest = text.unicodeScalars[...]
            while let scalar = rest.popFirst() {
                guard scalar == "&" else {
                    plain.append(scalar)
                    continue
                }
                let name = rest.prefix { $0 != ";" }
                rest = rest.dropFirst(name.count + 1)
                plain.append(names[String(name)] ?? "\u{0}")
            }
            return String(plain)
        }
    }

    /// Whether every element is closed, in order, and nothing in between would be read as anything but text.
    private func isWellFormed(_ svg: String) -> Bool {
        // To a reader of XML a mark is a character by itself, and to a string a part of what stands before it.
        let svg = String(String.UnicodeScalarView(svg.unicodeScalars.filter { !TextWidth.isMark($0) }))
        var open: [Substring] = []
        var rest = svg[...]
        while let start = rest.firstIndex(of: "<") {
            guard isText(rest[..<start]), let end = rest[start...].firstIndex(of: ">") else { return false }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
            let values = tag.split(separator: "\"", omittingEmptySubsequences: false)
            guard values.count % 2 == 1, !tag.contains("<") else { return false }
        }
        return open.isEmpty && isText(rest)
    }

    private func isText(_ text: Substring) -> Bool {
        let withoutNames = text.replacing(/&(amp|lt|gt|quot|apos);/, with: "")
        return !withoutNames.contains("&") && !withoutNames.contains(">")
            && text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
            && !text.unicodeScalars.contains { $0.value == 0xFFFE || $0.value == 0xFFFF || $0.properties.isBidiControl }
    }

    /// Characters that are drawn, and not written.
    private static let drawn: Set<Unicode.Scalar> =
        Set("─│╭╮╰╯┌┐└┘▁▂▃▄▅▆▇█▀ ".unicodeScalars)

    private func css(_ color: RGB) -> String {
        "#" + [color.red, color.green, color.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("whatever a model says, the file is well-formed, and every character and colour stands at its place",
        arguments: 0..<24 as Range<UInt64>)
    func hostile(seed: UInt64) throws {
        var dice = Dice(state: seed &* 5 &+ 3)
        let snapshot = FuzzTests.snapshot(&dice)
        let rgb = (0..<16 * 10 * 3).map { _ in UInt8.random(in: 0...255, using: &dice) }
        let frame = Frame(width: 16, height: 10, rgb: rgb, sequence: 9, capturedAt: .now)
        let depth: ColorDepth = [.direct, .direct, .full, .eight, .mono].randomElement(using: &dice)!
        let theme = [Theme.dark, .light].randomElement(using: &dice)!
        let size = Size(.random(in: 40...150, using: &dice), .random(in: 10...50, using: &dice))
        var state = DashboardState()
        let canvas = state.compose(snapshot, frame: frame, now: 10, size: size, look: Look(depth: depth))
        let svg = ScreenSVG.text(canvas, theme)
        #expect(isWellFormed(svg))
        let read = try Read(svg, size)
        for y in 0..<size.height {
            for x in 0..<size.width where !canvas[x, y].isTail {
                let cell = canvas[x, y]
                let (_, first, second) = cell.codes
                let marks = [first, second].compactMap { $0 == 0 ? nil : Unicode.Scalar($0) }
                let isDrawn = Self.drawn.contains(cell.scalar) && (cell.scalar != " " || marks.isEmpty)
                let expected = isDrawn ? " " : String(String.UnicodeScalarView([cell.scalar] + marks))
                #expect(read.rows[y][x].unicodeScalars.elementsEqual(expected.unicodeScalars), "\(x), \(y)")
                guard cell.style.role == .picture, depth >= .full else { continue }
                let halves = [read.halves[2 * y][x], read.halves[2 * y + 1][x]]
                #expect(halves == [css(cell.style.upper), css(cell.style.lower)], "\(x), \(y)")
            }
        }
    }

    @Test("what is reversed, dim, bold or underlined looks so, on the paper of its theme")
    func looks() throws {
        var canvas = Canvas(Size(12, 2), look: Look(depth: .direct))
        canvas.text("ab c  d", x: 0, y: 0, Style(.bad, .bold))
        canvas.text("<&\"'>", x: 1, y: 1, Style(.text, [.reverse, .underline]))
        canvas.text("漢", x: 8, y: 1, Style(.text))
        canvas.put("▅", x: 10, y: 1, Style(.good))
        let dark = ScreenSVG.text(canvas, .dark)
        #expect(dark.contains("<rect width=\"116\" height=\"52\" rx=\"8\" fill=\"#101216\""))
        let bold = "<g fill=\"#ff5f5f\" font-weight=\"bold\">\n<text x=\"0\" y=\"0\" textLength=\"32\">ab c</text>"
        #expect(dark.contains(bold))
        #expect(dark.contains("<text x=\"48\" y=\"0\" textLength=\"8\">d</text>"))
        let reversed = "<g fill=\"#101216\" text-decoration=\"underline\">\n<text x=\"8\" y=\"16\" textLength=\"40\">"
        #expect(dark.contains(reversed + "&lt;&amp;&quot;&apos;&gt;</text>"))
        #expect(dark.contains("<path stroke=\"#d4d6da\" d=\"M1 2h5M1 3h5\"/>"))
        #expect(dark.contains("textLength=\"16\">漢</text>") && dark.contains("d=\"M10 2v-0.625\""))
        #expect(ScreenSVG.text(canvas, .light).contains("fill=\"#ffffff\""))
        var paper = Theme.light
        paper.background = .rgb(RGB(238, 238, 221))
        #expect(ScreenSVG.text(canvas, paper).contains("fill=\"#eeeedd\""))
    }
}
