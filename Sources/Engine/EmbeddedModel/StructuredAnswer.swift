import Basics
import Vision

/// A reading and a suggested intent as JSON. What was not read is `null`, or empty where the schema allows no `null`.
package struct StructuredAnswer {
    /// Answered when the request brings no schema.
    package static let defaultProperties = [
        "scene", "health", "magicka", "stamina", "enemies", "intent", "reason", "confidence",
    ]

    /// What a property can be answered with.
    private enum Value: Encodable {
        case null, emptyList
        case bool(Bool)
        case number(Double)
        case string(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .emptyList: try container.encode([Bool]())
            case .bool(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            }
        }

        /// As JSON; a number that JSON does not know is unknown.
        var json: String { (try? JSON.text(self)) ?? "null" }
    }

    private let facts: [String: Value]
    private let advice: [IntentAdvice]

    package init(observation: Observation, commentary: String) {
        let now = observation.now
        func rounded(_ value: Double?) -> Value { value.map { .number(($0 * 100).rounded() / 100) } ?? .null }
        func whole(_ value: Int?) -> Value { value.map { .number(Double($0)) } ?? .null }
        func text(_ value: String?) -> Value { value.flatMap { $0.isEmpty ? nil : .string($0) } ?? .null }
        facts = [
            "scene": .string(now.scene.rawValue),
            "confidence": rounded(now.confidence),
            "health": rounded(now.health), "magicka": rounded(now.magicka), "stamina": rounded(now.stamina),
            "enemies": .number(Double(now.enemies)), "enemybearing": rounded(now.enemyBearing),
            "targethealth": rounded(now.targetHealth),
            "prompt": .bool(now.prompt), "sneaking": .bool(now.sneaking), "detection": rounded(now.detection),
            "rumourbearing": rounded(now.rumourBearing), "innbearing": rounded(now.innBearing),
            "toast": text(now.toast), "place": text(now.place),
            "isnight": .bool(now.isNight), "blocked": .bool(now.blocked),
            "potions": whole(now.potions), "gold": whole(now.gold), "level": whole(now.level),
            "commentary": .string(commentary),
        ]
        advice = IntentAdvice.ranked(for: observation)
    }

    /// Nothing was read: everything is unknown, and the advice is to wait.
    package init(nothingReadBecause reason: String) {
        facts = ["confidence": .number(0), "commentary": .string(reason)]
        advice = [IntentAdvice(kind: .wait, reason: reason)]
    }

    /// JSON text. It is put together here because an encoder does not keep the order of members.
    package func json(for schema: AnswerSchema?) -> String {
        let wanted = schema?.properties
            ?? Self.defaultProperties.map { .init(name: $0, kind: .other, choices: []) }
        let intent = wanted.first { Self.key($0.name) == "intent" }
        let advised = advice(within: intent?.choices ?? [])
        let members = wanted.map { property in
            "\(Value.string(property.name).json):\(value(of: property, advised: advised).json)"
        }
        return "{\(members.joined(separator: ","))}"
    }

    private func value(of property: AnswerSchema.Property, advised: IntentAdvice?) -> Value {
        let fact: Value = switch Self.key(property.name) {
        case "intent": advised.map { .string($0.kind.rawValue) } ?? .null
        case "reason": advised.map { .string($0.reason) } ?? .null
        case let key: facts[key] ?? .null
        }
        let value = Self.fitted(fact, to: property)
        guard case .null = value, property.mustHaveValue, property.choices.isEmpty else { return value }
        return switch property.kind {
        case .string: .string("")
        case .array: .emptyList
        case .integer, .number: .number(0)
        case .boolean: .bool(false)
        case .other: .null
        }
    }

    /// The most urgent advice among those that the schema lets through.
    private func advice(within choices: [String]) -> IntentAdvice? {
        guard !choices.isEmpty else { return advice.first }
        let allowed = Set(choices.map(Self.key))
        return advice.first { allowed.contains(Self.key($0.kind.rawValue)) }
    }

    /// The value in the type and the spelling that the schema asks for; `null` when it has none for it.
    private static func fitted(_ value: Value, to property: AnswerSchema.Property) -> Value {
        switch (value, property.kind) {
        case (.null, _), (_, .other): value
        case (.string(let text), .string):
            property.choices.isEmpty
                ? value : property.choices.first { key($0) == key(text) }.map(Value.string) ?? .null
        case (.number(let number), .integer): .number(number.rounded())
        case (.number, .number), (.bool, .boolean): value
        case (.number, .string), (.bool, .string): .string(value.json)
        default: .null
        }
    }

    /// Names are compared by their letters and digits alone: `enemy_bearing` is `enemyBearing`.
    private static func key(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}
