import NIOCore

/// Carries the requests of one API's client: puts the key where it belongs and nowhere else, and turns all that goes
/// wrong into ``InterpreterError``.
package struct ModelTransport: Sendable {
    /// The most bytes a whole (not streamed) answer may have.
    static let bodyBound = 4 * 1024 * 1024
    /// The most characters of a server's text that a message repeats.
    private static let messageBound = 240

    private let http: any HTTPClient
    private let key: String?
    private let keyHeader: @Sendable (String) -> (name: String, value: String)

    /// `keyHeader` gives the header that carries the key.
    package init(
        http: any HTTPClient, key: Secret?, keyHeader: @escaping @Sendable (String) -> (name: String, value: String)
    ) {
        self.http = http
        self.keyHeader = keyHeader
        // Without the line feed that comes with reading it from a file, or anything else a header cannot hold.
        let plain = String((key?.reveal() ?? "").filter { $0.isASCII && !$0.isWhitespace })
        self.key = plain.isEmpty ? nil : plain
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
            if body != nil { headers.insert((name: "Content-Type", value: "application/json"), at: 0) }
            if let key { headers.append(keyHeader(key)) }
            let request = HTTPRequest(
                method: body == nil ? "GET" : "POST", url: url, headers: headers, body: body ?? ByteBuffer())
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

    /// Reads a stream of events to its end and hands over the data of each. A last event without its empty line is
    /// handed over too, but if `take` finds it malformed, then it is only the half of one: the stream was cut.
    static func events(
        of response: HTTPResponse, bound: Int = bodyBound, _ take: ([UInt8]) throws -> Void
    ) async throws {
        var events = ServerSentEvents(bound: bound)
        for try await bytes in response.body {
            for event in try events.consume(bytes.readableBytesView) where !event.isDone { try take(event.data) }
        }
        if let last = try events.finish(), !last.isDone {
            do { try take(last.data) } catch InterpreterError.malformed {}
        }
    }

    /// Whether a response that should be a stream is one document instead.
    static func isDocument(_ response: HTTPResponse) -> Bool {
        response.header("content-type")?.lowercased().hasPrefix("application/json") ?? false
    }

    private func refusal(_ response: HTTPResponse) async -> any Error {
        do {
            let body = try await response.body.collect(upTo: 256 * 1024).readableBytesView
            let wish = response.header("retry-after").flatMap(seconds)
            var refusal = GeminiMessages.Refusal(code: response.status, message: excerpt(of: body))
            if let told = GeminiMessages.Refusal(body: body) {
                refusal = told
            } else if response.status != 429, wish == nil {
                // A proxy in between may well say in its own words how long to wait, but nothing else.
                return InterpreterError.foreign(status: response.status, excerpt: excerpt(of: body))
            }
            refusal.retryAfter = refusal.retryAfter ?? wish
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
        if let key { bytes = bytes.replacing(Array(key.utf8), with: Array("••••".utf8)) }
        let start = String(decoding: bytes, as: UTF8.self).prefix(Self.messageBound)
        let line = start.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return start.utf8.count < bytes.count ? line + "…" : line
    }
}
