import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Engine
@testable import Vision

@Suite(.shared) struct StructuredAnswerTests {
    private var fight: Observation {
        var reading = Reading()
        reading.scene = .combat
        reading.confidence = 0.98
        reading.health = 71.5
        reading.stamina = 20
        reading.enemies = 2
        reading.enemyBearing = -40
        return Observation(now: reading)
    }

    private func answer(_ schema: String, _ observation: Observation? = nil) throws -> String {
        let name = schema.contains("OBJECT") ? "responseSchema" : "response_json_schema"
        let request = try GenerateRequest(Array(
            #"""
            {"contents": [{"parts": [{"text": "a \"properties\": {\"b\":"}]}], "generationConfig": {
              "response_mime_type": "application/json", "\#(name)": \#(schema)}}
            """#.utf8))
        guard case .json(let schema?) = request.output else { return "no schema" }
        return StructuredAnswer(observation: observation ?? fight, commentary: "Text.").json(for: schema)
    }

    @Test("without a schema every known property is answered, and what was not read is null")
    func noSchema() {
        let text = StructuredAnswer(observation: fight, commentary: "").json(for: nil)
        #expect(text == #"{"scene":"combat","health":71.5,"magicka":null,"stamina":20,"enemies":2,"#
            + #""intent":"engageEnemy","reason":"Two hostile marks, to the left.","confidence":0.98}"#)
    }

    @Test("properties are answered under the schema's names, in its propertyOrdering, in either case", arguments: [
        "propertyOrdering", "property_ordering",
    ])
    func ordering(key: String) throws {
        let answer = try answer(
            #"""
            {"type": "OBJECT", "\#(key)": ["scene", "health"], "properties": {
              "health": {"type": "INTEGER"}, "enemy_bearing": {"type": "NUMBER"}, "scene": {"type": "STRING"}}}
            """#)
        #expect(answer == #"{"scene":"combat","health":72,"enemy_bearing":-40}"#)
    }

    @Test("without a propertyOrdering properties are answered as they stand, those of a definition as well")
    func standing() throws {
        let members = ["gold", "rumour_bearing", "scene", "mood", "level", "place", "toast", "potions"]
        let properties = members.map { #""\#($0)": {"type": ["null", "string"], "enum": ["{", "\"", "x"]}"# }
        let object = #"{"type": "object", "properties": {\#(properties.joined(separator: ", "))}}"#
        let expected = "{" + members.map { "\"\($0)\":null" }.joined(separator: ",") + "}"
        #expect(try answer(object) == expected)
        let referred = ##"{"properties": {"x": {}}, "$ref": "#/$defs/The_Plan", "$defs": {"The_Plan": \##(object)}}"##
        #expect(try answer(referred) == expected)
        #expect(try json(expected)["gold"] == nil)
    }

    @Test("a request in UTF-16 is read, its properties by name")
    func wide() throws {
        let text = #"{"contents":[{"parts":[{"text":"\"∢{"}]}],"generationConfig":{"#
            + #""responseMimeType":"application/json","responseSchema":{"type":"OBJECT","#
            + #""properties":{"toast":{},"gold":{"description":"\""}}}}}"#
        let bytes = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        guard case .json(let schema?) = try GenerateRequest(bytes).output else { Issue.record("no schema"); return }
        #expect(schema.properties.map(\.name) == ["gold", "toast"])
    }

    @Test("enumerations are kept to, in their own spelling")
    func choices() throws {
        let schema = #"""
            {"type": "OBJECT", "properties": {
              "intent": {"type": "STRING", "enum": ["RETREAT", "EXPLORE"]}, "reason": {"type": "STRING"},
              "scene": {"type": "STRING", "enum": ["Combat", "Calm"]}}}
            """#
        #expect(try answer(schema)
            == #"{"intent":"EXPLORE","reason":"Nothing in the picture calls for anything else.","scene":"Combat"}"#)
    }

    @Test("JSON Schema with nullable types, anyOf and references is understood")
    func jsonSchema() throws {
        let schema = ##"""
            {"$defs": {"Plan": {"type": "string", "enum": ["explore"]}}, "type": "object", "properties": {
              "magicka": {"type": ["number", "null"]},
              "health": {"anyOf": [{"type": "null"}, {"type": "integer"}]},
              "intent": {"$ref": "#/$defs/Plan"},
              "mood": {"type": "string"}, "enemies": {"type": "string"}, "sneaking": {"type": "boolean"}}}
            """##
        #expect(try answer(schema)
            == #"{"magicka":null,"health":72,"intent":"explore","mood":null,"enemies":"2","sneaking":false}"#)
    }

    @Test("what is required and may not be null is empty where nothing was read")
    func required() throws {
        let schema = #"""
            {"type": "OBJECT", "required": ["mood", "friends", "gold", "place", "level", "intent"], "properties": {
              "mood": {"type": "STRING"}, "friends": {"type": "ARRAY"}, "gold": {"type": "INTEGER"},
              "place": {"type": "STRING", "nullable": true}, "level": {"type": ["integer", "null"]},
              "intent": {"type": "STRING", "enum": ["SING"]}, "potions": {"type": "INTEGER"}}}
            """#
        #expect(
            try answer(schema) == #"{"mood":"","friends":[],"gold":0,"place":null,"level":null,"#
                + #""intent":null,"potions":null}"#)
    }

    @Test("when nothing was read everything is unknown and the advice is to wait")
    func nothingRead() {
        let answer = StructuredAnswer(nothingReadBecause: "No picture.").json(for: nil)
        #expect(answer == #"{"scene":null,"health":null,"magicka":null,"stamina":null,"enemies":null,"#
            + #""intent":"wait","reason":"No picture.","confidence":0}"#)
    }
}

@Suite(.shared) struct IntentAdviceTests {
    private func first(_ change: (inout Reading) -> Void, _ belongings: Belongings = .init()) -> Intent.Kind? {
        var reading = Reading()
        reading.health = 90
        reading.magicka = 90
        change(&reading)
        return IntentAdvice.ranked(for: Observation(now: reading, belongings: belongings)).first?.kind
    }

    @Test("the most urgent matter comes first")
    func ranking() {
        #expect(first { _ in } == .explore)
        #expect(first { $0.enemies = 1 } == .engageEnemy)
        #expect(first { $0.enemies = 1; $0.health = 25 } == .heal)
        #expect(first { $0.enemies = 1; $0.health = 25; $0.magicka = 5 } == .retreat)
        #expect(first({ $0.enemies = 1; $0.health = 25; $0.magicka = 5 }, Belongings(potions: 2)) == .heal)
        #expect(first { $0.enemies = 4; $0.health = 50 } == .retreat)
        #expect(first { $0.health = 50 } == .heal)
        #expect(first { $0.scene = .map; $0.health = 10 } == .closeMenu)
        #expect(first { $0.scene = .dialogue } == .talk)
        #expect(first { $0.prompt = true } == .talk)
        #expect(first { $0.innBearing = 20; $0.isNight = true } == .seekShelter)
        #expect(first({ $0.innBearing = 20 }, Belongings(potions: 0, gold: 50)) == .trade)
        #expect(first { $0.rumourBearing = -20 } == .followRumour)
    }

    @Test("an unknown bar is no reason for anything")
    func unknownBar() {
        #expect(first { $0.health = nil } == .explore)
        #expect(first { $0.health = nil; $0.enemies = 5 } == .engageEnemy)
    }
}
