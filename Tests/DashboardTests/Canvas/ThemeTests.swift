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

    @Test("without colours the meanings that matter still look different")
    func monoIsDistinguishable() {
        let roles: [Role] = [.text, .dim, .title, .key, .warning, .bad]
        let inks = roles.map { Theme.dark.ink(for: Style($0), depth: .mono) }
        #expect(Set(inks).count == roles.count)
        #expect(inks.allSatisfy { $0.foreground == -1 && $0.background == -1 })
    }

    @Test("every theme says how every role looks", arguments: [Theme.dark, .light])
    func complete(theme: Theme) {
        for role in Role.allCases where role != .picture { #expect(theme.entries[role] != nil, "\(role)") }
        let states: [Role] = [.good, .warning, .bad]
        for depth in [ColorDepth.eight, .full] {
            #expect(Set(states.map { theme.ink(for: Style($0), depth: depth) }).count == states.count)
        }
    }

    @Test("the nearest palette colour is exact for the palette's own colours")
    func palette() {
        #expect(Palette.nearest(red: 255, green: 0, blue: 0) == 196)
        #expect(Palette.nearest(red: 95, green: 135, blue: 175) == 67)
        #expect(Palette.nearest(red: 128, green: 128, blue: 128) == 244)
        #expect(Palette.nearest(red: 0, green: 0, blue: 0) == 16)
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
            raster.cells == [Cell("▀", .picture(upper: Palette.nearest(red: 127, green: 127, blue: 127), lower: 196))])
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
