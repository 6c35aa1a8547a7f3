import Basics
import Connections
import NIOCore
import Record

/// Carries the requests of one API's client: puts the key where it belongs and nowhere else, and turns all that goes
/// wrong into ``InterpreterError``.
package struct ModelTransport: Sendable {
    /// The most bytes a whole (not streamed) answer may have.
    static let bodyBound = 4 * 1024 * 1024
    /// The most bytes any answer may have once it is decoded.
    private static let decodedBound = 32 * 1024 * 1024
    /// The type of an answer that is not streamed.
    static let document = "application/json"
    /// How long the end of a body may take after the end of what it says.
    private static let endGrace = Duration.milliseconds(100)
    /// The most characters of a server's text that a message repeats.
    private static let messageBound = 240

    private let http: any HTTPClient
    /// What of every URL the operator chose.
    private let base: String
    private let key: String?
    /// Takes the key out of what comes back.
    let redactor: KeyRedactor
    /// The API that is spoken, where its URL was all that it was told by.
    private let guessed: ModelAPI?
    private let keyHeader: @Sendable (String) -> (name: String, value: String)

    /// `keyHeader` gives the header that carries the key; `guessed` is the API where nobody named it.
    package init(
        http: any HTTPClient, base: String, key: Secret?, guessed: ModelAPI? = nil,
        keyHeader: @escaping @Sendable (String) -> (name: String, value: String)
    ) {
        self.http = http
        self.base = base
        self.guessed = guessed
        self.keyHeader = keyHeader
        // Without the line feed that comes with reading it from a file, or anything else a header cannot hold.
        let plain = String((key?.reveal() ?? "").filter { $0.isASCII && !$0.isWhitespace })
        self.key = plain.isEmpty ? nil : plain
        redactor = KeyRedactor(key: plain)
    }

    /// Sends one request and hands over its answer if that is a success.
    /// - Parameter body: `nil` makes it a GET.
    package func send<Result: Sendable>(
        _ url: String, body: @Sendable () throws -> ByteBuffer?, accept: String,
        _ read: @escaping @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        do {
            let body = try body()
            var headers = [(name: "Accept", value: accept), (name: "User-Agent", value: "singularis")]
            // A document gets smaller, and nothing of it is of use before its end; a stream would be held back.
            if accept == Self.document { headers.append((name: "Accept-Encoding", value: "gzip")) }
            if body != nil { headers.insert((name: "Content-Type", value: "application/json"), at: 0) }
            if let key { headers.append(keyHeader(key)) }
            let request = HTTPRequest(
                method: body == nil ? "GET" : "POST", url: url, headers: headers, body: body ?? ByteBuffer())
            return try await exchange(request, mayMove: true, read)
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            throw advised(interpreterError(error).mapTexts(clean))
        }
    }

    private enum Step<Result: Sendable>: Sendable {
        case done(Result)
        case moved(to: String)
    }

    /// Makes a request; if its server sends it on, then once more.
    private func exchange<Result: Sendable>(
        _ request: HTTPRequest, mayMove: Bool, _ read: @escaping @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        let step = try await http.withResponse(to: request) { response -> Step<Result> in
            // Success is exactly 200: everything else carries no answer.
            if response.status == 200 { return .done(try await read(response.decoded(bound: Self.decodedBound))) }
            guard let move = Move(response, to: request, base: base) else { throw await refusal(response) }
            guard mayMove, move.isSafe else { throw move.error }
            return .moved(to: move.url)
        }
        switch step {
        case .done(let result): return result
        case .moved(let url):
            var next = request
            next.url = url
            return try await exchange(next, mayMove: false, read)
        }
    }

    /// Reads a stream of events to its end and hands on the text that `add` finds in each, without the key. True when
    /// the server said itself that this is the end.
    func pieces(
        of response: HTTPResponse, to onPiece: (String) -> Void, _ add: ([UInt8]) throws -> String
    ) async throws -> Bool {
        var redactor = redactor
        func show(_ text: String) { if !text.isEmpty { onPiece(text) } }
        // However the stream ends, what was held back belongs to what was said.
        defer { show(redactor.finish()) }
        return try await Self.events(of: response) { show(redactor.add(try add($0))) }
    }

    /// Reads a stream of events to its end, which is that of the body or `[DONE]`, and hands over the data of each. A
    /// last event without its empty line is handed over too, but if `take` finds it malformed, then it is only the half
    /// of one: the stream was cut. True when it ended with `[DONE]`.
    @discardableResult
    static func events(
        of response: HTTPResponse, bound: Int = bodyBound, _ take: ([UInt8]) throws -> Void
    ) async throws -> Bool {
        var events = ServerSentEvents(bound: bound)
        for try await bytes in response.body {
            for event in try events.consume(bytes.readableBytesView) {
                guard !event.isDone else {
                    await awaitEnd(of: response.body)
                    return true
                }
                try take(event.data)
            }
        }
        guard let last = try events.finish() else { return false }
        if !last.isDone { do { try take(last.data) } catch InterpreterError.malformed {} }
        return last.isDone
    }

    /// After `[DONE]` nothing is missing. The end of the body mostly comes with it, and is given a moment, because a
    /// connection can only be kept after it; but some servers never send it.
    private static func awaitEnd(of body: HTTPBody) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await body.skip() }
            // The machine's time: it limits a wait for bytes, and no decision hangs on it.
            group.addTask { try? await Task.sleep(for: endGrace) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Whether a response that should be a stream is one document instead.
    static func isDocument(_ response: HTTPResponse) -> Bool {
        response.header("content-type")?.lowercased().hasPrefix(document) ?? false
    }

    /// What stands outside 200, which is a refusal whoever words it: the server's API, or a proxy in between.
    private func refusal(_ response: HTTPResponse) async -> any Error {
        do {
            let body = try await refusalBody(response).readableBytesView
            var refusal = GeminiMessages.Refusal(body: body)
                ?? GeminiMessages.Refusal(code: response.status, message: excerpt(of: body))
            refusal.retryAfter = [refusal.retryAfter, RetryAfter.wait(response.headers)].compactMap { $0 }.max()
            if response.status == 429, refusal.retryAfter == nil {
                refusal.retryAfter = RetryAfter.reset(response.headers)
            }
            return InterpreterError.refused(refusal, status: response.status)
        } catch {
            return error
        }
    }

    /// Empty where it is encoded and cannot be read: its status says enough.
    private func refusalBody(_ response: HTTPResponse) async throws -> ByteBuffer {
        do {
            return try await response.decoded(bound: Self.decodedBound).body.collect(upTo: 256 * 1024)
        } catch let failure as HTTPFailure {
            guard response.header("content-encoding") != nil, case .malformed = failure.reason else { throw failure }
            return ByteBuffer()
        }
    }

    private func interpreterError(_ error: any Error) -> InterpreterError {
        switch error {
        case let error as InterpreterError: error
        case let failure as HTTPFailure: .transport(failure)
        case let error as ServerSentEvents.TooLong: .tooLong(bound: error.bound)
        default: .unexpected("\(error)")
        }
    }

    /// Where nothing is found the guess may be wrong.
    private func advised(_ error: InterpreterError) -> InterpreterError {
        guard let guessed, case .refused(var refusal, 404) = error else { return error }
        refusal.message += (refusal.message.isEmpty ? "" : " - ")
            + "that it speaks the \(guessed.rawValue) API is a guess: name it with --api; OpenAI's paths begin with /v1"
        return .refused(refusal, status: 404)
    }

    /// Text from outside, fit for a message: without the key (some servers repeat it), on one line, not endless.
    private func clean(_ text: String) -> String {
        let whole = redactor.clean(HalfCharacters.joined(text))
        let start = whole.prefix(Self.messageBound)
        let line = start.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return start.utf8.count < whole.utf8.count ? line + "…" : line
    }
}

extension HTTPBody {
    /// Reads to the end and keeps nothing.
    fileprivate func skip() async throws { for try await _ in self {} }
}
