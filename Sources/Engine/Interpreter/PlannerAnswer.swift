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
    /// Degrees from the middle of the picture to the nearest enemy in sight, negative to the left.
    package var enemyBearing: Double?
    package var intent: Intent.Kind
    /// One line.
    package var reason: String
    /// 0...1.
    package var confidence: Double

    /// The schema that asks for it. Vitals may be null: an unknown value is better than an invented one.
    /// - Parameter intents: those that exist in the game.
    package static func schema(_ intents: [Intent.Kind] = Intent.Kind.allCases) -> ResponseSchema {
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
        var bearing = Schema(
            .number,
            description: "Degrees from the middle of the picture to the nearest enemy in sight, negative to the left")
        (bearing.nullable, bearing.minimum, bearing.maximum) = (true, -180, 180)
        var intent = Schema(.string, description: "What the player should do for the next seconds")
        intent.enum = intents.map(\.rawValue)
        var confidence = Schema(.number, description: "How sure you are of the intent")
        (confidence.minimum, confidence.maximum) = (0, 1)

        var schema = Schema(.object)
        schema.properties = [
            "scene": scene, "health": percent("Health"), "magicka": percent("Magicka"), "stamina": percent("Stamina"),
            "enemies": enemies, "enemyBearing": bearing, "intent": intent,
            "reason": Schema(.string, description: "One short sentence that says why"), "confidence": confidence,
        ]
        schema.propertyOrdering = [
            "scene", "health", "magicka", "stamina", "enemies", "enemyBearing", "intent", "reason", "confidence",
        ]
        schema.required = ["scene", "intent", "reason", "confidence"]
        return schema
    }

    /// Reads the text of an answer. Whatever surrounds its one JSON object is let pass; what is in there is taken
    /// strictly, but for the case of words and numbers that are written as text: what breaks the schema is refused with
    /// the reason, never repaired.
    package init(text: String) throws(InterpreterError) {
        try self.init(ModelAnswer(text: text, finishReason: .stop, usage: nil, modelVersion: nil))
    }

    /// Reads an answer. Where there is nothing to read because it was cut off, that is what is said. Of several objects
    /// the last that fits is meant.
    package init(_ answer: ModelAnswer) throws(InterpreterError) {
        var complaint: InterpreterError?
        for object in JSONObjects.found(in: answer.text).reversed() {
            do throws(InterpreterError) {
                try self.init(object: object)
                return
            } catch {
                complaint = complaint ?? error
            }
        }
        if let complaint { throw complaint }
        let why = answer.isTruncated ? "it stopped without a finish reason" : answer.finishReason?.complaint
        throw .unusable("\(why ?? "there is no JSON object in it"): \(answer.text.prefix(80))")
    }

    private init(object: ArraySlice<UInt8>) throws(InterpreterError) {
        let wire: Wire
        do {
            wire = try ServerJSON.decode(Wire.self, from: object)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .unusable("\(key.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw .unusable("\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type")
        } catch {
            throw .unusable("not JSON: \(String(decoding: object, as: UTF8.self).prefix(80))")
        }
        guard let scene = SceneKind.allCases.first(where: { $0.rawValue.isSame(as: wire.scene) }) else {
            throw .unusable("there is no scene named \(wire.scene.prefix(40))")
        }
        guard let intent = Intent.Kind.allCases.first(where: { $0.rawValue.isSame(as: wire.intent) }) else {
            throw .unusable("there is no intent named \(wire.intent.prefix(40))")
        }
        let confidence = wire.confidence.value
        let (health, magicka, stamina) = (wire.health?.value, wire.magicka?.value, wire.stamina?.value)
        guard (0...1).contains(confidence) else { throw .unusable("confidence is \(confidence), not 0 to 1") }
        for (name, value) in [("health", health), ("magicka", magicka), ("stamina", stamina)] {
            guard let value, !(0...100).contains(value) else { continue }
            throw .unusable("\(name) is \(value), not 0 to 100")
        }
        let enemies = wire.enemies.map { Int(exactly: $0.value) ?? -1 }
        guard enemies ?? 0 >= 0 else { throw .unusable("enemies is \(wire.enemies?.value ?? 0), not a count") }
        let bearing = wire.enemyBearing?.value
        guard bearing.map({ (-180...180).contains($0) }) != false else {
            throw .unusable("enemyBearing is \(bearing ?? 0), not -180 to 180")
        }
        let reason = wire.reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !reason.isEmpty else { throw .unusable("reason is empty") }
        self.scene = scene
        self.health = health
        self.magicka = magicka
        self.stamina = stamina
        self.enemies = enemies
        enemyBearing = bearing
        self.intent = intent
        self.reason = String(reason.prefix(200))
        self.confidence = confidence
    }

    private struct Wire: Decodable {
        var scene: String
        var health: Number?
        var magicka: Number?
        var stamina: Number?
        var enemies: Number?
        var enemyBearing: Number?
        var intent: String
        var reason: String
        var confidence: Number
    }

    /// A number, or one that is written as text: `"0.8"`.
    private struct Number: Decodable {
        let value: Double

        init(from decoder: any Decoder) throws {
            let field = try decoder.singleValueContainer()
            if let text = try? field.decode(String.self), let number = Double(text), number.isFinite {
                value = number
            } else {
                value = try field.decode(Double.self)
            }
        }
    }
}

extension String {
    /// Whether two words differ in case at the most.
    fileprivate func isSame(as other: String) -> Bool { lowercased() == other.lowercased() }
}
