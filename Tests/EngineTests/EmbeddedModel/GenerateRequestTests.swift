import Engine
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

@Suite(.shared) struct GenerateRequestTests {
    private func request(_ text: String) throws -> GenerateRequest { try GenerateRequest(Array(text.utf8)) }

    @Test("camelCase, snake_case and both mixed in one body are understood", arguments: [
        #"""
        {"systemInstruction": {"parts": [{"text": "S"}]},
         "contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "AQID"}}]}],
         "generationConfig": {"maxOutputTokens": 9, "responseMimeType": "application/json"}}
        """#,
        #"""
        {"system_instruction": {"parts": [{"text": "S"}]},
         "contents": [{"parts": [{"inline_data": {"mime_type": "image/png", "data": "AQID"}}]}],
         "generation_config": {"max_output_tokens": 9, "response_mime_type": "application/json"}}
        """#,
        #"""
        {"system_instruction": {"role": "user", "parts": {"text": "S"}},
         "contents": [{"role": "user", "parts": [{"inlineData": {"mime_type": "image/png", "data": "AQID"}}]}],
         "generationConfig": {"max_output_tokens": "9", "responseMimeType": "application/json",
                              "thinkingConfig": {"thinking_level": "LOW"}}}
        """#,
    ])
    func bothCases(_ text: String) throws {
        let request = try request(text)
        #expect(request.system == ["S"])
        #expect(request.picture == [1, 2, 3])
        #expect(request.maxOutputTokens == 9)
        #expect(request.output == .json(schema: nil))
    }

    @Test("the newest of several pictures is looked at, all are counted")
    func newestPicture() throws {
        let request = try request(
            #"""
            {"contents": [{"parts": [{"inlineData": {"data": "AQ"}}]}, {"role": "model", "parts": [{"text": "a b"}]},
                          {"parts": [{"inlineData": {"data": "Ag"}}, {"text": "c"}]}],
             "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"}}
            """#)
        #expect(request.picture == [2])
        #expect(request.prompts == ["c"])
        #expect(request.usage.count.totalTokens == 563)
    }

    @Test("a field of the wrong kind is named by its path, as protobuf spells it", arguments: [
        (#"{"contents":[{"parts":[{"text":"a"},{"text":7}]}]}"#, "contents[0].parts[1].text", "a string"),
        (#"{"contents":[{"parts":[{"inlineData":[]}]}]}"#, "contents[0].parts[0].inline_data", "an object"),
        (#"{"generation_config":{"response_modalities":"TEXT"}}"#, "generation_config.response_modalities", "a list"),
        (#"{"systemInstruction":"S"}"#, "system_instruction", "an object"),
    ])
    func wrongKind(_ text: String, field: String, kind: String) throws {
        let error = try #require(throws: APIError.self) { try request(text) }
        #expect(error.message.hasPrefix("Invalid value at '\(field)'") && error.message.hasSuffix("expected \(kind)"))
    }

    @Test("what is no JSON is refused", arguments: [
        "", " ", "{", "{\"a\":1,}", "{a:1}", "nul", "\"open", "{\"contents\":1}2", "{\"a\" 1}", #"{"a":"\x"}"#,
        #"{"a":"\u12g4"}"#, "{'a':1}", "{\"a\":[1,]}", "{\"a\":\"\n\"}", String(repeating: "[", count: 100_000),
        "{\"contents\":[{\"parts\":[{\"text\":01}]}]}",
    ])
    func notJSON(_ text: String) {
        let error = #expect(throws: APIError.self) { try request(text) }
        #expect(error?.code == 400 && error?.status == "INVALID_ARGUMENT")
    }

    @Test("text that is not UTF-8 is refused")
    func notUTF8() {
        let text = Array(#"{"contents":[{"parts":[{"text":""#.utf8) + [0xC3, 0x28] + Array(#""}]}]}"#.utf8)
        #expect(throws: APIError.self) { try GenerateRequest(text) }
    }

    @Test("malformed requests are refused with INVALID_ARGUMENT", arguments: [
        "[]", "{}", #"{"contents":[]}"#, #"{"contents":[{"role":"user"}]}"#, #"{"contents":[{"parts":[]}]}"#,
        #"{"contents":["hi"]}"#,
        #"{"contents":[{"parts":[{"text":7}]}]}"#, #"{"contents":[{"parts":[{"inlineData":{"data":"A"}}]}]}"#,
        #"{"contents":[{"parts":[{"inlineData":{"mimeType":"audio/wav","data":"AAAA"}}]}]}"#,
        #"{"contents":[{"parts":[{"fileData":{"fileUri":"x"}}]}]}"#,
    ])
    func malformed(_ text: String) {
        let error = #expect(throws: APIError.self) { try request(text) }
        #expect(error?.code == 400 && error?.status == "INVALID_ARGUMENT")
    }

    @Test("settings that cannot be honoured are refused, not ignored", arguments: [
        #""maxOutputTokens":0"#, #""maxOutputTokens":"many""#, #""candidateCount":2"#,
        #""responseModalities":["IMAGE"]"#, #""responseMimeType":"text/html""#, #""mediaResolution":"BEST""#,
        #""responseSchema":{"type":"OBJECT"}"#,
        #""responseMimeType":"application/json","responseSchema":{"type":"ARRAY"}"#,
    ])
    func settings(_ setting: String) {
        let error = #expect(throws: APIError.self) {
            try request(#"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{\#(setting)}}"#)
        }
        #expect(error?.code == 400 && error?.status == "INVALID_ARGUMENT")
    }

    @Test("a picture that is no base64 is named by its field, without its data")
    func badBase64() throws {
        let error = try #require(throws: APIError.self) {
            try request(#"{"contents":[{"parts":[{"text":"a"},{"inlineData":{"data":"data:secret"}}]}]}"#)
        }
        let field = "contents[0].parts[1].inline_data.data"
        #expect(error.message == "Invalid value at '\(field)' (TYPE_BYTES), Base64 decoding failed")
        #expect(error.details.first?.fieldViolations?.first?["field"] == field)
    }
}

@Suite(.shared) struct PiecesTests {
    @Test("pieces joined are the text", arguments: [
        "", "word", "Two wolves, left. Health 62%.", "  leading and   wide  gaps\n\nlines ",
        #"{"scene":"combat","health":62}"#, "日本 語🐺 x",
    ])
    func joined(_ text: String) { #expect(Pieces.split(text).joined() == text) }

    @Test("a piece is a word with the space behind it; JSON is cut after commas")
    func size() {
        #expect(Pieces.split("Two wolves, left.") == ["Two ", "wolves, ", "left."])
        #expect(Pieces.split(#"{"a":1,"b":2}"#) == [#"{"a":1,"#, #""b":2}"#])
    }

    @Test("an answer is cut at its limit and says so")
    func limit() {
        #expect(Answer("a b c", maxTokens: 2).text == "a b ")
        #expect(Answer("a b c", maxTokens: 2).finishReason == "MAX_TOKENS")
        #expect(Answer("a b c", maxTokens: 3).finishReason == "STOP")
    }
}
