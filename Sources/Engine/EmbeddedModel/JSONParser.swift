/// Why a text is no JSON, and at which byte.
package struct JSONError: Error, Equatable {
    package let message: String
    package let offset: Int
}

/// Reads JSON (RFC 8259), strictly: one value, nothing after it, nested at most 64 deep.
package struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0
    private static let depthLimit = 64

    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.error("Expected end of input.") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ message: String) -> JSONError { JSONError(message: message, offset: position) }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < Self.depthLimit else { throw error("Nested too deep.") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
        case .some: throw error("Unexpected token.")
        case nil: throw error("Unexpected end of string. Expected a value.")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("Expected an object key or }.") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw error("Expected : between key:value pair.") }
            members.append(.init(name, try value(depth: depth + 1)))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw error("Expected , or } after key:value pair.") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(values) }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { throw error("Expected , or ] after array value.") }
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = position + text.utf8CodeUnitCount
        let matches = end <= bytes.count
            && text.withUTF8Buffer { $0.elementsEqual(bytes[position..<end]) }
        guard matches else { throw error("Unexpected token.") }
        position = end
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = take("-")
        guard let first = next, isDigit(first) else { throw error("Unable to parse number.") }
        position += 1
        if first != UInt8(ascii: "0") { skipDigits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
            throw error("Number exceeds the range of double.")
        }
        return .number(value)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    private mutating func skipDigits() { while let byte = next, isDigit(byte) { position += 1 } }
    private mutating func digits() throws(JSONError) {
        guard let byte = next, isDigit(byte) else { throw error("Unable to parse number.") }
        skipDigits()
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var text = ""
        var start = position
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                text += try piece(from: start)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                text += try piece(from: start)
                position += 1
                text.unicodeScalars.append(try escape())
                start = position
            case 0..<0x20: throw error("Control character in string.")
            default: position += 1
            }
        }
        throw error("Closing quote expected in string.")
    }

    /// The bytes since `start` as text. A string without escapes - a picture in base64 - is one piece.
    private func piece(from start: Int) throws(JSONError) -> String {
        guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw error("Encountered non UTF-8 code points.")
        }
        return text
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = next else { throw error("Closing quote expected in string.") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("Invalid escape sequence.")
        }
    }

    /// The scalar after `\u`, which may need a second escape. A surrogate that stands alone becomes U+FFFD.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let high = try hex()
        guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
        let after = position
        guard take("\\"), take("u") else {
            position = after
            return "\u{FFFD}"
        }
        let low = try hex()
        guard (0xDC00..<0xE000).contains(low) else {
            position = after
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hex() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("Invalid escape sequence.")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
