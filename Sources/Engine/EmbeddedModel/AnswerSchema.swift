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

    /// Throws when the schema asks for something else than an object.
    package init(_ schema: JSONValue) throws(APIError) {
        let root = Self.resolved(schema, in: schema)
        guard let type = root["type"]?.string?.lowercased(), type == "object" else {
            throw .invalidArgument("The embedded model answers objects only: the schema's type must be OBJECT.")
        }
        let declared = (root["properties"]?.members ?? []).map { Self.property($0.name, $0.value, in: schema) }
        let required = Set((root["required"]?.array ?? []).compactMap(\.string))
        let order = (root["propertyOrdering"]?.array ?? []).compactMap(\.string)
        let listed = order.compactMap { name in declared.first { $0.name == name } }
        properties = (listed + declared.filter { !order.contains($0.name) }).map { property in
            var property = property
            property.mustHaveValue = property.mustHaveValue && required.contains(property.name)
            return property
        }
    }

    private static func property(_ name: String, _ schema: JSONValue, in root: JSONValue) -> Property {
        let schema = resolved(schema, in: root)
        let options = (schema["anyOf"]?.array ?? []).map { resolved($0, in: root) }
        let described = options.first { typeName($0) != "null" } ?? schema
        let kind: Kind = switch typeName(described) {
        case "string": .string
        case "number": .number
        case "integer": .integer
        case "boolean": .boolean
        case "array": .array
        default: described["enum"] == nil ? .other : .string
        }
        let mayBeNull = schema["nullable"]?.bool == true || options.contains { typeName($0) == "null" }
            || (schema["type"]?.array ?? []).contains { $0.string?.lowercased() == "null" }
        return Property(
            name: name, kind: kind, choices: (described["enum"]?.array ?? []).compactMap(\.string),
            mustHaveValue: !mayBeNull)
    }

    /// JSON Schema may list several types, one of them `null`.
    private static func typeName(_ schema: JSONValue) -> String? {
        let types = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string].compactMap { $0 }
        return types.map { $0.lowercased() }.first { $0 != "null" } ?? types.first?.lowercased()
    }

    /// Follows one reference of the form `#/$defs/Name`.
    private static func resolved(_ schema: JSONValue, in root: JSONValue) -> JSONValue {
        guard let reference = schema["$ref"]?.string, reference.hasPrefix("#/") else { return schema }
        var target: JSONValue? = root
        for step in reference.dropFirst(2).split(separator: "/") {
            target = target?.members?.first { $0.name == step }?.value
        }
        return target ?? schema
    }
}
