import Basics
import EmbeddedModel
import FoundationEssentials
import Vision
/// The structured answer that a plan is read from: what the model saw, and what it wants to be done.
package struct PlannerAnswer: Sendable, Equatable {
    package var scene: SceneKind
    /// Percent; `nil` where the model could not tell.
    package var health: Double?
    package var magicka: Double?
    package var stamina: Double?
    package var enemies: Int?
    package var intent: Intent.Kind
    /// One line.
    package var reason: String
    /// 0...1.
    package var confidence: Double

    /// The schema that asks for it. Vitals may be null: an unknown value is better than an invented one.
    package static var schema: ResponseSchema {
        typealias Schema = ResponseSchema
        func percent(_ what: String) -> Schema {
            var schema = Schema(.number, description: "\(what) in percent, null when it cannot be seen")
            (schema.nullable, schema.minimum, schema.maximum) = (true, 0, 100)
            return schema
        }
        var scene = Schema(.string, description: "The kind of scene the picture shows")
        scene.enum = SceneKind.allCases.map(\.rawValue)
        var enemies = Schema(.integer, description: "Hostile creatures in sight or on the compass")
        (enemies.nullable, enemies.minimum) = (true, 0)
        var intent = Schema(.string, description: "What the player should do for the next seconds")
        intent.enum = Intent.Kind.allCases.map(\.rawValue)
        var confidence = Schema(.number, description: "How sure you are of the intent")
        (confidence.minimum, confidence.maximum) = (0, 1)

        var schema = Schema(.object)
        schema.properties = [
            "scene": scene, "health": percent("Health"), "magicka": percent("Magicka"), "stamina": percent("Stamina"),
            "enemies": enemies, "intent": intent,
            "reason": Schema(.string, description: "One short sentence that says why"), "confidence": confidence,
        ]
        schema.propertyOrdering = [
            "scene", "health", "magicka", "stamina", "enemies", "intent", "reason", "confidence",
        ]
        schema.required = ["scene", "intent", "reason", "confidence"]
        return schema
    }

    /// Reads the text of an answer, strictly: what breaks the schema is refused with the reason, never repaired.
    package init(text: String) throws(InterpreterError) {
        try self.init(ModelAnswer(text: text, finishReason: .stop, usage: nil, modelVersion: nil))
    }

    /// Reads an answer. Where it is not JSON because it was cut off, that is what is said.
    package init(_ answer: ModelAnswer) throws(InterpreterError) {
        let text = answer.text
        let wire: Wire
        do {
            wire = try JSON.decode(from: text.utf8)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .unusable("\(key.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw .unusable("\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type")
        } catch {
            let complaint = answer.isTruncated ? "it stopped without a finish reason" : answer.finishReason?.complaint
            if let complaint { throw .unusable("\(complaint): \(text.prefix(80))") }
            throw .unusable("not JSON: \(text.prefix(80))")
        }
        guard let scene = SceneKind(rawValue: wire.scene) else {
            throw .unusable("there is no scene named \(wire.scene.prefix(40))")
        }
        guard let intent = Intent.Kind(rawValue: wire.intent) else {
            throw .unusable("there is no intent named \(wire.intent.prefix(40))")
        }
        guard (0...1).contains(wire.confidence) else { throw .unusable("confidence is \(wire.confidence), not 0 to 1") }
        for (name, value) in [("health", wire.health), ("magicka", wire.magicka), ("stamina", wire.stamina)] {
            guard let value, !(0...100).contains(value) else { continue }
            throw .unusable("\(name) is \(value), not 0 to 100")
        }
        guard wire.enemies ?? 0 >= 0 else { throw .unusable("enemies is negative") }
        let reason = wire.reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !reason.isEmpty else { throw .unusable("reason is empty") }
        self.scene = scene
        health = wire.health
        magicka = wire.magicka
        stamina = wire.stamina
        enemies = wire.enemies
        self.intent = intent
        self.reason = String(reason.prefix(200))
        confidence = wire.confidence
    }

    private struct Wire: Decodable {
        var scene: String
        var health: Double?
        var magicka: Double?
        var stamina: Double?
        var enemies: Int?
        var intent: String
        var reason: String
        var confidence: Double
    }
}
