import Engine
import FoundationEssentials
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Basics
@testable import Connections

/// Bodies as gateways compress them; the bytes are zlib's, made by another program.
@Suite("Compressed answers", .timeLimit(.minutes(5)), .serialized, .alone)
struct EncodedAnswerTests {
    private static let openAIStream =
        "H4sIAAAAAAACA0tJLEm0UqhWSs7Iz0xOLVayiq5WSknNKUlUsgIK5ueVpOaVKFkphZTnK5Tn55SlFusp1eoopWXmZRZnxBelJhbn"
        + "5wGli0vyC5RqY2u5uFLA5kW7+Pu5xnJxAQD06rFiXgAAAA=="
    private static let openAIDocument =
        "H4sIAAAAAAACAw3JQQqAMAwEwK/InsUH9B3eRKSUaAOaiFvsofTvOtdpSNk1CRGWhkvIeAhCQ3IrYgUBc/Wh+vkKJ/QRu5oyb49E"
        + "uv3N4jf62j8WBRBpSgAAAA=="
    private static let geminiStream =
        "H4sIAAAAAAACA0tJLEm0UqhWSk7MS8lMSSxJLVayigZy8/NKUvNKlKyqlQoSi0oggiWpFUARpZDyfIXy/Jyy1GI9pdrYWh2ltMy8"
        + "zOKMoNTE4vw8oHxwiH8ASIKXi5cLAGcqEcpfAAAA"
    private static let geminiDocument =
        "H4sIAAAAAAACA6tWSk7MS8lMSSxJLVayiq5WSs7PK0nNK1GyqlYqSCwqgQiWpFYARZRCyvMVyvNzylKL9ZRqY2t1lNIy8zKLM4JS"
        + "E4vz84DywSH+ASAJAGurgPVVAAAA"
    private static let refusal =
        "H4sIAAAAAAACA6tWSi0qyi9SsqpWSs5PSVWyMjUw1lHKTS0uTkwH8pSSSosrlWprAei719YnAAAA"
    /// 40,000 zeros.
    private static let zeros =
        "H4sIAAAAAAACA+3BMQEAAADCoPVP7WULoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgBt5RKnmQJwAAA=="
        + ""
    private static let deflated =
        "eNoNyUEKgDAMBMCvyJ7FB/Qd3kSklGgDmohb7KH07zrXaUjZNQkRloZLyHgIQkNyK2IFAXP1ofr5Cif0EbuaMm+PRLr9zeI3+to/"
        + "1igaYQ=="

    /// An answer whose body comes in pieces of a few bytes.
    private static func answer(
        _ base64: String, status: Int = 200, type: String, encoding: String = "gzip"
    ) -> ScriptedAnswer {
        let answer = ScriptedAnswer(
            status: status, headers: [("Content-Type", type), ("Content-Encoding", encoding)])
        var rest = (Data(base64Encoded: base64) ?? Data())[...]
        while !rest.isEmpty {
            answer.feed.send(ByteBuffer(bytes: rest.prefix(7)))
            rest = rest.dropFirst(7)
        }
        answer.feed.end()
        return answer
    }

    private let prompt = ModelPrompt(instructions: "", text: "?")

    @Test("a stream that is compressed although nobody asked for it is read", arguments: ModelAPI.allCases)
    func stream(api: ModelAPI) async throws {
        let body = api == .gemini ? Self.geminiStream : Self.openAIStream
        let http = ScriptedHTTPClient { _, _ in Self.answer(body, type: "text/event-stream") }
        let answer = try await api.client(http).stream(prompt, AccountBench.leave()) { _ in }
        #expect(answer.text == "Two wolves." && answer.finishReason == .stop)
        // It would be held back until there is enough to compress.
        #expect(http.requests[0].headers.allSatisfy { $0.name != "Accept-Encoding" })
    }

    @Test("a document is asked for compressed, and read in either form", arguments: ModelAPI.allCases)
    func document(api: ModelAPI) async throws {
        let body = api == .gemini ? Self.geminiDocument : Self.openAIDocument
        let http = ScriptedHTTPClient { _, _ in Self.answer(body, type: "application/json", encoding: " GZip") }
        #expect(try await api.client(http).generate(prompt, AccountBench.leave()).text == "Two wolves.")
        #expect(http.requests[0].headers.contains { $0.name == "Accept-Encoding" && $0.value == "gzip" })
        let deflated = ScriptedHTTPClient { _, _ in
            Self.answer(Self.deflated, type: "application/json", encoding: "deflate")
        }
        #expect(try await ModelAPI.openai.client(deflated).generate(prompt, AccountBench.leave()).text == "Two wolves.")
    }

    @Test("so is a refusal: no bytes that cannot be read stand in an error", arguments: ModelAPI.allCases)
    func refused(api: ModelAPI) async {
        let http = ScriptedHTTPClient { _, _ in Self.answer(Self.refusal, status: 503, type: "application/json") }
        await #expect(throws: InterpreterError.refused(.init(code: 503, message: "busy"), status: 503)) {
            try await api.client(http).generate(prompt, AccountBench.leave())
        }
    }

    @Test("a refusal keeps its status whatever its body is encoded as", arguments: ["br", "gzip", "sk-abcdef"])
    func unreadableRefusal(encoding: String) async throws {
        let http = ScriptedHTTPClient { _, _ in
            Self.answer("aGVsbG8=", status: 401, type: "text/html", encoding: encoding)
        }
        let failure = await #expect(throws: InterpreterError.self) {
            try await ModelAPI.openai.client(http).generate(prompt, AccountBench.leave())
        }
        guard case .refused(_, 401)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(failure?.retry == .hardlyEver)
    }

    @Test("what a server writes as its encoding is in no message: it may be the key that it was sent")
    func echoedKey() async throws {
        let failure = await #expect(throws: HTTPFailure.self) {
            try await read(Self.answer("aGVsbG8=", type: "x", encoding: "Bearer sk-abcdef"), bound: 1 << 20)
        }
        #expect(failure.map { "\($0)".contains("sk-") } == false)
    }

    private func read(_ answer: ScriptedAnswer, bound: Int) async throws -> Int {
        let response = HTTPResponse(status: 200, headers: answer.headers, body: answer.feed.body)
        return try await response.decoded(bound: bound).body.collect(upTo: 1 << 20).readableBytes
    }

    @Test("a small body cannot become a large one")
    func bomb() async throws {
        #expect(try await read(Self.answer(Self.zeros, type: "x"), bound: 40_000) == 40_000)
        let failure = await #expect(throws: HTTPFailure.self) {
            try await read(Self.answer(Self.zeros, type: "x"), bound: 39_999)
        }
        #expect(failure?.reason == .tooLarge("decoded body over 39999 bytes"))
    }

    @Test("what is cut, damaged, or encoded in another way is said to be that; an empty body is empty")
    func broken() async throws {
        let cut = String(Self.zeros.dropLast(8))
        let zeros = Self.zeros
        for (body, encoding) in [(cut, "gzip"), (zeros, "deflate"), (zeros, "br"), (zeros, "gzip, gzip")] {
            let failure = await #expect(throws: HTTPFailure.self) {
                try await read(Self.answer(body, type: "x", encoding: encoding), bound: 1 << 20)
            }
            guard case .malformed? = failure?.reason else {
                Issue.record("\(String(describing: failure))")
                continue
            }
        }
        #expect(try await read(Self.answer("", type: "x"), bound: 9) == 0)
    }
}
