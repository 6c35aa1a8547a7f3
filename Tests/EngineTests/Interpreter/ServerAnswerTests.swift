import Engine
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Basics
@testable import Connections

/// Answers byte by byte as servers send them, in either API.
@Suite("Answers as servers really send them", .timeLimit(.minutes(5)), .serialized, .alone)
struct ServerAnswerTests {
    /// Asks a server that answers with these bytes, and gives what came of it.
    private func ask(
        _ api: ModelAPI, _ body: String, type: String = "text/event-stream", status: Int = 200
    ) async throws(InterpreterError) -> (answer: ModelAnswer, pieces: [String]) {
        let http = ScriptedHTTPClient { _, _ in .whole(status, type: type, body) }
        let pieces = Mutex<[String]>([])
        do {
            let answer = try await api.client(http).stream(
                ModelPrompt(instructions: "", text: "?"), AccountBench.leave()
            ) { piece in pieces.withLock { $0.append(piece) } }
            return (answer, pieces.withLock { $0 })
        } catch let error as InterpreterError {
            throw error
        } catch {
            throw .unexpected("\(error)")
        }
    }

    private func failure(_ api: ModelAPI, _ body: String, type: String = "text/event-stream") async -> InterpreterError?
    {
        do throws(InterpreterError) {
            _ = try await ask(api, body, type: type)
            return nil
        } catch {
            return error
        }
    }

    /// A piece of text in a stream, as its JSON spells it.
    private func piece(_ api: ModelAPI, _ text: String, more: String = "") -> String {
        switch api {
        case .gemini: "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\(text)\"}]}\(more)}]}\r\n\r\n"
        case .openai: "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(text)\"}\(more)}]}\n\n"
        }
    }

    @Test("[DONE] is an end, whether a finish reason came or not", arguments: ModelAPI.allCases)
    func done(api: ModelAPI) async throws {
        let (answer, _) = try await ask(api, piece(api, "hi") + "data: [DONE]\n\n")
        #expect(answer.text == "hi" && answer.finishReason == .stop)
        let unended = try await ask(api, piece(api, "hi") + "data: [DONE]").answer
        #expect(unended.finishReason == .stop)
        #expect(try await ask(api, piece(api, "hi")).answer.isTruncated)
    }

