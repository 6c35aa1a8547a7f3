import FoundationEssentials

/// Base64 as protobuf's JSON has it: either alphabet, padded or not, with line breaks or without.
package enum Base64 {
    /// The bytes, or `nil` when the text is no base64.
    package static func decode(_ text: String) -> [UInt8]? {
        var digits = [UInt8](text.utf8)
        digits.removeAll { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        for index in digits.indices {
            switch digits[index] {
            case UInt8(ascii: "-"): digits[index] = UInt8(ascii: "+")
            case UInt8(ascii: "_"): digits[index] = UInt8(ascii: "/")
            default: break
            }
        }
        let end = digits.firstIndex(of: pad) ?? digits.count
        // Foundation is content with padding that is too long or not at the end.
        guard end & 3 != 1, digits[end...].allSatisfy({ $0 == pad }),
            end == digits.count || digits.count == (end + 3) & ~3
        else { return nil }
        digits += repeatElement(pad, count: -digits.count & 3)
        return Data(base64Encoded: Data(digits)).map { [UInt8]($0) }
    }

    private static let pad = UInt8(ascii: "=")
}
