import Engine
import TestSupport
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

/// What programs written for Gemini bring along: its models' names, and fields that it knows or not.
@Suite("Names and fields of other programs", .timeLimit(.minutes(5)), .serialized, .alone)
struct NameAndFieldTests {
    private var serving: EmbeddedModelConfiguration {
        var configuration = EmbeddedModelConfiguration.immediate
        configuration.aliases = ["gemini-*", "my-model"]
        return configuration
    }

    @Test("any gemini-* name and every alias is answered to, and the answer says who answered")
    func aliases() async throws {
        try await withModelServer(serving) { server in
            var client = try await RawClient(port: server.port)
            for name in ["gemini-3.8-flash", "gemini-2.5-pro-preview-05-06", "my-model", "models/gemini-x"] {
                try await client.send("POST", "/v1beta/models/\(name):generateContent", body: textBody)
                let answer = try await client.response()
                #expect(answer.status == 200, "\(name)")
                #expect(try json(answer.body)["modelVersion"]?.string == EmbeddedModelConfiguration.defaultModel)
            }
            try await client.send("GET", "/v1beta/models/gemini-3.8-flash")
            #expect(try json(try await client.response().body)["name"] == "models/gemini-3.8-flash")
            try await client.send("GET", "/v1beta/models")
            let listed = try json(try await client.response().body)["models"]?.array?.compactMap { $0["name"]?.string }
            #expect(listed == ["models/singularis-embedded-1", "models/my-model"])
        }
    }

    @Test("other unknown names stay 404, and so does every alias where none is set", arguments: [false, true])
    func unknown(hasAliases: Bool) async throws {
        try await withModelServer(hasAliases ? serving : .immediate) { server in
            var client = try await RawClient(port: server.port)
            for name in hasAliases ? ["gpt-5", "my-model-2", "gemini"] : ["gemini-3.8-flash"] {
                try await client.send("POST", "/v1beta/models/\(name):generateContent", body: textBody)
                #expect(try await client.response().status == 404, "\(name)")
            }
        }
    }

    private static let wrong =
        #"{"contents":[{"role":"user","parts":[{"text":"hi","txt":1}]}],"generationConfig":{"max_tokens":5},"#
        + #""stream":true,"generation_config":{"responseSchema":{"type":"OBJECT","properties":{"a":{"$schema":1}}}}}"#

    @Test("a field that there is not is 400 as at Google, by name and place")
    func unknownFields() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, body: Self.wrong)
            let answer = try await client.response()
            #expect(answer.status == 400)
            let error = try #require(try json(answer.body)["error"])
            #expect(error["status"] == "INVALID_ARGUMENT")
            let places = [
                (#""txt" at 'contents[0].parts[0]'"#, "contents[0].parts[0]"),
                (#""max_tokens" at 'generation_config'"#, "generation_config"),
                (
                    #""$schema" at 'generation_config.response_schema.properties[0].value'"#,
                    "generation_config.response_schema.properties[0].value"
                ),
                (#""stream""#, nil),
            ]
            let lines = places.map { "Invalid JSON payload received. Unknown name \($0.0): Cannot find field." }
            #expect(error["message"]?.string == lines.joined(separator: "\n"))
            let violations = error["details"]?[0]?["fieldViolations"]?.array
            #expect(violations?.map { $0["field"]?.string } == places.map(\.1))
            #expect(violations?.map { $0["description"]?.string } == lines)
            try await client.send("POST", ModelPath.count, body: #"{"contents":[{"parts":[{"text":"a"}]}],"x":1}"#)
            #expect(try await client.response().status == 400)
        }
    }

    @Test("a lenient server ignores it")
    func lenient() async throws {
        var configuration = EmbeddedModelConfiguration.immediate
        configuration.isLenient = true
        try await withModelServer(configuration) { server in
            var client = try await RawClient(port: server.port)
            let body = #"{"x":1,"contents":[{"parts":[{"text":"a","y":2}]}]}"#
            try await client.send("POST", ModelPath.generate, body: body)
            #expect(try await client.response().status == 200)
        }
    }

    @Test("every field that Google has is taken, in both spellings")
    func knownFields() throws {
        let body = #"""
            {"model":"m","contents":[{"role":"user","parts":[{"text":"a","thought":false,"thoughtSignature":"AA",
              "videoMetadata":{"fps":1}},{"inline_data":{"mime_type":"image/png","data":"AQ","displayName":"x"},
              "media_resolution":{"level":"MEDIA_RESOLUTION_LOW"}}]}],
             "tools":[{"googleSearch":{}}],"toolConfig":{"x":{}},"cachedContent":"c","labels":{"a":"b"},"store":false,
             "safety_settings":[{"category":"c","threshold":"OFF"}],"serviceTier":"flex",
             "generation_config":{"temperature":1,"top_p":1,"topK":3,"seed":7,"stopSequences":["x"],
              "response_logprobs":false,
              "thinkingConfig":{"include_thoughts":true,"thinkingBudget":0},"imageConfig":{"anything":1},
              "speech_config":{"voice_config":{"prebuilt_voice_config":{"voice_name":"Kore"}},"languageCode":"de"},
              "responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{
                "type":{"type":"STRING","format":"enum","enum":["a"]},"b":{"anyOf":[{"type":"NULL"},{"type":"ARRAY",
                "items":{"type":"INTEGER"},"minItems":"1"}]}},"property_ordering":["type"],"title":"T"}}}
            """#
        #expect(throws: Never.self) { try RequestFields.check(body.utf8, as: "GenerateContentRequest") }
    }

    @Test("a refusal names a hundred unknown fields and no more: a body holds millions")
    func manyUnknownFields() throws {
        let body = "{" + (0..<1000).map { "\"unknown\($0)\":1" }.joined(separator: ",") + "}"
        let error = #expect(throws: APIError.self) {
            try RequestFields.check(body.utf8, as: "GenerateContentRequest")
        }
        #expect(error?.message.split(separator: "\n").count == 100)
    }
}
