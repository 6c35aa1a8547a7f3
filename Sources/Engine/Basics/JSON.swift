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
        try decoder.decode(type, from: Data(json))
    }

    /// Reads what a client of a protobuf service wrote: names are in camelCase or snake_case, mixed in one text. The
    /// keys of dictionaries stay as they are.
    package static func decodeProtobuf<Value: Decodable>(
        _ type: Value.Type = Value.self, from json: some Sequence<UInt8>
    ) throws -> Value {
        try protobufDecoder.decode(type, from: Data(json))
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
