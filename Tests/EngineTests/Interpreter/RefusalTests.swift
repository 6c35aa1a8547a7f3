import Engine
import NIOCore
import TestSupport
import Testing

@testable import Basics
@testable import Connections

/// What is done about a refusal: when it is asked again, and what the operator is told.
@Suite("Refusals", .timeLimit(.minutes(5)), .serialized, .alone)
struct RefusalTests {
    private func failure(
        _ api: ModelAPI, key: Secret? = nil, _ answer: @escaping @Sendable (HTTPRequest, Int) -> ScriptedAnswer
    ) async -> (error: InterpreterError?, requests: [HTTPRequest]) {
        let http = ScriptedHTTPClient { request, number in answer(request, number) }
        let prompt = ModelPrompt(instructions: "", text: "?")
        do {
            _ = try await api.client(http, key: key).generate(prompt, AccountBench.leave())
            return (nil, http.requests)
        } catch {
            return (error as? InterpreterError, http.requests)
        }
    }

    private func refused(_ status: Int, _ message: String = "no", headers: [(String, String)] = []) async
        -> InterpreterError?
    {
        await failure(.openai) { request, _ in
            var answer = ScriptedAnswer.whole(
                request.method == "GET" ? 404 : status, type: "application/json",
                #"{"error":{"message":"\#(message)"}}"#)
            answer.headers += headers.map { (name: $0.0, value: $0.1) }
            return answer
        }.error
    }

    @Test("what cannot pass is hardly asked again", arguments: [400, 401, 402, 403, 404, 405, 410, 413, 415, 422])
    func cannotPass(status: Int) async {
        #expect(await refused(status)?.retry == .hardlyEver)
    }

    @Test("what may pass is asked again after a while", arguments: [408, 409, 425, 429, 500, 502, 503, 529])
    func mayPass(status: Int) async {
        #expect(await refused(status)?.retry == .backoff)
    }

    @Test("where what was sent is refused, the next picture may pass, and other kinds of requests")
    func ofTheRequest() async throws {
        #expect(await refused(400, "Unable to process input image.")?.retry == .backoff)
        #expect(await refused(422, "image could not be decoded")?.retry == .backoff)
        for status in [400, 413, 415, 422] { #expect(await refused(status)?.isOfRequest == true) }
        for status in [401, 402, 403, 404, 429, 500] { #expect(await refused(status)?.isOfRequest == false) }
    }

    @Test(
        "a model that cannot see is said to be that, whatever the status",
        arguments: [
            (500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"),
            (404, "No endpoints found that support image input"), (400, "m is not a multimodal model"),
            (400, "this model does not support images"),
        ])
    func blind(status: Int, message: String) async throws {
        let error = try #require(await refused(status, message))
        #expect(error.retry == .hardlyEver && error.description.hasPrefix("the model takes text only (HTTP \(status)"))
    }

    @Test(
        "what a server asks to wait is kept to, wherever it says so",
        arguments: [
            ("Rate limit reached for m. Please try again in 1.2s.", [], 1.2),
            ("Please try again in 6m0s. Visit us", [], 360), ("try again in 250ms", [], 0.25),
            ("Please retry after 20 seconds.", [], 20), ("quota: Please retry in 36.43s.", [], 36.43),
            ("try again in 1 minute", [], 60), ("no", [("Retry-After-Ms", "1250")], 1.25),
            ("no", [("retry-after-ms", "1250"), ("retry-after", "2")], 1.25), ("no", [("Retry-After", "7")], 7),
            ("Please try again in 1.2s", [("Retry-After", "7")], 7),
            ("no", [("x-ratelimit-reset-requests", "8.64s"), ("x-ratelimit-reset-tokens", "6m0s")], 8.64),
            ("no", [
                ("x-ratelimit-remaining-requests", "59"), ("x-ratelimit-reset-requests", "1s"),
                ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s"),
            ], 360),
            ("no", [
                ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "1s"),
                ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "20s"),
            ], 20),
            ("no", [("X-RateLimit-Reset", "12")], 12),
            ("no", [("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("X-RateLimit-Reset", "784111787")], 10),
            ("no", [("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("X-RateLimit-Reset", "784111787500")], 10.5),
        ] as [(String, [(String, String)], Double)])
    func waits(message: String, headers: [(String, String)], seconds: Double) async throws {
        guard case .after(let wait)? = await refused(429, message, headers: headers)?.retry else {
            Issue.record("no wait was found")
            return
        }
        #expect(abs(wait.seconds - seconds) < 0.001, "\(wait)")
    }

    @Test(
        "what is no wait is none",
        arguments: ["Please try again later", "try again in a moment", "in 5s", "try again in 1e9h", "retry after"])
    func noWait(message: String) async {
        #expect(await refused(429, message)?.retry == .backoff)
    }

    private static func moved(_ status: Int, to place: String) -> ScriptedAnswer {
        ScriptedAnswer(status: status, headers: [("Location", place)], feed: ended)
    }
    private static var ended: BodyFeed {
        let feed = BodyFeed()
        feed.end()
        return feed
    }

    @Test(
        "a redirect elsewhere is named, with what to set; nothing is sent there",
        arguments: [
            (301, "https://model.test/v1/chat/completions?k=secret", "https://model.test/v1/chat/completions",
                "set --endpoint https://model.test/v1"),
            (302, "//other.test:8443/api/v1/chat/completions", "http://other.test:8443/api/v1/chat/completions",
                "set --endpoint http://other.test:8443/api/v1"),
            (307, "https://login.test/?next=x", "https://login.test/", "check --endpoint"),
            (308, "http://model.test:81/v1/chat/completions/", "http://model.test:81/v1/chat/completions/",
                "set --endpoint http://model.test:81/v1"),
            (303, "/v1/elsewhere", "http://model.test/v1/elsewhere", "check --endpoint"),
            (301, "/v1/chat/completions/", "http://model.test/v1/chat/completions/", "check --endpoint"),
        ])
    func redirects(status: Int, place: String, shown: String, advice: String) async throws {
        let (error, requests) = await failure(.openai, key: Secret("sk-1")) { _, _ in Self.moved(status, to: place) }
        let words = try #require(error).description
        #expect(words.contains("(HTTP \(status)): \(shown); the request did not follow;"), "\(words)")
        #expect(words.contains(advice), "\(words)")
        #expect(!words.contains("secret") && error?.retry == .hardlyEver)
        #expect(requests.count == 1)
    }

    @Test("within its origin a 307 or 308 is followed with all that was sent, once", arguments: [307, 308])
    func follows(status: Int) async throws {
        let (error, requests) = await failure(.openai, key: Secret("sk-1")) { request, number in
            number == 0
                ? Self.moved(status, to: "/v1/chat/completions/")
                : .whole(
                    type: "application/json", #"{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}"#)
        }
        #expect(error == nil)
        #expect(
            requests.map(\.url) == [
                "http://model.test/v1/chat/completions", "http://model.test:80/v1/chat/completions/",
            ])
        #expect(requests[1].method == "POST" && requests[1].body == requests[0].body)
        #expect(requests[1].headers.contains { $0.name == "Authorization" && $0.value == "Bearer sk-1" })

        let (loop, asked) = await failure(.gemini) { _, _ in Self.moved(status, to: "http://model.test:80/again") }
        #expect(asked.count == 2)
        #expect(loop == .redirected(to: "http://model.test/again", endpoint: nil, status: status))
    }

    @Test("a redirect to no place that could be asked stays what it is", arguments: ["mailto:a@b", "http://a:b@c/", ""])
    func noPlace(place: String) async {
        let (error, requests) = await failure(.gemini) { _, _ in Self.moved(307, to: place) }
        #expect(requests.count <= 2 && error != nil && error?.retry == .hardlyEver)
    }
}
