/// Finds the JSON objects in what a model wrote, whatever surrounds them: sentences, code fences, braces that are none,
/// thinking in `<think>`. Pure, and takes one pass however the text looks.
enum JSONObjects {
    /// The bytes of each object that is not part of another, in order. What is in them is for a decoder to judge.
    static func found(in text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var objects: [ArraySlice<UInt8>] = []
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"):
                let (end, isWhole) = end(of: bytes[index...])
                if isWhole { objects.append(bytes[index..<end]) }
                index = end
            case UInt8(ascii: "<"):
                let rest = bytes[index...]
                if rest.starts(with: opening) {
                    index = rest.firstRange(of: closing)?.upperBound ?? bytes.count
                } else if rest.starts(with: closing) {
                    // Some templates open the thinking for the model: all that came before was thought.
                    objects = []
                    index += closing.count
                } else {
                    index += 1
                }
            default: index += 1
            }
        }
        return objects
    }

    private static let opening = Array("<think>".utf8)
    private static let closing = Array("</think>".utf8)

    /// The end of the object that begins with the first byte; or where it turned out to be none, or unfinished.
    private static func end(of bytes: ArraySlice<UInt8>) -> (index: Int, isWhole: Bool) {
        var depth = 0
        var isInString = false
        // A brace begins an object only if a name or its end comes next.
        var expectsName = false
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if isInString {
                // A line break stands in no JSON string: this quote belongs to the prose.
                if byte == 0x0A || byte == 0x0D { return (index, false) }
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isInString = false }
            } else if byte != 0x20, !(0x09...0x0D).contains(byte) {
                if expectsName, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "}") { return (index, false) }
                expectsName = byte == UInt8(ascii: "{")
                switch byte {
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"):
                    depth -= 1
                    if depth == 0 { return (index + 1, true) }
                case UInt8(ascii: "\""): isInString = true
                default: break
                }
            }
            index += 1
        }
        return (bytes.endIndex, false)
    }
}
