import NIOCore
import NIOHTTP1

/// How far the request of an exchange has been sent.
struct RequestProgress {
    /// A body is sent in slices of this many bytes, so that its progress can be seen...
    private let slice: Int
    /// ...with this many under way at once: of a large body TLS would make a copy as a whole.
    private let window: Int

    private var unsent: ByteBuffer
    private var bytesOnTheirWay = 0
    private var isGivenUp = false
    /// The end of the message was written.
    var isEnded = false

    init(_ body: ByteBuffer, isSecure: Bool) {
        unsent = body
        slice = (isSecure ? 64 : 256) * 1024
        window = (isSecure ? 256 : 512) * 1024
    }

    /// All of the body was handed to the connection.
    var isWritten: Bool { !isGivenUp && unsent.readableBytes == 0 }
    /// The whole message has left.
    var isDelivered: Bool { isEnded && bytesOnTheirWay == 0 }

    /// The next slice to write; `nil` when enough is under way, or none is left.
    mutating func nextSlice() -> ByteBuffer? {
        guard !isGivenUp, bytesOnTheirWay < window, unsent.readableBytes > 0 else { return nil }
        let slice = unsent.readSlice(length: min(slice, unsent.readableBytes))
        bytesOnTheirWay += slice?.readableBytes ?? 0
        return slice
    }

    mutating func sent(_ count: Int) { bytesOnTheirWay -= count }

    /// Sends no more of it.
    mutating func giveUp() { isGivenUp = true }
}

/// How far the response of an exchange has been received.
struct ResponseProgress {
    static let mostInformational = 32

    var bodyBytes = 0
    /// The parts that come now belong to an informational response.
    var isInformational = false
    private var informational = 0
    /// The exchange has ended; whatever else comes is of no interest.
    var isOver = false
    /// The server lets the connection be used again.
    var isReusable = false
    /// How many seconds the server says it keeps the connection.
    var serverTimeout: Int?

    /// Takes in the head of an informational response. `false` when there were too many.
    mutating func takeInformational() -> Bool {
        informational += 1
        isInformational = true
        return informational <= Self.mostInformational
    }
}

extension HTTPResponseHead {
    /// Whether another request may follow on the connection: the server does not close it, and where this response
    /// ends does not depend on its closing (RFC 9112, 9.3 and 6.3).
    func allowsReuse(request method: HTTPMethod) -> Bool {
        guard isKeepAlive else { return false }
        let hasBody = method != .HEAD && status.code != 204 && status.code != 304
        guard hasBody else { return true }
        return headers.contains(name: "content-length") || headers[canonicalForm: "transfer-encoding"].last == "chunked"
    }

    /// The seconds in `Keep-Alive: timeout=5`.
    var keepAliveTimeout: Int? {
        let given = headers[canonicalForm: "keep-alive"].first { $0.lowercased().hasPrefix("timeout=") }
        return given.flatMap { Int($0.dropFirst("timeout=".count)) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// What makes a head unusable before any of the body is looked at. Lengths that contradict each other are how
    /// one response is smuggled into another.
    func fault(request method: HTTPMethod, bound: Int) -> HTTPFailure.Reason? {
        var (first, isEncoded) = (String?.none, false)
        for (name, value) in headers {
            if name.isHeader("content-length") {
                if first != nil || value.utf8.contains(UInt8(ascii: ",")) {
                    return .malformed("more than one Content-Length")
                }
                first = value
            } else if name.isHeader("transfer-encoding") {
                isEncoded = true
            }
        }
        guard let given = first else { return nil }
        if isEncoded { return .malformed("both Content-Length and Transfer-Encoding") }
        guard let length = Int(given), length >= 0 else { return .malformed("Content-Length \(given)") }
        let hasBody = method != .HEAD && status.code != 204 && status.code != 304
        return hasBody && length > bound ? .tooLarge("a body of \(length) bytes, over \(bound)") : nil
    }
}
