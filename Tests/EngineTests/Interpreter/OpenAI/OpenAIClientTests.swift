import FoundationEssentials
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import Connections
@testable import Engine
@testable import Record

/// Through the pool and over loopback sockets, against a server that behaves as the local ones are documented to.
@Suite("OpenAI-compatible servers", .timeLimit(.minutes(5)), .shared)
struct OpenAIClientTests {
    private static let model = "qwen3-vl-30b"
    private static let usage = TokenUsage(prompt: 310, candidates: 10, thoughts: 15, cached: 200)

    private struct Result {
        var answer: ModelAnswer?
        var error: InterpreterError?
        var pieces: [String] = []
        var usage: TokenUsage?
        var sent: [LocalModelServer.Sent] = []
    }

    private func prompt(schema: Bool = false) -> ModelPrompt {
        var prompt = ModelPrompt(
            instructions: "Be short", text: #"what "url":"data:image/png;base64," is it?"#,
            picture: EncodedPicture(bytes: (0...255).map { UInt8($0) }))
        prompt.maxOutputTokens = 300
        if schema { prompt.schema = PlannerAnswer.schema() }
        return prompt
    }

    /// Asks `times` times, and gives the last answer.
    private func ask(
        streamed: Bool = true, schema: Bool = false, model: String = Self.model, key: Secret? = nil, times: Int = 1,
        _ change: (inout LocalModelServer.Behaviour) -> Void = { _ in }
    ) async throws -> Result {
        var behaviour = LocalModelServer.Behaviour()
        change(&behaviour)
        let server = try await LocalModelServer.start(behaviour)
        let pool = ConnectionPool(on: MultiThreadedEventLoopGroup.singleton, clock: ManualClock())
        let client = OpenAIEndpoint(baseURL: server.baseURL, model: model, key: key).client(over: pool)
        var result = Result()
        for _ in 0..<times {
            let leave = AccountBench.leave()
            let pieces = Mutex<[String]>([])
            result.error = nil
            do {
                result.answer =
                    streamed
                    ? try await client.stream(prompt(schema: schema), leave) { piece in
                        pieces.withLock { $0.append(piece) }
                    }
                    : try await client.generate(prompt(schema: schema), leave)
            } catch let error as InterpreterError {
                result.error = error
            }
            result.pieces = pieces.withLock { $0 }
            result.usage = leave.usage
        }
        result.sent = server.sent
        #expect(pool.occupancy().busy == 0)
        await pool.close()
        await server.stop()
        return result
    }

    @Test("a picture goes as a data URI of standard base64, with the text, the system's words and a bound")
    func request() async throws {
        let result = try await ask { $0.checksPicture = true }
        let body = try #require(result.sent.first).body
        #expect(body.model == Self.model && body.stream == true && body.max_tokens == 300)
        #expect(body.messages.map(\.role) == ["system", "user"])
        #expect(body.messages[0].content.first?.text == "Be short")
        #expect(body.question == #"what "url":"data:image/png;base64," is it?"#)
        let image = try #require(body.image)
        #expect(image.hasPrefix("data:image/png;base64,"))
        #expect(Data(base64Encoded: String(image.drop { $0 != "," }.dropFirst())) == Data((0...255).map { UInt8($0) }))
        #expect(body.stream_options?.include_usage == true && body.response_format == nil)
        #expect(result.answer?.text == "Two wolves.")
    }

    @Test(
        "text comes as it is streamed, the usage in a piece without choices, and [DONE] ends it, body open or not",
        arguments: [false, true])
    func streams(staysOpen: Bool) async throws {
        let result = try await ask { $0.staysOpen = staysOpen }
        #expect(result.pieces == ["Two ", "wolves."])
        #expect(result.answer?.finishReason == .stop)
        #expect(result.answer?.modelVersion == Self.model)
        #expect(result.usage == Self.usage && result.answer?.usage == Self.usage)
    }

    @Test(
        "comments that keep the connection alive are no answer, and neither is thinking",
        arguments: ["reasoning_content", "reasoning"])
    func commentsAndThinking(field: String) async throws {
        let result = try await ask {
            $0.sendsComments = true
            $0.thinking = (field, "hmm")
        }
        #expect(result.pieces == ["Two ", "wolves."] && result.usage == Self.usage)
    }

