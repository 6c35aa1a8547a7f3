/// The font of the head-up display: capitals and digits, 3 x 5 pixels, rows from the top, most significant bit first.
enum Glyphs {
    /// The 15 pixels of an ASCII character; none for what the font lacks.
    static func rows(of character: UInt8) -> UInt16 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): capitals[Int(character - UInt8(ascii: "A"))]
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digits[Int(character - UInt8(ascii: "0"))]
        default: 0
        }
    }

    private static let capitals: [UInt16] = [
        0b010_101_111_101_101, 0b110_101_110_101_110, 0b011_100_100_100_011, 0b110_101_101_101_110,  // A B C D
        0b111_100_110_100_111, 0b111_100_110_100_100, 0b011_100_101_101_011, 0b101_101_111_101_101,  // E F G H
        0b111_010_010_010_111, 0b001_001_001_101_010, 0b101_101_110_101_101, 0b100_100_100_100_111,  // I J K L
        0b101_111_111_101_101, 0b110_101_101_101_101, 0b010_101_101_101_010, 0b110_101_110_100_100,  // M N O P
        0b010_101_101_011_001, 0b110_101_110_101_101, 0b011_100_010_001_110, 0b111_010_010_010_010,  // Q R S T
        0b101_101_101_101_111, 0b101_101_101_101_010, 0b101_101_111_111_101, 0b101_101_010_101_101,  // U V W X
        0b101_101_010_010_010, 0b111_001_010_100_111,  // Y Z
    ]

    private static let digits: [UInt16] = [
        0b111_101_101_101_111, 0b010_110_010_010_111, 0b110_001_010_100_111, 0b110_001_010_001_110,  // 0 1 2 3
        0b101_101_111_001_001, 0b111_100_110_001_110, 0b011_100_111_101_111, 0b111_001_010_010_010,  // 4 5 6 7
        0b111_101_111_101_111, 0b111_101_111_001_110,  // 8 9
    ]
}