    @Test(
        "halves of a character in neighbouring pieces join; what stays alone is one U+FFFD, and nothing else is lost",
        arguments: [
            ([#"a \ud83d"#, #"\udc3a b"#], "a 🐺 b"), ([#"\uD83D"#, "", #"\uDC3A"#], "🐺"),
            ([#"a \ud83d"#, " b"], "a \u{FFFD} b"), ([#"\udc3a b"#], "\u{FFFD} b"), ([#"a \ud83d"#], "a \u{FFFD}"),
            ([#"\ud83d\ud83d"#, #"\udc3a"#], "\u{FFFD}🐺"), ([#"\ud83d\udc3a \u00e4 \\ud83d"#], #"🐺 ä \ud83d"#),
            ([#"\ud83dx"#, "y"], "\u{FFFD}xy"), ([#"\"\ud83d\""#], "\"\u{FFFD}\""), (["\u{1FFFD}"], "\u{1FFFD}"),
            // The mark that stands before a half in here, as a server may write it too.
            ([#"\ud83d"#, "\u{1FFFE}A"], "\u{FFFD}\u{1FFFE}A"),
            ([#"\#u{1FFFE}\u0800\udc00"#], "\u{1FFFE}\u{0800}\u{FFFD}"),
        ] as [([String], String)])
    func halves(pieces: [String], text: String) async throws {
        for api in ModelAPI.allCases {
            let body = pieces.map { piece(api, $0) }.joined() + piece(api, "", more: api.stop)
            let (answer, shown) = try await ask(api, body)
            #expect(answer.text == text && shown.joined() == text, "\(api)")
        }
    }

    @Test("so it is in an answer that is one document, in names and in errors", arguments: ModelAPI.allCases)
    func halvesElsewhere(api: ModelAPI) async throws {
        let body =
            api == .gemini
            ? #"{"candidates":[{"content":{"parts":[{"text":"a\ud83d"}]},"finishReason":"STOP"}],"#
                + #""modelVersion":"m\udc3a"}"#
            : #"{"choices":[{"message":{"content":"a\ud83d"},"finish_reason":"stop"}],"model":"m\udc3a"}"#
        let (answer, _) = try await ask(api, body, type: "application/json")
        #expect(answer.text == "a\u{FFFD}" && answer.modelVersion == "m\u{FFFD}")
        let error = await failure(api, piece(api, "a") + #"data: {"error":{"code":500,"message":"x\ud83d"}}"# + "\n\n")
        #expect(error == .interrupted(.init(code: 500, message: "x\u{FFFD}")))
    }

    @Test("bytes that are no UTF-8 cost one character, not the answer", arguments: ModelAPI.allCases)
    func noUTF8(api: ModelAPI) async throws {
        let bytes = piece(api, "a?b", more: api.stop).utf8.map { $0 == UInt8(ascii: "?") ? 0xF0 : $0 }
        let http = ScriptedHTTPClient { _, _ in
            let answer = ScriptedAnswer()
            answer.feed.send(ByteBuffer(bytes: bytes))
            answer.feed.end()
            return answer
        }
        let leave = AccountBench.leave()
        let answer = try await api.client(http).stream(ModelPrompt(instructions: "", text: "?"), leave) { _ in }
        #expect(answer.text == "a\u{FFFD}b")
    }

    @Test("a list of parts is its text: thinking and what is unknown are left out")
    func parts() async throws {
        let list = #"[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"Two "},"#
            + #"{"type":"reference","reference_ids":[1]},{"text":"wol"},"ves.",{"type":"text","text":7}]"#
        let event = "data: {\"choices\":[{\"delta\":{\"content\":\(list)},\"finish_reason\":\"stop\"}]}\n\n"
        #expect(try await ask(.openai, event).answer.text == "Two wolves.")
        let document = "{\"choices\":[{\"message\":{\"content\":\(list)},\"finish_reason\":\"stop\"}]}"
        #expect(try await ask(.openai, document, type: "application/json").answer.text == "Two wolves.")
        let declined = #"{"choices":[{"message":{"content":[{"type":"refusal","refusal":"no"}]}}]}"#
        let error = await failure(.openai, declined, type: "application/json")
        #expect(error == .blocked(reason: "the model declined: no"))
    }

    @Test(
        "an error in the place of an answer is a refusal, if that is what its number or its words say",
        arguments: [
            (#""code":400,"message":"m","type":"invalid_request_error""#, 400),
            (#""message":"m","type":"invalid_request_error","param":null,"code":null"#, 400),
            (#""message":"m","type":"BadRequestError","code":"400""#, 400),
            (#""message":"m","code":"context_length_exceeded""#, 400),
            (#""message":"m","type":"authentication_error""#, 401),
            (#""message":"m","code":402"#, 402), (#""message":"m","status":"NOT_FOUND""#, 404),
            (#""message":"m","status":"RESOURCE_EXHAUSTED""#, 429), (#""message":"m","type":"rate_limit_error""#, 429),
            (#""message":"m","code":503"#, nil), (#""message":"m","type":"server_error""#, nil),
            (#""message":"m""#, nil),
        ] as [(String, Int?)])
    func errorInside(error: String, status: Int?) async throws {
        for api in ModelAPI.allCases {
            let document = "{\"error\":{\(error)}}"
            for (body, type) in [("data: \(document)\n\n", "text/event-stream"), (document, "application/json")] {
                switch await failure(api, body, type: type) {
                case .refused(let refusal, let found): #expect(found == status && refusal.message == "m")
                case .interrupted(let refusal): #expect(status == nil && refusal.message == "m")
                case let other: Issue.record("\(String(describing: other))")
                }
            }
        }
    }

    @Test("once an answer has begun, an error breaks it off, and is asked again only if its status lets it pass")
    func errorLater() async throws {
        let text = piece(.openai, "Two ")
        let end = #""delta":{"content":""},"finish_reason":"error""#
        let gateway = "data: {\"error\":{\"code\":400,\"message\":\"m\"},\"choices\":[{\(end)}]}\n\n"
        let inChoice = "data: {\"choices\":[{\(end),\"error\":{\"code\":400,\"message\":\"m\"}}]}\n\n"
        for body in [gateway, inChoice] {
            let error = await failure(.openai, text + body)
            #expect(error == .interrupted(.init(code: 400, message: "m")) && error?.retry == .hardlyEver)
        }
        let unnamed = await failure(.openai, text + "data: {\"choices\":[{\(end)}]}\n\n")
        #expect(unnamed?.retry == .backoff && unnamed?.description.contains("finish_reason error") == true)
    }

    @Test("a request that is too long for the model says what to do, whatever the server's words")
    func tooLong() async throws {
        for error in [
            #"{"code":400,"message":"request (25019 tokens) exceeds the available context size (4096 tokens), try "#
                + #"increasing it","type":"exceed_context_size_error","n_prompt_tokens":25019,"n_ctx":4096}"#,
            #"{"message":"This model's maximum context length is 8192 tokens.","code":"context_length_exceeded"}"#,
            #"{"code":400,"message":"The input token count exceeds the maximum number of tokens allowed 1048576.","#
                + #""status":"INVALID_ARGUMENT"}"#,
        ] {
            let failed = try #require(await failure(.openai, "data: {\"error\":\(error)}\n\n"))
            #expect(failed.retry == .hardlyEver && failed.isOfRequest)
            #expect(failed.description.contains("longer context") && failed.description.contains("smaller pictures"))
        }
    }
}

extension ModelAPI {
    func client(_ http: any HTTPClient, key: Secret? = nil) -> any ModelClient {
        switch self {
        case .gemini: GeminiEndpoint(baseURL: "http://model.test", model: "m", key: key).client(over: http)
        case .openai: OpenAIEndpoint(baseURL: "http://model.test/v1", model: "m", key: key).client(over: http)
        }
    }

    /// A finish reason as a field of a piece.
    var stop: String { self == .gemini ? #","finishReason":"STOP""# : #","finish_reason":"stop""# }
}
