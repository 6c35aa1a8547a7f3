import Engine
import NIOCore
import Synchronization
import Testing

@testable import Basics
@testable import Connections

/// A server that repeats the key in an answer of success does not get it shown.
@Suite("Key redactor", .timeLimit(.minutes(5)), .shared)
struct KeyRedactorTests {
    private static let key = "AIza-AIza-the-secret"

    private func redact(_ pieces: [String], key: String = Self.key) -> [String] {
        var redactor = KeyRedactor(key: key)
        return pieces.map { redactor.add($0) } + [redactor.finish()]
    }

    @Test("a key split over two pieces is found, wherever it is split", arguments: 0...20)
    func splits(at index: Int) {
        let (one, two) = (String(Self.key.prefix(index)), String(Self.key.dropFirst(index)))
        let shown = redact(["say " + one, two + " again"])
        #expect(shown.joined() == "say •••• again")
        // No part of it was shown before the rest came.
        #expect(shown[0] == (index == Self.key.count ? "say ••••" : "say "))
    }

    @Test("a key that comes letter by letter is found, and one after the other")
    func letters() {
        #expect(redact("x\(Self.key)\(Self.key)y".map(String.init)).joined() == "x••••••••y")
        #expect(redact("ababab".map(String.init), key: "abab").joined() == "••••ab")
    }

    @Test("what only looks like the beginning of a key comes whole, and nothing else waits")
    func others() {
        let pieces = ["The AI", "za-", "AIza-A", " said ü", "A"]
        #expect(redact(pieces) == ["The ", "", "AIza-", "AIza-A said ü", "", "A"])
        #expect(redact(["ü", "🐺 all"], key: "") == ["ü", "🐺 all", ""])
    }

    @Test("a text that is cut inside the key does not show the most of it")
    func cut() {
        #expect(KeyRedactor(key: Self.key).clean("say AIza-AIza-t") == "say ••••")
        #expect(KeyRedactor(key: Self.key).clean("say AI") == "say AI")
    }

    private static let gemini = GeminiEndpoint(baseURL: "http://h", model: "m", key: Secret(key))
    private static let openAI = OpenAIEndpoint(baseURL: "http://h/v1", model: "m", key: Secret(key))

    private func geminiPiece(_ text: String, _ finish: String?) -> String {
        let reason = finish.map { #","finishReason":"\#($0)""# } ?? ""
        return #"{"candidates":[{"content":{"parts":[{"text":"\#(text)"}]}\#(reason)}],"#
            + #""modelVersion":"m \#(Self.key)"}"#
    }

    private func openAIPiece(_ text: String, _ finish: String?, field: String) -> String {
        let reason = finish.map { #""\#($0)""# } ?? "null"
        return #"{"model":"m \#(Self.key)","#
            + #""choices":[{"\#(field)":{"content":"\#(text)"},"finish_reason":\#(reason)}]}"#
    }

    /// Asks a server of the API that answers with the key in every field, split between two pieces where it streams.
    private func ask(_ api: ModelAPI, streamed: Bool) async throws -> (answer: ModelAnswer, pieces: [String]) {
        let (one, two) = ("say \(Self.key.prefix(7))", "\(Self.key.dropFirst(7)).")
        let bodies = api == .gemini
            ? [geminiPiece(one, nil), geminiPiece(two, Self.key)]
            : [one, two].map { openAIPiece($0, $0 == two ? Self.key : nil, field: "delta") }
        let whole = api == .gemini
            ? "[\(bodies.joined(separator: ","))]" : openAIPiece(one + two, Self.key, field: "message")
        let http = ScriptedHTTPClient { _, _ in
            streamed
                ? .whole(200, bodies.map { "data: \($0)\n\n" }.joined())
                : .whole(200, type: "application/json", whole)
        }
        let endpoint: any ModelEndpoint = api == .gemini ? Self.gemini : Self.openAI
        let pieces = Mutex<[String]>([])
        let client = endpoint.client(over: http)
        // A server may answer a stream with one document.
        let answer = try await client.stream(ModelPrompt(instructions: "", text: "?"), AccountBench.leave()) { piece in
            pieces.withLock { $0.append(piece) }
        }
        return (answer, pieces.withLock { $0 })
    }

    @Test("no field of an answer shows the key, of neither API", arguments: ModelAPI.allCases, [true, false])
    func answers(api: ModelAPI, streamed: Bool) async throws {
        let (answer, pieces) = try await ask(api, streamed: streamed)
        #expect(pieces.joined() == "say ••••." && answer.text == "say ••••.")
        #expect(answer.finishReason?.rawValue == "••••" && answer.modelVersion == "m ••••")
        #expect(!"\(String(reflecting: answer))\(pieces)".contains("the-secret"))
    }

    @Test("what was held back is shown when the stream breaks off")
    func brokenOff() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .whole(200, sse(text: "a wolf AI"), #"data: {"error":{"code":500,"message":"x"}}"# + "\n\n")
        }
        let pieces = Mutex<[String]>([])
        await #expect(throws: InterpreterError.self) {
            try await Self.gemini.client(over: http).stream(
                ModelPrompt(instructions: "", text: "?"), AccountBench.leave()
            ) { piece in pieces.withLock { $0.append(piece) } }
        }
        #expect(pieces.withLock { $0 } == ["a wolf ", "AI"])
    }

    @Test("names of models are shown without the key", arguments: ModelAPI.allCases)
    func lists(api: ModelAPI) async throws {
        let http = ScriptedHTTPClient { _, _ in
            .whole(
                200, type: "application/json",
                #"{"models":[{"name":"m-\#(Self.key)","supportedGenerationMethods":["generateContent"]}],"#
                    + #""data":[{"id":"m-\#(Self.key)"}]}"#)
        }
        let endpoint: any ModelEndpoint = api == .gemini ? Self.gemini : Self.openAI
        #expect(try await endpoint.client(over: http).models().map(\.name) == ["m-••••"])
    }
}
