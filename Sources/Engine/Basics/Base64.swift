/// Base64 as clients of the Gemini format send it: the standard and the URL-safe alphabet, padded or not.
package enum Base64 {
    /// The bytes, or `nil` when the text is no base64. Line breaks are skipped, as protobuf's JSON does.
    package static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3 + 3)
        var group: UInt32 = 0
        var digits = 0
        var padding = 0
        for character in text.utf8 {
            let digit = values[Int(character)]
            switch digit {
            case 0..<64 where padding == 0:
                group = group << 6 | UInt32(digit)
                digits += 1
                if digits & 3 == 0 {
                    bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                    bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                    bytes.append(UInt8(truncatingIfNeeded: group))
                    group = 0
                }
            case pad: padding += 1
            case space: continue
            default: return nil
            }
        }
        guard padding == 0 || (digits + padding) & 3 == 0, padding < 3 else { return nil }
        switch digits & 3 {
        case 0: return padding == 0 ? bytes : nil
        case 2: bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        case 3:
            bytes.append(UInt8(truncatingIfNeeded: group >> 10))
            bytes.append(UInt8(truncatingIfNeeded: group >> 2))
        default: return nil
        }
        return bytes
    }

    private static let pad: UInt8 = 64
    private static let space: UInt8 = 65
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        values[Int(UInt8(ascii: "-"))] = 62
        values[Int(UInt8(ascii: "_"))] = 63
        values[Int(UInt8(ascii: "="))] = pad
        values[Int(UInt8(ascii: "\n"))] = space
        values[Int(UInt8(ascii: "\r"))] = space
        return values
    }()
}
