/// Text in the 3 x 5 font of the head-up display, recognised by its pixels.
extension PixelReader {
    /// Reads one line of cells four pixels wide. A cell that resembles no character in at least 13 of its 15 pixels
    /// becomes a question mark.
    static func text(in pixels: Pixels, x: Range<Int>, y: Int, colour: Pixels.Colour, tolerance: Int) -> String {
        var line: [UInt8] = []
        var left = x.lowerBound
        while left < x.upperBound - 3 {
            var cell: UInt16 = 0
            for bit in 0..<15 where pixels.isNear(left + bit % 3, y + bit / 3, colour, tolerance) {
                cell |= 1 << UInt16(14 - bit)
            }
            if cell != 0 {
                line.append(character(of: cell))
            } else if let last = line.last, last != UInt8(ascii: " ") {
                line.append(UInt8(ascii: " "))
            }
            left += 4
        }
        if line.last == UInt8(ascii: " ") { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    /// The number at the end of a line such as `GOLD 30`, if the line begins with that word.
    static func number(after word: String, in line: String) -> Int? {
        guard line.hasPrefix(word + " ") else { return nil }
        return Int(line.dropFirst(word.utf8.count + 1))
    }

    private static func character(of cell: UInt16) -> UInt8 {
        var best = (difference: 16, index: 0)
        for (index, glyph) in glyphs.enumerated() {
            let difference = (glyph ^ cell).nonzeroBitCount
            if difference < best.difference { best = (difference, index) }
        }
        guard best.difference <= 2 else { return UInt8(ascii: "?") }
        return best.index < 26 ? UInt8(ascii: "A") + UInt8(best.index) : UInt8(ascii: "0") + UInt8(best.index - 26)
    }

    /// A to Z, then 0 to 9; five rows of three pixels each. The reader's own knowledge of the font, on purpose not
    /// shared with whoever draws it.
    private static let glyphs: [UInt16] = [
        0b010_101_111_101_101, 0b110_101_110_101_110, 0b011_100_100_100_011, 0b110_101_101_101_110,  // A B C D
        0b111_100_110_100_111, 0b111_100_110_100_100, 0b011_100_101_101_011, 0b101_101_111_101_101,  // E F G H
        0b111_010_010_010_111, 0b001_001_001_101_010, 0b101_101_110_101_101, 0b100_100_100_100_111,  // I J K L
        0b101_111_111_101_101, 0b110_101_101_101_101, 0b010_101_101_101_010, 0b110_101_110_100_100,  // M N O P
        0b010_101_101_011_001, 0b110_101_110_101_101, 0b011_100_010_001_110, 0b111_010_010_010_010,  // Q R S T
        0b101_101_101_101_111, 0b101_101_101_101_010, 0b101_101_111_111_101, 0b101_101_010_101_101,  // U V W X
        0b101_101_010_010_010, 0b111_001_010_100_111,  // Y Z
        0b111_101_101_101_111, 0b010_110_010_010_111, 0b110_001_010_100_111, 0b110_001_010_001_110,  // 0 1 2 3
        0b101_101_111_001_001, 0b111_100_110_001_110, 0b011_100_111_101_111, 0b111_001_010_010_010,  // 4 5 6 7
        0b111_101_111_101_111, 0b111_101_111_001_110,  // 8 9
    ]
}
