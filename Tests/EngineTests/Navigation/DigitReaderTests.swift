import Basics
import Foundation
import Testing

@testable import Vision

@Suite("Digits of a status bar")
struct DigitReaderTests {
    private let glyphs: PNG.Image
    private let reader: DigitReader

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let file = root.appending(path: "assets/games/doom-digits.png").standardized
        glyphs = try PNG.decode([UInt8](Data(contentsOf: file)))
        reader = try #require(DigitReader(glyphs))
    }

    /// A status bar with a number, as large as the game draws it there, tinted as a whole.
    private func frame(_ text: String, width: Int, height: Int, tint: Int = 0, shift: Int = 0) -> Frame {
        var rgb = [UInt8](repeating: 90, count: width * height * 3)
        let unit = Double(height) * 4 / 3 / 320
        let margin = (Double(width) - 320 * unit) / 2
        for y in 0..<height {
            for x in 0..<width {
                let column = Int(((Double(x) + 0.5 - margin) / unit).rounded(.down))
                let row = Int((Double(y) + 0.5) * 200 / Double(height)) - 171
                let place = column - (90 - 14 * text.count) - shift
                let at = (y * width + x) * 3
                if (0..<16).contains(row), place >= 0, place < 14 * text.count,
                    let digit = Array(text)[place / 14].wholeNumberValue
                {
                    // The glyphs are green less red, 255 where they are equal.
                    let ink = 255 - Int(glyphs.rgb[(row * 140 + digit * 14 + place % 14) * 3])
                    (rgb[at], rgb[at + 1], rgb[at + 2]) = (UInt8(min(255, 30 + ink)), 30, 30)
                }
                rgb[at] = UInt8(min(255, Int(rgb[at]) * (100 - tint) / 100 + 255 * tint / 100))
                rgb[at + 1] = UInt8(Int(rgb[at + 1]) * (100 - tint) / 100)
            }
        }
        return Frame(width: width, height: height, rgb: rgb, sequence: 1, capturedAt: .now)
    }

    @Test("Every digit is read at both sizes", arguments: [(640, 480), (1280, 720)])
    func sizes(width: Int, height: Int) {
        for number in [0, 7, 42, 100, 123, 159, 168, 200] {
            let read = reader.read(frame("\(number)", width: width, height: height), .doomHealth)
            #expect(read?.value == number)
            #expect((read?.confidence ?? 0) > 0.95)
        }
    }

    @Test("Pain reddens the whole picture and the number is read all the same", arguments: [20, 40, 60])
    func tint(percent: Int) {
        #expect(reader.read(frame("86", width: 640, height: 480, tint: percent), .doomHealth)?.value == 86)
    }

    @Test("A digit a little beside its square is read", arguments: [-2, 2])
    func shifted(units: Int) {
        #expect(reader.read(frame("35", width: 640, height: 480, shift: units), .doomHealth)?.value == 35)
    }

    @Test("Where no number is, none is read")
    func unknown() {
        #expect(reader.read(frame("", width: 640, height: 480), .doomHealth) == nil)
        #expect(reader.read(frame("5", width: 640, height: 480), .doomArmour) == nil)
        let noise = Frame(
            width: 640, height: 480, rgb: (0..<640 * 480 * 3).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) },
            sequence: 1, capturedAt: .now)
        #expect(reader.read(noise, .doomHealth) == nil)
    }

    @Test("A picture that is not ten digits wide is refused")
    func wrong() {
        #expect(DigitReader(PNG.Image(width: 139, height: 16, rgb: [UInt8](repeating: 0, count: 139 * 16 * 3))) == nil)
    }
}
