import Engine
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

@Suite(.timeLimit(.minutes(5)), .shared) struct EmbeddedModelServerTests {
    @Test("generateContent answers a picture with text, usage, model version and an id, in camelCase")
    func generate() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, body: pictureBody())
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(RawClient.header("content-type", in: response.head) == "application/json; charset=UTF-8")
            let body = try json(response.body)
            let text = try #require(body.answer)
            #expect(text.split(separator: " ").count > 5)
            #expect(body["candidates"]?[0]?["finishReason"]?.string == "STOP")
            #expect(body["candidates"]?[0]?["content"]?["role"]?.string == "model")
            #expect(body["modelVersion"]?.string == "singularis-embedded-1")
            #expect(body["responseId"]?.string?.isEmpty == false)
            let usage = try #require(body["usageMetadata"])
            #expect(usage["candidatesTokenCount"]?.int == Pieces.split(text).count)
            let (prompt, total) = (usage["promptTokenCount"]?.int ?? 0, usage["totalTokenCount"]?.int ?? 0)
            #expect(prompt > 1120 && total == prompt + Pieces.split(text).count)
            #expect(!response.body.contains("_count") && !response.body.contains("usage_"))
        }
    }

    @Test("a stream is framed as events: data, one JSON, an empty line - and nothing else")
    func eventFraming() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.stream, body: pictureBody())
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(RawClient.header("content-type", in: response.head) == "text/event-stream")
            #expect(response.chunks.count > 5)
            var messages: [JSONValue] = []
            for chunk in response.chunks {
                #expect(chunk.hasPrefix("data: {") && chunk.hasSuffix("}\r\n\r\n"))
                let line = chunk.utf8.dropFirst(6).dropLast(4)
                #expect(!line.contains(0x0A) && !line.contains(0x0D))
                messages.append(try JSON.decode(from: line))
            }
            let reasons = messages.map { $0["candidates"]?[0]?["finishReason"]?.string }
            #expect(reasons.dropLast().allSatisfy { $0 == nil } && reasons.last == "STOP")
            #expect(messages.map { $0["usageMetadata"]?["candidatesTokenCount"]?.int } == Array(1...messages.count))
            #expect(Set(messages.map { $0["responseId"]?.string }).count == 1)
            #expect(messages.allSatisfy { ($0.answer ?? "").split(separator: " ").count == 1 })
        }
    }

    @Test("without alt=sse a stream is one JSON array")
    func arrayFraming() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            let path = ModelPath.stream.replacing("?alt=sse", with: "")
            try await client.send("POST", path, body: pictureBody())
            let response = try await client.response()
            #expect(RawClient.header("content-type", in: response.head) == "application/json; charset=UTF-8")
            let messages = try #require(try json(response.body).array)
            #expect(messages.count > 5)
            #expect(messages.last?["candidates"]?[0]?["finishReason"]?.string == "STOP")
            try await client.send("POST", path, body: "{}")
            let refusal = try await client.response()
            #expect(refusal.status == 400)
            #expect(try json(refusal.body)[0]?["error"]?["code"]?.int == 400)
        }
    }

    @Test("models are listed and described with the methods they support", arguments: ["v1", "v1beta"])
    func models(version: String) async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("GET", "/\(version)/models")
            let model = try #require(try json(try await client.response().body)["models"]?[0])
            #expect(model["name"]?.string == "models/singularis-embedded-1")
            #expect(model["supportedGenerationMethods"]?.array?.contains("generateContent") == true)
            try await client.send("GET", "/\(version)/models/singularis-embedded-1")
            #expect(try json(try await client.response().body) == model)
            #expect(server.counts.requests == ["listModels": 1, "getModel": 1])
            #expect(server.counts.connections.accepted == 1)
        }
    }

    @Test("countTokens counts text and pictures")
    func countTokens() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.count, body: textBody)
            #expect(try json(try await client.response().body)["totalTokens"] == 4)
            try await client.send(
                "POST", ModelPath.count, body: #"{"generate_content_request":\#(pictureBody(system: "one two"))}"#)
            #expect(try json(try await client.response().body)["totalTokens"] == 1126)
        }
    }

    @Test("both base64 alphabets are read, padded or not")
    func alphabets() async throws {
        try await withModelServer { server in
            let standard = base64(picture())
            let urlSafe = String(standard.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
            #expect(standard != urlSafe)
            var client = try await RawClient(port: server.port)
            for data in [standard, urlSafe, urlSafe.filter { $0 != "=" }] {
                try await client.send("POST", ModelPath.generate, body: pictureOnly(data))
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test("maxOutputTokens cuts the answer and is the reason given")
    func maxTokens() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.stream, body: pictureBody(settings: #"{"max_output_tokens":3}"#))
            let response = try await client.response()
            #expect(response.chunks.count == 3)
            #expect(response.chunks.last?.contains(#""finishReason":"MAX_TOKENS""#) == true)
        }
    }

    @Test("a schema is answered with JSON that has its properties in order")
    func schema() async throws {
        let settings = #"""
            {"responseMimeType": "application/json", "responseSchema": {
              "type": "OBJECT", "property_ordering": ["intent", "scene"], "properties": {
                "scene": {"type": "STRING"}, "confidence": {"type": "NUMBER"},
                "intent": {"type": "STRING", "enum": ["explore", "heal", "retreat", "wait"]}}}}
            """#
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            for path in [ModelPath.generate, ModelPath.stream] {
                try await client.send("POST", path, body: pictureBody(system: "Role: planner", settings: settings))
                let response = try await client.response()
                let texts = response.chunks.isEmpty
                    ? [try json(response.body).answer ?? ""]
                    : try response.chunks.map { try json(String($0.dropFirst(6))).answer ?? "" }
                let text = texts.joined()
                let answer = try json(text)
                let names = text.split(separator: ",").map { member in
                    member.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first
                }
                #expect(names == ["intent", "scene", "confidence"])
                #expect(SceneKind(rawValue: answer["scene"]?.string ?? "") != nil)
                #expect(Intent.Kind(rawValue: answer["intent"]?.string ?? "") != nil)
            }
        }
    }

    @Test("a request without a picture, or with one of another size, is told what this model can do")
    func honestReply() async throws {
        try await withModelServer { server in
            var client = try await RawClient(port: server.port)
            try await client.send("POST", ModelPath.generate, body: textBody)
            let text = try json(try await client.response().body).answer
            #expect(text?.contains("only describe pictures of the embedded game") == true)
            let other = pictureOnly(base64(picture(width: 32, height: 20)))
            try await client.send("POST", ModelPath.generate, body: other)
            #expect(try json(try await client.response().body).answer?.contains("32 by 20") == true)
        }
    }
}
