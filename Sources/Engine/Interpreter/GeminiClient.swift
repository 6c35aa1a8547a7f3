import NIOCore

/// Asks a Gemini-compatible server, over whatever HTTP client it is given. Throws ``InterpreterError``, or
/// `CancellationError` when its task was cancelled.
package struct GeminiClient: Sendable {
    package let endpoint: GeminiEndpoint
    private let http: any HTTPClient
    /// The most bytes a whole (not streamed) answer may have.
    private static let bodyBound = 4 * 1024 * 1024
    /// The most characters of a server's text that a message repeats.
    private static let messageBound = 240

    package init(endpoint: GeminiEndpoint, http: any HTTPClient) {
        self.endpoint = endpoint
        self.http = http
    }

    /// Asks for a streamed answer and hands over each piece of text as it arrives. Returns the whole, which is
    /// truncated when the stream stopped without a finish reason.
    package func stream(
        _ prompt: GeminiPrompt, onPiece: @escaping @Sendable (String) -> Void
    ) async throws -> GeminiAnswer {
        try await perform(prompt, "streamGenerateContent?alt=sse", accept: "text/event-stream") { response in
            if response.header("content-type")?.lowercased().hasPrefix("application/json") ?? false {
                return try await whole(response, onPiece: onPiece)
            }
            var events = ServerSentEvents(bound: Self.bodyBound)
            var answer = GeminiAnswer()
            for try await bytes in response.body {
                for event in try events.consume(bytes.readableBytesView) where !event.isDone {
                    let piece = try answer.add(json: event.data)
                    if !piece.isEmpty { onPiece(piece) }
                }
            }
            // A last event without its empty line is used if it is whole; half of one means the stream was cut.
            if let last = try events.finish(), !last.isDone {
                do {
                    let piece = try answer.add(json: last.data)
                    if !piece.isEmpty { onPiece(piece) }
                } catch InterpreterError.malformed {}
            }
            return try answer.complete()
        }
    }

    /// Asks for an answer in one piece.
    package func generate(_ prompt: GeminiPrompt) async throws -> GeminiAnswer {
        try await perform(prompt, "generateContent", accept: "application/json") { response in
            try await whole(response) { _ in }
        }
    }

    /// Reads an answer that is one JSON document: an answer, or a list of pieces.
    private func whole(
        _ response: HTTPResponse, onPiece: @Sendable (String) -> Void
    ) async throws -> GeminiAnswer {
        let body = try await response.body.collect(upTo: Self.bodyBound).readableBytesView
        var answer = GeminiAnswer()
        for part in GeminiMessages.Response.list(in: body) ?? [] {
            let piece = try answer.add(part)
            if !piece.isEmpty { onPiece(piece) }
        }
        if answer == GeminiAnswer(), !body.isEmpty {
            throw InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
        }
        return try answer.complete()
    }

    private func perform(
        _ prompt: GeminiPrompt, _ method: String, accept: String,
        _ read: @escaping @Sendable (HTTPResponse) async throws -> GeminiAnswer
    ) async throws -> GeminiAnswer {
        do {
            let request = HTTPRequest(
                method: "POST", url: endpoint.url(method), headers: headers(accept: accept), body: try prompt.body())
            return try await http.withResponse(to: request) { response in
                // Success is exactly 200: everything else carries no answer.
                guard response.status == 200 else { throw await refusal(response) }
                return try await read(response)
            }
        } catch {
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            throw interpreterError(error).mapTexts(clean)
        }
    }

    private func headers(accept: String) -> [(name: String, value: String)] {
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: "Accept", value: accept),
            (name: "User-Agent", value: "singularis"),
        ]
        if let key = headerKey { headers.append((name: "x-goog-api-key", value: key)) }
        return headers
    }

    /// The key without the line feed that comes with reading it from a file, or anything else a header cannot hold.
    private var headerKey: String? {
        let key = String((endpoint.key?.reveal() ?? "").filter { $0.isASCII && !$0.isWhitespace })
        return key.isEmpty ? nil : key
    }

    private func refusal(_ response: HTTPResponse) async -> any Error {
        do {
            let body = try await response.body.collect(upTo: 256 * 1024).readableBytesView
            guard var refusal = GeminiMessages.Refusal(body: body) else {
                return InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
            }
            refusal.retryAfter = refusal.retryAfter ?? response.header("retry-after").flatMap(seconds)
            return InterpreterError.refused(refusal, status: response.status)
        } catch {
            return error
        }
    }

    /// The seconds form of Retry-After; the date form is not worth a calendar.
    private func seconds(_ text: String) -> Duration? { Duration(protobuf: text + "s") }

    private func interpreterError(_ error: any Error) -> InterpreterError {
        switch error {
        case let error as InterpreterError: error
        case let failure as HTTPFailure: .transport(failure)
        case let error as ServerSentEvents.TooLong: .tooLong(bound: error.bound)
        default: .unexpected("\(error)")
        }
    }

    /// Text from outside, fit for a message: without the key (some servers repeat it), on one line, not endless.
    private func clean(_ text: String) -> String {
        var bytes = Array(text.utf8)
        if let key = headerKey { bytes = bytes.replacing(Array(key.utf8), with: Array("••••".utf8)) }
        let start = String(decoding: bytes, as: UTF8.self).prefix(Self.messageBound)
        let line = start.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return start.utf8.count < bytes.count ? line + "…" : line
    }
}
