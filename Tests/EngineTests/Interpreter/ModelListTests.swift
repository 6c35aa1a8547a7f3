import NIOCore
import Testing

@testable import Basics
@testable import Connections
@testable import Engine

@Suite("Lists of models", .shared)
struct ModelListTests {
    private static let first =
        #"{"models":[{"name":"models/gemini-3.8-flash","inputTokenLimit":1048576,"#
        + #""outputTokenLimit":65536,"supportedGenerationMethods":["generateContent","countTokens"]},"#
        + #"{"name":"models/gemini-3.8-live","supportedGenerationMethods":["bidiGenerateContent"]},"#
        + #"{"name":"models/nameless"}],"nextPageToken":"a b"}"#
    private static let second =
        #"{"models":[{"name":"models/gemini-3.5-flash-lite","supportedGenerationMethods":["generateContent"]}]}"#

    private func server(_ answer: @escaping @Sendable (HTTPRequest, Int) throws -> ScriptedAnswer) -> (
        any ModelClient, ScriptedHTTPClient
    ) {
        let http = ScriptedHTTPClient(answer)
        let endpoint = GeminiEndpoint(baseURL: "http://x.test", model: "gemini-3.8-flsh", key: Secret("k"))
        return (endpoint.client(over: http), http)
    }

    @Test("every page is read, and only models that generateContent serves are kept")
    func pages() async throws {
        let (client, http) = server { _, number in
            .whole(200, type: "application/json", number == 0 ? Self.first : Self.second)
        }
        let models = try await client.models()
        #expect(
            models == [
                ListedModel(name: "gemini-3.8-flash", inputLimit: 1_048_576, outputLimit: 65_536),
                ListedModel(name: "gemini-3.5-flash-lite"),
            ])
        #expect(
            http.requests.map(\.url) == [
                "http://x.test/v1beta/models?pageSize=1000",
                "http://x.test/v1beta/models?pageSize=1000&pageToken=a%20b",
            ])
        #expect(http.requests.allSatisfy { $0.method == "GET" && $0.body.readableBytes == 0 })
        #expect(http.requests[0].headers.contains { $0.name == "x-goog-api-key" && $0.value == "k" })
    }

    @Test("a model that cannot see is listed as that, and asked only where there is no other; then nothing is asked")
    func textOnly() async throws {
        // llama.cpp without a projector, and one entry as OpenRouter and vLLM write them.
        let blind =
            #"{"id":"tiny","object":"model","architecture":{"input_modalities":["text"],"output_modalities":["text"]}}"#
        let http = ScriptedHTTPClient { _, number in
            let sees = #",{"id":"v","architecture":{"input_modalities":["text","image"]}},{"id":"w"}"#
            let others = number == 0 ? sees : ""
            return .whole(200, type: "application/json", #"{"object":"list","data":[\#(blind)\#(others)]}"#)
        }
        let client = OpenAIEndpoint(baseURL: "http://x/v1", model: "m").client(over: http)
        let models = try await client.models()
        #expect(models.map(\.isTextOnly) == [true, false, false])
        #expect(ListedModel.likeliest(of: models)?.name == "v")
        let alone = try await client.models()
        #expect(ListedModel.likeliest(of: alone) == ListedModel(name: "tiny", isTextOnly: true))
    }

    @Test("a list without end ends")
    func endless() async throws {
        let (client, http) = server { _, _ in .whole(200, type: "application/json", Self.first) }
        #expect(try await client.models().count == 20)
        #expect(http.requests.count == 20)
    }

    @Test("asking for a model that is not there names those that are near")
    func unknown() async {
        let (client, _) = server { request, _ in
            request.method == "POST"
                ? .whole(404, type: "application/json", #"{"error":{"code":404,"status":"NOT_FOUND","message":"no"}}"#)
                : .whole(200, type: "application/json", Self.second.replacing("3.5-flash-lite", with: "3.8-flash"))
        }
        let error = await #expect(throws: InterpreterError.self) {
            try await client.generate(ModelPrompt(instructions: "", text: "?"), AccountBench.leave())
        }
        #expect(error == .unknownModel("gemini-3.8-flsh", near: ["gemini-3.8-flash"], listed: 1))
        #expect(error?.retry == .hardlyEver)
        #expect(
            error?.description
                == "there is no model gemini-3.8-flsh; did you mean gemini-3.8-flash? "
                + "(1 can answer there: --list-models)"
        )
    }

    @Test("where the list cannot be read either, the refusal stays what it was")
    func noList() async {
        let (client, _) = server { _, _ in
            .whole(404, type: "application/json", #"{"error":{"code":404,"status":"NOT_FOUND","message":"no"}}"#)
        }
        await #expect(
            throws: InterpreterError.refused(.init(code: 404, message: "no", status: "NOT_FOUND"), status: 404)
        ) { try await client.generate(ModelPrompt(instructions: "", text: "?"), AccountBench.leave()) }
    }

    @Test(
        "names near to one",
        arguments: [
            ("gemini-3.8-flahs", ["gemini-3.8-flash", "gemini-3.6-flash"]),
            ("GEMINI-3.8-FLASH", ["gemini-3.8-flash", "gemini-3.6-flash"]),
            ("pro-preview", ["gemini-3.1-pro-preview"]), ("whisper", []), ("", []),
        ])
    func near(name: String, found: [String]) {
        let names = ["gemini-3.6-flash", "gemini-3.8-flash", "gemini-3.1-pro-preview", "qwen3-vl-30b"]
        #expect(NearMatches.of(name, in: names) == found)
    }
}
