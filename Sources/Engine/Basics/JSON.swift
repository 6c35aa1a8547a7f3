import FoundationEssentials

/// How this program writes and reads JSON.
package enum JSON {
    /// Members by their names: the same value gives the same bytes in every run.
    package static func makeEncoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private static let encoder = makeEncoder()
    private static let decoder = JSONDecoder()
    private static let protobufDecoder = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }()

    /// The value on one line.
    package static func encode(_ value: some Encodable) throws -> [UInt8] { [UInt8](try encoder.encode(value)) }

    package static func text(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from json: some Sequence<UInt8>
    ) throws -> Value {
        try decoder.decode(type, from: bounded(Data(json)))
    }

    /// Nothing that is meant is nested deeper. Foundation's decoder ends the program at 512 brackets, which neither a
    /// model's answer nor a file from elsewhere may do.
    package static let depthLimit = 128

    /// The text, if a decoder of Foundation's may be given it.
    /// - Throws: `DecodingError.dataCorrupted` where it is nested deeper than ``depthLimit``.
    package static func bounded(_ json: Data) throws -> Data {
        var (depth, inText, isEscaped) = (0, false, false)
        let isTooDeep = json.withUnsafeBytes { bytes in
            for byte in bytes {
                if isEscaped {
                    isEscaped = false
                } else if inText {
                    isEscaped = byte == UInt8(ascii: "\\")
                    inText = byte != UInt8(ascii: "\"")
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): inText = true
                    case UInt8(ascii: "["), UInt8(ascii: "{"):
                        depth += 1
                        if depth > depthLimit { return true }
                    case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
                    default: break
                    }
                }
            }
            return false
        }
        guard !isTooDeep else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "it is nested deeper than \(depthLimit) brackets"))
        }
        return json
    }

    /// Reads what a client of a protobuf service wrote: names are in camelCase or snake_case, mixed in one text. The
    /// keys of dictionaries stay as they are.
    package static func decodeProtobuf<Value: Decodable>(
        _ type: Value.Type = Value.self, from json: some Sequence<UInt8>
    ) throws -> Value {
        try protobufDecoder.decode(type, from: bounded(Data(json)))
    }
}

/// A value of a shape that is not sure. When it has another one it is `nil`, and what stands around it is not lost.
package struct Lossy<Value: Decodable>: Decodable {
    package let value: Value?

    package init(from decoder: any Decoder) throws {
        value = try? decoder.singleValueContainer().decode(Value.self)
    }
}

/// A list, or one element without its brackets.
package struct OneOrMore<Element: Decodable>: Decodable {
    package private(set) var all: [Element] = []

    package init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd { all.append(try list.decode(Element.self)) }
        } else {
            all = [try decoder.singleValueContainer().decode(Element.self)]
        }
    }
}
