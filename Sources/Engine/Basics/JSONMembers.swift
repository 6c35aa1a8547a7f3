/// A member of the object that a text of JSON is, and the line it stands in.
package struct JSONMember: Equatable {
    package indirect enum Value: Equatable {
        case text(String)
        /// As it is written.
        case number(String)
        case flag(Bool)
        case null
        case list([Value])
        case object([JSONMember])
    }
    package let name: String
    package let value: Value
    package let line: Int
}

/// Where a text stops being JSON, and why.
package struct JSONMistake: Error, Equatable {
    package let line: Int
    /// In characters, from 1.
    package let column: Int
    package let why: String
}

/// Reads a text that is one object, keeping what a decoder forgets: the order of its members, their lines, and names
/// that come twice.
package struct JSONMembers {
    private let bytes: [UInt8]
    private var place = 0
    /// Deeper than this nothing is meant.
    private static let depthLimit = 16

    package static func read(_ text: String) throws(JSONMistake) -> [JSONMember] {
        var reader = JSONMembers(bytes: Array(text.utf8))
        reader.skipSpace()
        guard reader.next == UInt8(ascii: "{") else { throw reader.mistake("an object in { } was expected") }
        let members = try reader.object(depth: 0)
        reader.skipSpace()
        guard reader.next == nil else { throw reader.mistake("nothing may follow the object's }") }
        return members
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private var line: Int { 1 + bytes[..<place].count { $0 == UInt8(ascii: "\n") } }

    private func mistake(_ why: String) -> JSONMistake {
        let start = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = String(decoding: bytes[start..<place], as: UTF8.self).count + 1
        return JSONMistake(line: line, column: column, why: next == nil ? why + ", and the text ends" : why)
    }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
    }

    /// Goes past a sign, if it is the next.
    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: sign) else { return false }
        place += 1
        return true
    }

    private mutating func object(depth: Int) throws(JSONMistake) -> [JSONMember] {
        place += 1
        var members: [JSONMember] = []
        skipSpace()
        if take("}") { return [] }
        while true {
            skipSpace()
            let line = line
            guard next == UInt8(ascii: "\"") else {
                switch next {
                case UInt8(ascii: "/"), UInt8(ascii: "#"): throw mistake("JSON has no comments")
                case UInt8(ascii: "}"): throw mistake("JSON has no comma before a }")
                default: throw mistake("a name in \" \" was expected")
                }
            }
            let name = try text()
            skipSpace()
            guard take(":") else { throw mistake("a : was expected after \"\(name)\"") }
            members.append(JSONMember(name: name, value: try value(depth: depth + 1), line: line))
            skipSpace()
            if take("}") { return members }
            guard take(",") else { throw mistake("a , or } was expected after the value of \"\(name)\"") }
        }
    }

    private mutating func value(depth: Int) throws(JSONMistake) -> JSONMember.Value {
        skipSpace()
        guard depth < Self.depthLimit else { throw mistake("this is nested too deep") }
        switch next {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "{"):
            return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        default: return try word()
        }
    }

    private mutating func list(depth: Int) throws(JSONMistake) -> [JSONMember.Value] {
        place += 1
        var values: [JSONMember.Value] = []
        skipSpace()
        if take("]") { return [] }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return values }
            guard take(",") else { throw mistake("a , or ] was expected") }
        }
    }

    /// A string. One with escapes is read by the decoder, which knows them.
    private mutating func text() throws(JSONMistake) -> String {
        let start = place
        place += 1
        while let byte = next, byte != UInt8(ascii: "\"") {
            if byte < 0x20 { throw mistake("a \" was expected: a text ends in the line it begins in") }
            place += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        place = min(place, bytes.count)
        guard take("\"") else { throw mistake("a \" was expected") }
        let inside = bytes[(start + 1)..<(place - 1)]
        if !inside.contains(UInt8(ascii: "\\")) { return String(decoding: inside, as: UTF8.self) }
        do {
            return try JSON.decode(String.self, from: bytes[start..<place])
        } catch {
            place = start
            throw mistake("this text has an escape that JSON does not know")
        }
    }

    /// A number, true, false or null.
    private mutating func word() throws(JSONMistake) -> JSONMember.Value {
        let start = place
        while let byte = next, Character(Unicode.Scalar(byte)).isLetter || "+-.0123456789".utf8.contains(byte) {
            place += 1
        }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        switch word {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null": return .null
        default:
            if (try? JSON.decode(Double.self, from: word.utf8)) != nil { return .number(word) }
            place = start
            // Not what stands there: it may be a key that lacks its quotes.
            throw mistake("a value was expected: a number, true, false, or a text in \" \"")
        }
    }
}
