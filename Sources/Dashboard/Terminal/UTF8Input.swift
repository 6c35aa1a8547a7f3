/// One character in UTF-8, while its bytes come in. Only its shortest form counts, and no surrogate.
struct UTF8Input: Sendable {
    private var bits: UInt32
    private var missing: Int
    private let smallest: UInt32

    /// Begins with the first of several bytes; `nil` when no character begins so.
    init?(_ first: UInt8) {
        switch first {
        case 0xC2...0xDF: (bits, missing, smallest) = (UInt32(first & 0x1F), 1, 0x80)
        case 0xE0...0xEF: (bits, missing, smallest) = (UInt32(first & 0x0F), 2, 0x800)
        case 0xF0...0xF4: (bits, missing, smallest) = (UInt32(first & 0x07), 3, 0x10000)
        default: return nil
        }
    }

    /// Takes the next byte; false when it does not continue the character.
    mutating func take(_ byte: UInt8) -> Bool {
        guard byte & 0xC0 == 0x80 else { return false }
        bits = bits << 6 | UInt32(byte & 0x3F)
        missing -= 1
        return true
    }

    var isComplete: Bool { missing == 0 }

    /// The character; `nil` for what is none.
    var value: Unicode.Scalar? { bits >= smallest ? Unicode.Scalar(bits) : nil }
}
