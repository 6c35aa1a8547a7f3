import Engine
import FoundationEssentials
import NIOCore
import Synchronization

@testable import Basics
@testable import Connections

/// A body that a test feeds while somebody reads it. Reading ends with `CancellationError` when the reader is
/// cancelled.
final class BodyFeed: Sendable {
    private struct State {
        var pieces: [Result<ByteBuffer?, any Error>] = []
        var reader: CheckedContinuation<ByteBuffer?, any Error>?
    }
    private let state = Mutex(State())

    func send(_ text: String) { send(ByteBuffer(string: text)) }
    func send(_ bytes: ByteBuffer) { push(.success(bytes)) }
    func end() { push(.success(nil)) }
    func fail(_ error: any Error) { push(.failure(error)) }

    private func push(_ piece: Result<ByteBuffer?, any Error>) {
        let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
            guard let reader = state.reader else {
                state.pieces.append(piece)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(with: piece)
    }

    var body: HTTPBody {
        HTTPBody { [self] in
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let ready = state.withLock { state -> Result<ByteBuffer?, any Error>? in
                        if !state.pieces.isEmpty { return state.pieces.removeFirst() }
                        if Task.isCancelled { return .failure(CancellationError()) }
                        state.reader = continuation
                        return nil
                    }
                    if let ready { continuation.resume(with: ready) }
                }
            } onCancel: {
                push(.failure(CancellationError()))
            }
        }
    }
}

/// What a scripted server answers with.
struct ScriptedAnswer: Sendable {
    var status = 200
    var headers: [(name: String, value: String)] = [("Content-Type", "text/event-stream")]
    var feed = BodyFeed()

    /// An answer whose body is there at once.
    static func whole(_ status: Int = 200, type: String = "text/event-stream", _ pieces: String...) -> ScriptedAnswer {
        let answer = ScriptedAnswer(status: status, headers: [("Content-Type", type)])
        for piece in pieces { answer.feed.send(piece) }
        answer.feed.end()
        return answer
    }

    /// A good streamed answer.
    static func good(_ text: String = "All is well.") -> ScriptedAnswer {
        .whole(200, sse(text: text, finish: "STOP"))
    }
}

/// A piece of a streamed answer, as it travels.
func sse(text: String, finish: String? = nil) -> String {
    let reason = finish.map { #","finishReason":"\#($0)""# } ?? ""
    let json = #"{"candidates":[{"content":{"parts":[{"text":"\#(text)"}],"role":"model"}\#(reason),"index":0}],"#
        + #""usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"thoughtsTokenCount":3},"#
        + #""modelVersion":"scripted"}"#
    return "data: \(json)\r\n\r\n"
}

/// An HTTP client whose answers a test writes, and which keeps what it was asked.
final class ScriptedHTTPClient: HTTPClient {
    private struct State {
        var requests: [HTTPRequest] = []
        var active = 0
        var peak = 0
        var isClosed = false
        var activeAtClose: Int?
    }
    private let state = Mutex(State())
    private let answer: @Sendable (HTTPRequest, Int) throws -> ScriptedAnswer

    /// `answer` is given the request and its number, from 0.
    init(_ answer: @escaping @Sendable (HTTPRequest, Int) throws -> ScriptedAnswer) { self.answer = answer }

    func withResponse<Result: Sendable>(
        to request: HTTPRequest, _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        let number = try state.withLock { state in
            guard !state.isClosed else { throw HTTPFailure(.closed, phase: .queued, origin: nil) }
            state.requests.append(request)
            state.active += 1
            state.peak = max(state.peak, state.active)
            return state.requests.count - 1
        }
        defer { state.withLock { $0.active -= 1 } }
        let answer = try answer(request, number)
        return try await use(HTTPResponse(status: answer.status, headers: answer.headers, body: answer.feed.body))
    }

    func occupancy() -> Occupancy {
        state.withLock {
            var occupancy = Occupancy()
            occupancy.isClosed = $0.isClosed
            occupancy.requests = $0.requests.count
            return occupancy
        }
    }

    func close() async {
        state.withLock {
            if !$0.isClosed { $0.activeAtClose = $0.active }
            $0.isClosed = true
        }
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var peak: Int { state.withLock { $0.peak } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    /// Requests that were still under way when it was closed.
    var activeAtClose: Int? { state.withLock { $0.activeAtClose } }
}

/// A request body, read independently of the types that wrote it.
struct SentBody: Decodable {
    struct Content: Decodable { var parts: [Part] }
    struct Part: Decodable {
        var text: String?
        var inlineData: Inline?
    }
    struct Inline: Decodable {
        var mimeType: String
        var data: Data
    }
    struct Configuration: Decodable {
        struct Schema: Decodable {
            var type: String
            var required: [String]
        }
        var maxOutputTokens: Int?
        var responseMimeType: String?
        var responseSchema: Schema?
    }
    var contents: [Content]
    var systemInstruction: Content?
    var generationConfig: Configuration?

    init(_ request: HTTPRequest) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(request.body.readableBytesView))
    }

    var picture: Data? { contents.first?.parts.compactMap(\.inlineData).first?.data }
    var text: String? { contents.first?.parts.compactMap(\.text).first }
}
