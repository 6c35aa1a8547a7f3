import Basics

/// The shape that a JSON answer must have: from `responseSchema` (types in upper case) or `responseJsonSchema`.
package struct AnswerSchema: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case string, number, integer, boolean, array, other }

    package struct Property: Sendable, Equatable {
        package let name: String
        package let kind: Kind
        /// The values it is limited to; empty when it is not.
        package let choices: [String]
        /// It must be there, and it may not be `null`.
        package var mustHaveValue = false
    }

    /// In the order in which they are to be answered.
    package let properties: [Property]

    /// What is looked at of a schema; what stands there in a form that is not known counts as absent.
    struct Wire: Decodable {
        enum CodingKeys: String, CodingKey {
            case type, properties, required, propertyOrdering, anyOf, nullable
            case choices = "enum"
            case reference = "$ref"
            case definitions = "$defs"
        }
        /// JSON Schema may list several types, one of them `null`.
        var type: OneOrMore<Lossy<String>>?
        var properties: [String: Lossy<Wire>]?
        var required: [String]?
        var propertyOrdering: [String]?
        var anyOf: [Lossy<Wire>]?
        var nullable: Bool?
        var choices: [Lossy<String>]?
        var reference: String?
        var definitions: [String: Lossy<Wire>]?

        fileprivate var types: [String] { (type?.all ?? []).compactMap { $0.value?.lowercased() } }
        fileprivate var typeName: String? { types.first { $0 != "null" } ?? types.first }
        /// The name that a reference of the form `#/$defs/Name` leads to.
        fileprivate var referred: String? {
            guard let reference, reference.hasPrefix("#/$defs/") else { return nil }
            return String(reference.dropFirst("#/$defs/".count))
        }
        fileprivate func resolved(in root: Wire) -> Wire { referred.flatMap { root.definitions?[$0]?.value } ?? self }
    }

    /// From the schema at `path` in a request, where the order of the properties is looked up if the schema does not
    /// say it. Throws when it asks for something else than an object.
    init(_ root: Wire, at path: [String], in json: [UInt8]) throws(APIError) {
        let schema = root.resolved(in: root)
        guard schema.typeName == "object" else {
            throw .invalidArgument("The embedded model answers objects only: the schema's type must be OBJECT.")
        }
        let declared = schema.properties ?? [:]
        var known: Set<String> = []
        var order = (schema.propertyOrdering ?? []).filter { declared[$0] != nil && known.insert($0).inserted }
        if order.count < declared.count {
            let way = path + (root.referred.map { ["$defs", $0] } ?? []) + ["properties"]
            for name in memberNames(at: way, in: json) + declared.keys.sorted()
            where declared[name] != nil && known.insert(name).inserted {
                order.append(name)
            }
        }
        let required = Set(schema.required ?? [])
        properties = order.map { Self.property($0, declared[$0]?.value, in: root, isRequired: required.contains($0)) }
    }

    private static func property(_ name: String, _ schema: Wire?, in root: Wire, isRequired: Bool) -> Property {
        guard let schema = schema?.resolved(in: root) else { return Property(name: name, kind: .other, choices: []) }
        let options = (schema.anyOf ?? []).compactMap { $0.value?.resolved(in: root) }
        let described = options.first { $0.typeName != "null" } ?? schema
        let kind: Kind = switch described.typeName {
        case "string": .string
        case "number": .number
        case "integer": .integer
        case "boolean": .boolean
        case "array": .array
        default: described.choices == nil ? .other : .string
        }
        let mayBeNull = schema.nullable == true || schema.types.contains("null")
            || options.contains { $0.typeName == "null" }
        return Property(
            name: name, kind: kind, choices: (described.choices ?? []).compactMap(\.value),
            mustHaveValue: isRequired && !mayBeNull)
    }
}
