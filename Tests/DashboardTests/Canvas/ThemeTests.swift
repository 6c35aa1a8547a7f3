import Engine
import Testing
import Vision

@testable import Canvas
@testable import Dashboard

@Suite("Theme", .shared)
struct ThemeTests {
    @Test("NO_COLOR means no colours, however many there are")
    func noColor() {
        #expect(ColorDepth.of(colors: 256, environment: ["NO_COLOR": "1"]) == .mono)
        #expect(ColorDepth.of(colors: 256, environment: ["NO_COLOR": ""]) == .full)
        #expect(ColorDepth.of(colors: 8, environment: [:]) == .eight)
        #expect(ColorDepth.of(colors: 0, environment: [:]) == .mono)
    }

    @Test("24 bits are taken where the terminal's type or COLORTERM says so, unless NO_COLOR does")
    func direct() {
        func depth(_ environment: [String: String], colors: Int = 256, isDirect: Bool = false) -> ColorDepth {
            ColorDepth.of(colors: colors, isDirect: isDirect, environment: environment)
        }
        #expect(depth(["COLORTERM": "truecolor"]) == .direct && depth(["COLORTERM": "24bit"]) == .direct)
        #expect(depth(["COLORTERM": "yes"]) == .full && depth(["COLORTERM": ""]) == .full)
        #expect(depth([:], isDirect: true) == .direct)
        #expect(depth(["COLORTERM": "truecolor", "NO_COLOR": "1"]) == .mono)
        #expect(depth(["NO_COLOR": "1"], isDirect: true) == .mono)
        #expect(depth(["COLORTERM": "truecolor"], colors: 0) == .mono, "a type without any colour is believed")
        #expect(depth(["COLORTERM": "truecolor", "STY": "1.pts"]) == .full, "GNU screen knows no such colours")
        #expect(depth(["COLORTERM": "truecolor", "STY": "1.pts", "TMUX": "/tmp/t"]) == .direct)
    }

    @Test("a gauge goes from one colour to another where there are colours enough, and has one elsewhere")
    func gradient() {
        func colors(_ depth: ColorDepth) -> [Color] {
            var canvas = Canvas(Size(11, 1), look: Look(depth: depth))
            canvas.gauge(1, x: 0, y: 0, columns: 11, .health)
            return canvas.cells.map { Theme.dark.ink(for: $0.style, depth: depth).foreground }
        }
        let entry = Theme.dark.entries[.health]
        #expect(colors(.direct).first == entry?.color && colors(.direct).last == entry?.end)
        #expect(Set(colors(.direct)).count == 11)
        #expect(colors(.full) == Array(repeating: 167, count: 11))
        #expect(RGB(0, 255, 10).mixed(with: RGB(255, 0, 10), 128) == RGB(128, 127, 10))
    }

    @Test("where every colour can be shown, a picture changes where an eye sees it, and errors do not add up")
    func calm() {
        let look = Look(depth: .direct)
        func raster(_ value: UInt8, _ before: PictureRaster?) -> PictureRaster {
            PictureRaster(rgb: [value, 40, 80], width: 1, height: 1, size: Size(1, 1), look: look, before: before)
        }
        let first = raster(100, nil)
        var shown = first
        for value in 101...103 as ClosedRange<UInt8> { shown = raster(value, shown) }
        #expect(shown.cells == first.cells)
        for value in 104...120 as ClosedRange<UInt8> { shown = raster(value, shown) }
        #expect(abs(Int(shown.cells[0].style.upper.red) - 120) < 4)
        #expect(raster(120, nil).cells[0].style.upper == RGB(120, 40, 80))
    }

    @Test("without colours the meanings that matter still look different")
    func monoIsDistinguishable() {
        let roles: [Role] = [.text, .dim, .title, .key, .warning, .bad]
        let inks = roles.map { Theme.dark.ink(for: Style($0), depth: .mono) }
        #expect(Set(inks).count == roles.count)
        #expect(inks.allSatisfy { $0.foreground == .terminal && $0.background == .terminal })
    }

    @Test("every theme says how every role looks", arguments: [Theme.dark, .light])
    func complete(theme: Theme) {
        for role in Role.allCases where role != .picture { #expect(theme.entries[role] != nil, "\(role)") }
        let states: [Role] = [.good, .warning, .bad]
        for depth in [ColorDepth.eight, .full, .direct] {
            #expect(Set(states.map { theme.ink(for: Style($0), depth: depth) }).count == states.count)
        }
    }

    @Test("the nearest palette colour is exact for the palette's own colours")
    func palette() {
        #expect(Palette.nearest(RGB(255, 0, 0)) == 196)
        #expect(Palette.nearest(RGB(95, 135, 175)) == 67)
        #expect(Palette.nearest(RGB(128, 128, 128)) == 244)
        #expect(Palette.nearest(RGB(0, 0, 0)) == 16)
    }

    @Test("a picture keeps its shape and averages what falls into one cell")
    func picture() {
        #expect(PictureRaster.fit(width: 160, height: 96, into: Size(40, 12)) == Size(40, 12))
        #expect(PictureRaster.fit(width: 160, height: 96, into: Size(100, 12)) == Size(40, 12))
        #expect(PictureRaster.fit(width: 160, height: 96, into: Size(20, 50)) == Size(20, 6))
        // Two by four pixels: black and white columns above, red below.
        let black: [UInt8] = [0, 0, 0]
        let white: [UInt8] = [255, 255, 255]
        let red: [UInt8] = [255, 0, 0]
        let frame = Frame(
            width: 2, height: 4, rgb: black + white + black + white + red + red + red + red, sequence: 1,
            capturedAt: .now)
        let raster = PictureRaster(frame, size: Size(1, 1), look: .unicode)
        #expect(
            raster.cells == [Cell("▀", .picture(upper: Palette.rgb(244), lower: RGB(255, 0, 0)))])
        let direct = PictureRaster(frame, size: Size(1, 1), look: Look(depth: .direct))
        #expect(direct.cells == [Cell("▀", .picture(upper: RGB(127, 127, 127), lower: RGB(255, 0, 0)))])
        #expect(PictureRaster(frame, size: Size(2, 2), look: .ascii).cells.allSatisfy { $0.scalar.isASCII })
    }

    @Test("bars show zero as the lowest, and the newest at the right")
    func sparkline() {
        var canvas = Canvas(Size(6, 1))
        canvas.sparkline([0, 1, 2, 4].map(Double.init), x: 0, y: 0, columns: 6, .text)
        #expect(canvas.rows == ["  ▁▃▅█"])
        #expect(Sparkline.summary([0, 0, 4, 4], columns: 2, .ascii) == "_@")
        #expect(Sparkline.braille([0, 4, 2, 4], columns: 2) == "⣸⣼")
    }
}

extension PictureRaster {
    fileprivate init(_ frame: Frame, size: Size, look: Look, before: PictureRaster? = nil) {
        self.init(rgb: frame.rgb, width: frame.width, height: frame.height, size: size, look: look, before: before)
    }
}
