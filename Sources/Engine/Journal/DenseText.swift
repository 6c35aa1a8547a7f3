import Record

/// Bytes as printable ASCII that JSON takes as it is: 13 bits in two characters of 91 (all of `#` to `~` but the
/// backslash), which is a thirteenth less than Base64.
enum DenseText {
    private static let first = UInt8(ascii: "#")
    private static let backslash = UInt8(ascii: "\\")
    private static let base: UInt32 = 91

    static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 16 / 13 + 2)
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            bits |= UInt32(byte) << count
            count += 8
            guard count >= 13 else { continue }
            append(bits & 0x1FFF, to: &text)
            bits >>= 13
            count -= 13
        }
        if count > 6 { append(bits, to: &text) } else if count > 0 { text.append(character(bits)) }
        return text
    }

    /// - Throws: ``FormatError`` when it holds another character.
    static func decode(_ text: some Collection<UInt8>) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 13 / 16 + 1)
        var (bits, count): (UInt32, UInt32) = (0, 0)
        func take(_ value: UInt32, _ width: UInt32) {
            bits |= value << count
            count += width
            while count >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                count -= 8
            }
        }
        var low: UInt32?
        for character in text {
            let value = try value(character)
            guard let before = low else {
                low = value
                continue
            }
            low = nil
            let pair = before + value * base
            guard pair < 1 << 13 else { throw FormatError("no packed text") }
            take(pair, 13)
        }
        if let low { take(low, 6) }
        return bytes
    }

    private static func append(_ value: UInt32, to text: inout [UInt8]) {
        text.append(character(value % base))
        text.append(character(value / base))
    }

    private static func character(_ value: UInt32) -> UInt8 {
        let plain = first + UInt8(value)
        return plain < backslash ? plain : plain + 1
    }

    private static func value(_ character: UInt8) throws -> UInt32 {
        guard (first...UInt8(ascii: "~")).contains(character), character != backslash else {
            throw FormatError("no packed text")
        }
        return UInt32(character - first) - (character > backslash ? 1 : 0)
    }
}
