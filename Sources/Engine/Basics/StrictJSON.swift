/// Reads JSON that people write: what is wrong is told with the line it stands in, and a name that means nothing is
/// refused with the one that was meant.
package enum StrictJSON {
    /// What is wrong in a text.
    package struct Mistake: Error, Equatable, CustomStringConvertible {
        /// From 1; the line of what encloses it where it is missing.
        package let line: Int
        package let why: String

        package init(line: Int, why: String) { (self.line, self.why) = (line, why) }

        package var description: String { "line \(line): \(why)" }
    }

    /// Decodes a text that is one object. Types whose names are to be checked read them with
    /// ``Swift/Decoder/fields(_:)``.
    package static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws(Mistake) -> Value {
        do {
            return try JSON.decode(from: text.utf8)
        } catch {
            throw mistake(error, in: try members(of: text))
        }
    }

    /// The members of a text, for whoever has something to say of one.
    private static func members(of text: String) throws(Mistake) -> [JSONMember] {
        do {
            return try JSONMembers.read(text)
        } catch {
            throw Mistake(line: error.line, why: "column \(error.column): \(error.why)")
        }
    }

    /// The line that a path of names and places leads to, as far as it leads.
    package static func line(of path: [any CodingKey], in members: [JSONMember]) -> Int {
        var value = JSONMember.Value.object(members)
        var line = 1
        for key in path {
            switch value {
            case .object(let members):
                guard let member = members.last(where: { $0.name == key.stringValue }) else { return line }
                (value, line) = (member.value, member.line)
            case .list(let values):
                guard let place = key.intValue, values.indices.contains(place) else { return line }
                value = values[place]
                if case .object(let members) = value, let first = members.first { line = first.line }
            default: return line
            }
        }
        return line
    }

    private static func mistake(_ error: any Error, in members: [JSONMember]) -> Mistake {
        func told(_ path: [any CodingKey], _ why: String) -> Mistake {
            let names = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            let place = names.hasPrefix(".") ? String(names.dropFirst()) : names
            return Mistake(line: line(of: path, in: members), why: place.isEmpty ? why : "\(place): \(why)")
        }
        switch error as? DecodingError {
        case .typeMismatch(let type, let context):
            return told(context.codingPath, "this must be \(words(for: type))")
        case .valueNotFound(_, let context): return told(context.codingPath, "null says nothing here; leave it out")
        case .keyNotFound(let key, let context): return told(context.codingPath, "\"\(key.stringValue)\" is missing")
        case .dataCorrupted(let context): return told(context.codingPath, context.debugDescription)
        default: return Mistake(line: 1, why: "\(error)")
        }
    }

    private static func words(for type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text in \" \""
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        case is Bool.Type: "true or false"
        default: "\(type)".hasPrefix("Array") ? "a list in [ ]" : "an object in { }"
        }
    }
}

/// Any name there is.
private struct AnyName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// The members of an object, none of which may have another name than these.
    package func fields<Key: CodingKey & CaseIterable>(_ keys: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        for name in try container(keyedBy: AnyName.self).allKeys where !known.contains(name.stringValue) {
            let near = NearMatches.of(name.stringValue, in: known, count: 1).first
            let hint = near.map { "did you mean \"\($0)\"?" } ?? "known are \(known.joined(separator: ", "))"
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath + [name], debugDescription: "this means nothing here; \(hint)"))
        }
        return try container(keyedBy: keys)
    }
}

extension KeyedDecodingContainer {
    /// The value of a member, or `standard` where there is none.
    package func value<Value: Decodable>(_ key: Key, else standard: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? standard
    }

    /// What is wrong with the value of a member.
    package func mistake(_ key: Key, _ why: String) -> DecodingError {
        .dataCorruptedError(forKey: key, in: self, debugDescription: why)
    }
}