    @Test("a block of thinking at the start of the text is no answer either, streamed or not", arguments: [true, false])
    func thinkBlock(streamed: Bool) async throws {
        let result = try await ask(streamed: streamed) {
            $0.text = [#"\n<thi"#, #"nk>hmm <b> </th"#, #"ink>\n\n"#, "Two <think>", " wolves."]
        }
        #expect(result.answer?.text == "Two <think> wolves.")
        if streamed { #expect(result.pieces == ["Two <think>", " wolves."]) }
        let unended = try await ask(streamed: streamed) {
            $0.text = ["<think>hm"]
            $0.finish = "length"
        }
        #expect(unended.error == .onlyThoughts(tokens: 25, reason: "MAX_TOKENS", asksForLess: true))
        let other = try await ask(streamed: streamed) { $0.text = [" <thi"] }
        #expect(other.answer?.text == " <thi")
        if streamed { #expect(other.pieces == [" <thi"]) }
    }

    @Test("counts that are written as text, or as nothing of use, cost no answer")
    func oddCounts() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .whole(
                200, type: "application/json",
                #"{"choices":[{"index":"0","message":{"content":"hi"},"finish_reason":"stop"}],"#
                    + #""usage":{"prompt_tokens":"1000","completion_tokens":7.0,"#
                    + #""prompt_tokens_details":{"cached_tokens":{}}}}"#)
        }
        let client = OpenAIEndpoint(baseURL: "http://x", model: "m").client(over: http)
        let answer = try await client.generate(prompt(), AccountBench.leave())
        #expect(answer.text == "hi" && answer.usage == TokenUsage(prompt: 1000, candidates: 7, thoughts: 0))
    }

    @Test(
        "where no model is named, the first that talks is asked",
        arguments: [
            (["text-Embedding-3", "whisper-1", "qwen3-vl-30b", "b"], "qwen3-vl-30b"), (["a", "b"], "a"),
            (["kokoro-tts", "bge-reranker"], "kokoro-tts"),
        ])
    func likeliest(listed: [String], chosen: String) {
        #expect(ListedModel.likeliest(of: listed.map { ListedModel(name: $0) })?.name == chosen)
        #expect(ListedModel.likeliest(of: []) == nil)
    }

    @Test("usage in the last piece counts too, and a stream without [DONE] is whole when it said why it stopped")
    func otherFramings() async throws {
        let result = try await ask {
            $0.usage = .lastPiece
            $0.sendsDone = false
        }
        #expect(result.answer?.text == "Two wolves." && result.answer?.finishReason == .stop)
        #expect(result.usage == Self.usage)
    }

    @Test("without usage nothing is counted, and without a finish reason the answer is truncated unless [DONE] came")
    func missing() async throws {
        let result = try await ask {
            $0.usage = .nowhere
            $0.finish = nil
        }
        #expect(result.answer?.finishReason == .stop && result.usage == nil)
        let cut = try await ask {
            $0.finish = nil
            $0.sendsDone = false
        }
        #expect(cut.answer?.isTruncated == true)
    }

    @Test(
        "why it stopped is told in one set of words, and unknown ones are kept",
        arguments: zip(["length", "content_filter", "abort"], ["MAX_TOKENS", "SAFETY", "abort"]))
    func finishReasons(said: String, kept: String) async throws {
        let result = try await ask { $0.finish = said }
        #expect(result.answer?.finishReason?.rawValue == kept)
        let empty = try await ask {
            $0.finish = said
            $0.text = []
            $0.usage = .nowhere
        }
        #expect(empty.error == .noText(finishReason: kept))
    }

    @Test("an error in the middle of a stream ends it, and names itself")
    func midStream() async throws {
        let result = try await ask {
            $0.breaksOff = #"{"message":"out of memory","type":"server_error","code":500}"#
        }
        #expect(result.error == .interrupted(.init(code: 500, message: "out of memory", status: "server_error")))
        #expect(result.pieces == ["Two ", "wolves."])
    }

    @Test("a structured answer is asked for with a strict JSON schema")
    func schema() async throws {
        let result = try await ask(streamed: false, schema: true) { $0.text = [#"{\"a\":1}"#] }
        let format = try #require(result.sent.first?.body.response_format)
        #expect(format.type == "json_schema" && format.json_schema?.strict == true)
        #expect(format.json_schema?.schema.type == "object")
        #expect(format.json_schema?.schema.additionalProperties == false)
        #expect(format.json_schema?.schema.required.count == PlannerAnswer.schema().properties?.count)
        #expect(result.answer?.text == #"{"a":1}"# && result.usage == Self.usage)
    }

    @Test("a server that takes no schema is asked for any JSON, then with words alone, a request at a time")
    func schemaRefused() async throws {
        let result = try await ask(streamed: false, schema: true, times: 3) {
            $0.refuses = ("response_format", "'response_format' is not supported")
            $0.text = [#"```json\n{\"a\":1}\n```"#]
        }
        #expect(result.sent.map { $0.body.response_format?.type } == ["json_schema", "json_object", nil])
        #expect(result.sent[1].body.question?.contains("JSON Schema: {") == true)
        #expect(result.sent[2].body.question?.contains(#""confidence""#) == true)
        #expect(result.answer?.text == "```json\n{\"a\":1}\n```" && result.error == nil)
    }

    @Test("a server that takes no stream_options is asked without, and one that counts completion tokens in its words")
    func optionsRefused() async throws {
        let plain = try await ask(times: 2) { $0.refuses = ("stream_options", "Unrecognized field: stream_options") }
        #expect(plain.sent.map { $0.body.stream_options == nil } == [false, true] && plain.error == nil)
        let counted = try await ask(times: 2) {
            $0.refuses = ("max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        }
        #expect(counted.sent.map(\.body.max_completion_tokens) == [nil, 300] && counted.error == nil)
    }

    @Test("another refusal changes nothing")
    func otherRefusal() async throws {
        let result = try await ask(streamed: false, schema: true, times: 2) {
            $0.refuses = ("messages", "this model does not take images")
        }
        #expect(result.sent.map { $0.body.response_format?.type } == ["json_schema", "json_schema"])
        #expect(result.error?.description.contains("this model does not take images") == true)
    }

    @Test("the key goes into its header and nowhere else; a server that repeats it does not get it shown")
    func key() async throws {
        let key = "sk-the-secret-key"
        let good = try await ask(key: Secret(key + "\n")) { $0.key = key }
        #expect(good.answer?.text == "Two wolves.")
        let head = try #require(good.sent.first).head
        #expect(head.components(of: key) == 1 && head.contains("Authorization: Bearer \(key)\r\n"))
        #expect(!head.contains("x-goog"))

        let bad = try await ask(key: Secret("sk-other")) { $0.key = "sk-other-and-longer" }
        let error = try #require(bad.error)
        #expect(error.description.contains("the API key is not valid"))
        #expect(!"\(String(reflecting: error)) \(error)".contains("sk-other"))
        #expect(error.retry == .hardlyEver)
    }

    @Test("a model that is not there is said to be that, with those that are near")
    func unknownModel() async throws {
        let result = try await ask(model: "qwen3-lv-30b") { $0.models = ["qwen3-vl-30b", "gemma-4", "qwen3-vl-8b"] }
        #expect(result.error == .unknownModel("qwen3-lv-30b", near: ["qwen3-vl-30b", "qwen3-vl-8b"], listed: 3))
        #expect(result.error?.description.contains("did you mean qwen3-vl-30b") == true)
        #expect(result.sent.map(\.path) == ["/v1/chat/completions", "/v1/models"])
    }

    @Test("a page that is no answer of the API is said to be that")
    func foreign() async throws {
        let http = ScriptedHTTPClient { _, _ in .whole(200, type: "application/json", #"{"candidates":[]}"#) }
        let client = OpenAIEndpoint(baseURL: "http://x", model: "m").client(over: http)
        await #expect(throws: InterpreterError.foreign(status: 200, excerpt: #"{"candidates":[]}"#)) {
            try await client.generate(prompt(), AccountBench.leave())
        }
    }

    @Test(
        "the address is completed where nothing but the host is named",
        arguments: [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"), ("http://h:1/v1/", "http://h:1/v1"),
            ("https://h/openai/v1/chat/completions", "https://h/openai/v1"), ("http://h/api", "http://h/api"),
        ])
    func addresses(given: String, asked: String) {
        #expect(OpenAIEndpoint(baseURL: given, model: "m").baseURL == asked)
    }

    @Test(
        "the API is guessed from the address",
        arguments: [
            ("https://generativelanguage.googleapis.com", ModelAPI.gemini),
            ("https://generativelanguage.googleapis.com/v1beta/openai/", .openai),
            ("https://generativelanguage.googleapis.com/v1", .gemini), ("http://127.0.0.1:8080/v1", .openai),
            ("http://127.0.0.1:8080", .gemini), ("http://127.0.0.1:8080/v1beta", .gemini),
            ("http://localhost:11434", .openai), ("http://box:1234/", .openai), ("https://api.openai.com", .openai),
        ])
    func guesses(url: String, api: ModelAPI) {
        #expect(ModelAPI.guess(baseURL: url) == api)
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
