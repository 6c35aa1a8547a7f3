import FoundationEssentials
import NIOCore
import Synchronization
import Testing

@testable import Basics
@testable import Connections
@testable import Engine
@testable import Record
@testable import Vision

@Suite("Gemini client", .timeLimit(.minutes(5)), .shared)
struct GeminiClientTests {
    private static let key = "AIza-the-secret"
    private let endpoint = GeminiEndpoint(
        baseURL: "http://model.test/", model: "models/gemini-3.8-flash", key: Secret(key + "\n"))

    private func stream(_ answer: ScriptedAnswer) async throws -> (answer: ModelAnswer, pieces: [String]) {
        let http = ScriptedHTTPClient { _, _ in answer }
        let pieces = Mutex<[String]>([])
        let whole = try await GeminiClient(endpoint: endpoint, http: http)
            .stream(ModelPrompt(instructions: "", text: "?"), AccountBench.leave()) { piece in
                pieces.withLock { $0.append(piece) }
            }
        return (whole, pieces.withLock { $0 })
    }

    private func failure(_ answer: ScriptedAnswer) async -> InterpreterError? {
        await #expect(throws: InterpreterError.self) { _ = try await stream(answer) }
    }

    @Test("the picture reaches the body whole, whatever its length and whatever the prompt says", arguments: 0...67)
    func bodyHoldsThePicture(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 151 + 7) }
        var configuration = GeminiMessages.GenerationConfig()
        configuration.maxOutputTokens = 5
        let prompt = GeminiPrompt(
            instructions: #"say "data":"" twice: {"data":""}"#, text: #"why "data":"" \ ? ü"#,
            picture: EncodedPicture(bytes: bytes), configuration: configuration)
        let body = try SentBody(HTTPRequest(url: "http://x", body: prompt.body()))
        #expect(body.picture == Data(bytes))
        #expect(body.text == #"why "data":"" \ ? ü"#)
        #expect(body.systemInstruction?.parts.first?.text == #"say "data":"" twice: {"data":""}"#)
        #expect(body.generationConfig?.maxOutputTokens == 5)
    }

    @Test("a frame survives the way into a body and out of it")
    func frameInBody() throws {
        let rgb = (0..<(16 * 9 * 3)).map { UInt8(truncatingIfNeeded: $0 * 31) }
        let frame = Frame(width: 16, height: 9, rgb: rgb, sequence: 1, capturedAt: .now)
        let prompt = GeminiPrompt(instructions: "", text: "?", picture: .png(frame))
        let body = try SentBody(HTTPRequest(url: "http://x", body: prompt.body()))
        let picture = try PNG.decode([UInt8](#require(body.picture)))
        #expect(picture == PNG.Image(width: 16, height: 9, rgb: rgb))
    }

    @Test("the body of a large picture is allocated once")
    func bodyIsAllocatedOnce() throws {
        let prompt = GeminiPrompt(
            instructions: "a", text: "b", picture: EncodedPicture(bytes: Array(repeating: 9, count: 100_000)))
        let body = try prompt.body()
        #expect(body.capacity < 2 * body.readableBytes)
        #expect(body.readableBytes > 133_000)
    }

    @Test("asks the right address, with the key in its header and nowhere else")
    func request() async throws {
        let http = ScriptedHTTPClient { _, _ in .good() }
        let client = GeminiClient(endpoint: endpoint, http: http)
        _ = try await client.stream(ModelPrompt(instructions: "", text: "?"), AccountBench.leave()) { _ in }
        let request = try #require(http.requests.first)
        #expect(request.method == "POST")
        #expect(
            request.url == "http://model.test/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse")
        #expect(request.headers.filter { $0.value.contains(Self.key) }.map(\.name) == ["x-goog-api-key"])
        #expect(request.headers.first { $0.name == "x-goog-api-key" }?.value == Self.key)
        let body = String(buffer: request.body)
        #expect(!body.contains(Self.key))
    }

    @Test("a version in the address counts, and a strange model name stays one path")
    func addresses() {
        let endpoint = GeminiEndpoint(baseURL: "https://x.test/v1/", model: "a b?c")
        #expect(endpoint.url("generateContent") == "https://x.test/v1/models/a%20b%3Fc:generateContent")
        #expect(GeminiEndpoint(baseURL: "https://x.test").version == "v1beta")
        #expect(GeminiEndpoint(baseURL: "https://x.test").model == GeminiEndpoint.defaultModel)
    }

    @Test("gives the pieces as they arrive, and the whole at the end")
    func streams() async throws {
        let (answer, pieces) = try await stream(
            .whole(
                200, ": hello\n\n", sse(text: "One "), "event: x\n" + sse(text: "two.", finish: "STOP"),
                "data: [DONE]\n\n"))
        #expect(pieces == ["One ", "two."])
        #expect(answer.text == "One two.")
        #expect(answer.usage == TokenUsage(prompt: 11, candidates: 7, thoughts: 3))
    }

    @Test("reads a server that answers a stream with one JSON list")
    func jsonInsteadOfStream() async throws {
        let list = #"[{"candidates":[{"content":{"parts":[{"text":"a"}]}}]},"#
            + #"{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}]"#
        let (answer, pieces) = try await stream(.whole(200, type: "application/json; charset=UTF-8", list))
        #expect(answer.text == "ab")
        #expect(pieces == ["a", "b"])
    }

    @Test("a stream that stops in the middle of an event is truncated, not malformed")
    func cutEvent() async throws {
        let (answer, _) = try await stream(.whole(200, sse(text: "One "), #"data: {"candidates":[{"con"#))
        #expect(answer.text == "One ")
        #expect(answer.isTruncated)
    }

    @Test("a last event without its empty line counts")
    func unterminatedEvent() async throws {
        let last = sse(text: "two", finish: "STOP").trimmed
        #expect(try await stream(.whole(200, sse(text: "one "), last)).answer.text == "one two")
    }

    @Test("an error in the middle of a stream ends it")
    func midStreamError() async {
        let error = await failure(
            .whole(
                200, sse(text: "One "),
                #"data: {"error":{"code":503,"message":"gone","status":"UNAVAILABLE"}}"# + "\n\n"))
        #expect(error == .interrupted(.init(code: 503, message: "gone", status: "UNAVAILABLE")))
        #expect(error?.phase == .receiving)
    }

    @Test("a cut connection names its phase")
    func cutConnection() async {
        let answer = ScriptedAnswer()
        answer.feed.send(sse(text: "One "))
        answer.feed.fail(HTTPFailure(.disconnected(bodyBytes: 99), phase: .receiving, origin: nil))
        let error = await failure(answer)
        #expect(error?.phase == .receiving)
        #expect(error?.description.contains("99 body bytes") == true)
    }

    @Test("success is exactly 200, and an answer in another language is said to be that")
    func foreignAnswers() async {
        #expect(
            await failure(.whole(201, type: "text/plain", "x"))
                == .refused(.init(code: 201, message: "x"), status: 201))
        let json = ScriptedAnswer.whole(200, type: "application/json", #"{"a":1}"#)
        #expect(await failure(json) == .foreign(status: 200, excerpt: #"{"a":1}"#))
        #expect(await failure(.whole(200, type: "text/html", "<html>")) == .noAnswer)
        #expect(await failure(.whole(200)) == .noAnswer)
    }

    @Test("a page of a proxy is a refusal like any other: it costs nothing, and 404 is not tried again soon")
    func proxyPages() async throws {
        let down = try #require(await failure(.whole(503, type: "text/html", "<html>\nBad")))
        #expect(down == .refused(.init(code: 503, message: "<html> Bad"), status: 503) && down.retry == .backoff)
        #expect(down.description == "the server has trouble (HTTP 503: <html> Bad); it is tried again")
        let bench = AccountBench {
            $0.budget = Money(nanodollars: 1_000_000_000)
            $0.price = Price(input: 1, output: 1)
        }
        try bench.admit().failed(down)
        #expect(bench.hub.snapshot.statistics.spend.unreported == .zero)
        // Asked for its list of models it says the same.
        let http = ScriptedHTTPClient { _, _ in .whole(404, type: "text/plain", "404 page not found") }
        let lost = await #expect(throws: InterpreterError.self) {
            try await GeminiClient(endpoint: endpoint, http: http)
                .generate(ModelPrompt(instructions: "", text: "?"), AccountBench.leave())
        }
        #expect(lost?.retry == .hardlyEver)
    }

    @Test("where nothing is found and nobody named the API, the advice is to name it", arguments: ModelAPI.allCases)
    func guessedAPI(api: ModelAPI) async throws {
        for isGuessed in [true, false] {
            let http = ScriptedHTTPClient { _, _ in .whole(404, type: "text/plain", "") }
            var gemini = GeminiEndpoint(baseURL: "http://h")
            var openAI = OpenAIEndpoint(baseURL: "http://h", model: "m")
            (gemini.isGuessed, openAI.isGuessed) = (isGuessed, isGuessed)
            let client = api == .gemini ? gemini.client(over: http) : openAI.client(over: http)
            let asked = await #expect(throws: InterpreterError.self) {
                try await client.generate(ModelPrompt(instructions: "", text: "?"), AccountBench.leave())
            }
            let listed = await #expect(throws: InterpreterError.self) { try await client.models() }
            for text in [asked?.description, listed?.description] {
                #expect(text?.contains("the \(api.rawValue) API is a guess: name it with --api") == isGuessed)
                #expect(text?.contains("/v1") == isGuessed)
            }
        }
    }

    @Test("Retry-After is honoured where the body says nothing")
    func retryAfterHeader() async {
        var answer = ScriptedAnswer.whole(429, type: "application/json", #"{"error":{"code":429}}"#)
        answer.headers.append(("Retry-After", "12"))
        #expect(await failure(answer)?.retry == .after(.seconds(12)))
        var date = ScriptedAnswer.whole(503, type: "text/html", "<html>busy")
        date.headers += [
            ("Date", "Sun, 22 Nov 2026 23:59:40 GMT"), ("Retry-After", "Mon, 23 Nov 2026 00:00:15 GMT"),
        ]
        #expect(await failure(date)?.retry == .after(.seconds(35)))
        var page = ScriptedAnswer.whole(503, type: "text/html", "<html>busy")
        page.headers.append(("Retry-After", "7"))
        #expect(await failure(page)?.retry == .after(.seconds(7)))
        #expect(await failure(.whole(429, type: "text/plain", "slow down"))?.quota == QuotaSignal(isDaily: false))
    }

    @Test("a server that repeats the key does not get it into an error", arguments: [200, 400, 502])
    func keyIsNeverRepeated(status: Int) async {
        let bodies = [
            #"{"error":{"code":400,"message":"API key \#(Self.key) not valid","status":"\#(Self.key)"}}"#,
            "no such key: \(Self.key)", "data: \(Self.key)\n\n",
            #"data: {"promptFeedback":{"blockReason":"\#(Self.key)"}}"# + "\n\n",
        ]
        for body in bodies {
            let error = await failure(.whole(status, type: "text/event-stream", body))
            let shown = "\(String(reflecting: error)) \(error?.description ?? "")"
            #expect(!shown.contains(Self.key))
        }
        // Not even a part of it, where the message is cut.
        for offset in 230...245 {
            let error = await failure(
                .whole(status, type: "text/plain", String(repeating: "x", count: offset) + Self.key + "yyy"))
            #expect(error?.description.contains("AIza") == false)
        }
    }

    @Test("whole answers are read too")
    func generates() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .whole(
                200, type: "application/json",
                #"{"candidates":[{"content":{"parts":[{"text":"{}"}]},"finishReason":"STOP"}]}"#)
        }
        let answer = try await GeminiClient(endpoint: endpoint, http: http)
            .generate(ModelPrompt(instructions: "", text: "?"), AccountBench.leave())
        #expect(answer.text == "{}")
        #expect(http.requests.first?.url.hasSuffix(":generateContent") == true)
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
