import Engine
import Testing

@Suite(.shared) struct JSONTests {
    @Test("a value survives being written and read")
    func roundTrip() throws {
        let value: JSONValue = [
            "text": "quote \" slash \\ line\nbell\u{7} \u{2028} Ünïcode 🐺",
            "numbers": [0, -7, .number(0.25), .number(1e300)], "truth": true,
            "nothing": .null, "empty": [], "deep": [["a": [:]]],
        ]
        #expect(try json(value.text) == value)
        #expect(!value.text.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{2028}" })
    }

    @Test("whole numbers are written without a fraction, infinity as null")
    func numbers() {
        let numbers: JSONValue = [62, .number(-0.5), .number(.infinity), .number(.nan)]
        #expect(numbers.text == "[62,-0.5,null,null]")
    }

    @Test("escapes are read, surrogate pairs joined, lone surrogates replaced")
    func escapes() throws {
        let text = #""\u0041\n\/\ud83d\udc3a\ud83dx\udc3a""#
        #expect(try json(text).string == "A\n/🐺\u{FFFD}x\u{FFFD}")
    }

    @Test("what is no JSON is refused", arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "-", "+1", "1e", "nul", "\"open", "\"\n\"", "[1]2",
        "{\"a\" 1}", #""\x""#, #""\u12g4""#, "'a'", "1e999", String(repeating: "[", count: 100),
    ])
    func refused(_ text: String) {
        #expect(throws: JSONError.self) { try json(text) }
    }

    @Test("text that is not UTF-8 is refused")
    func notUTF8() {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test("a member is found by its camelCase name in either case, and null counts as absent")
    func lookup() throws {
        let body = try json(#"{"mime_type":"a","inlineData":1,"max_output_tokens":2,"x":null,"Text":3}"#)
        #expect(body["mimeType"]?.string == "a")
        #expect(body["inlineData"]?.int == 1)
        #expect(body["maxOutputTokens"]?.int == 2)
        #expect(body["x"] == nil)
        #expect(body["text"] == nil)
        #expect(body.members?.map(\.name) == ["mime_type", "inlineData", "max_output_tokens", "x", "Text"])
    }
}

@Suite(.shared) struct Base64Tests {
    private let bytes: [UInt8] = (0...255).map { UInt8($0) } + [0xFB, 0xFF, 0xFE]

    @Test("both alphabets are read, padded or not", arguments: 0..<4)
    func alphabets(cut: Int) {
        let some = Array(bytes.dropLast(cut))
        let standard = base64(some)
        let urlSafe = String(standard.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        #expect(standard != urlSafe)
        for text in [standard, urlSafe] {
            #expect(Base64.decode(text) == some)
            #expect(Base64.decode(text.filter { $0 != "=" }) == some)
        }
    }

    @Test("line breaks are skipped")
    func lineBreaks() { #expect(Base64.decode("QU\r\nJD\n") == [0x41, 0x42, 0x43]) }

    @Test("what is no base64 is refused", arguments: [
        "A", "AAAAA", "AB=C", "====", "AB===", "A=", "AA A", "ab%3D", "é", "AAAA=",
    ])
    func refused(_ text: String) { #expect(Base64.decode(text) == nil) }
}
