import NIOCore

/// A request as the caller gives it. Host, Content-Length and (under force close) `Connection: close` are added.
public struct HTTPRequest: Sendable {
    /// Such as `GET`; sent as it is.
    public var method: String
    /// Absolute, `http` or `https`.
    public var url: String
    /// In the order in which they are sent.
    public var headers: [(name: String, value: String)]
    /// Empty: the request has none.
    public var body: ByteBuffer

    public init(
        method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: ByteBuffer = .init()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// A response whose head has arrived. It is valid inside the scope it was given to, and nowhere else.
public struct HTTPResponse: Sendable {
    /// Such as 200; any status is a response and no failure.
    public let status: Int
    /// In the order in which they came.
    public let headers: [(name: String, value: String)]
    /// The body as it arrives. Ends when the response is complete; throws ``HTTPFailure`` when it is cut.
    public let body: HTTPBody

    public init(status: Int, headers: [(name: String, value: String)], body: HTTPBody) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header, its name compared without case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A response body, one piece after another. Can be read once.
public struct HTTPBody: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer
    /// Who sends it, as far as is known.
    let origin: Origin?
    /// Gives the next piece, `nil` at the end of the body.
    let next: @Sendable () async throws -> ByteBuffer?

    public init(from origin: Origin? = nil, next: @escaping @Sendable () async throws -> ByteBuffer?) {
        self.origin = origin
        self.next = next
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let source: @Sendable () async throws -> ByteBuffer?
        public mutating func next() async throws -> ByteBuffer? { try await source() }
    }
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: next) }

    /// The whole body. Throws when it is larger than `bound` bytes.
    public func collect(upTo bound: Int) async throws -> ByteBuffer {
        var all = ByteBuffer()
        for try await var piece in self {
            guard all.readableBytes + piece.readableBytes <= bound else {
                throw HTTPFailure(.tooLarge("body over \(bound) bytes"), phase: .receiving, origin: origin)
            }
            all.writeBuffer(&piece)
        }
        return all
    }
}

/// Whoever makes HTTP requests for the agent: the pool, or a stand-in of a test.
public protocol HTTPClient: Sendable {
    /// Makes one request and hands over the response. When the scope ends - whether the body was read or not - the
    /// lane's socket is closed before this returns.
    func withResponse<Result: Sendable>(
        to request: HTTPRequest, _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result
    /// What every lane is doing at this moment, and what has happened so far.
    func occupancy() -> Occupancy
    /// Fails what is queued and active, and returns when every socket is closed. Idempotent.
    func close() async
}
