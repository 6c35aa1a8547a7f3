import Glibc
import NIOCore
import NIOHTTP1

/// Writes one response. Every function returns when the bytes were handed to the socket, so that a client that does
/// not read holds up its own answer and nothing else; they throw when the client is gone.
struct ResponseWriter: Sendable {
    let channel: any Channel
    let keepAlive: Bool
    let version: HTTPVersion

    static let json = "application/json; charset=UTF-8"
    static let events = "text/event-stream"
    private static let serverName = "singularis-embedded-model"

    /// A complete response; a connection that is not kept is closed after it unless it `lingers`.
    func send(_ status: HTTPResponseStatus, _ text: String, allow: String? = nil, lingers: Bool = false) async throws {
        let body = ByteBuffer(string: text)
        var headers = headers(type: Self.json, keepAlive: keepAlive)
        headers.add(name: "Content-Length", value: String(body.readableBytes))
        if let allow { headers.add(name: "Allow", value: allow) }
        channel.write(head(status, headers), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        try await end(closing: !keepAlive && !lingers)
    }

    /// The head of a streamed response. It leaves together with the first piece.
    func begin(type: String, length: Int? = nil) {
        var headers = headers(type: type, keepAlive: keepsAfterStream)
        if let length { headers.add(name: "Content-Length", value: String(length)) }
        channel.write(head(.ok, headers), promise: nil)
    }

    func piece(_ bytes: some Sequence<UInt8> & Sendable) async throws {
        try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes)))).get()
    }

    /// Ends a streamed response.
    func end() async throws { try await end(closing: !keepsAfterStream) }

    /// The head and the first half of a response whose other half never comes.
    func half(of text: String) async throws {
        begin(type: Self.json, length: text.utf8.count)
        try await piece(text.utf8.prefix(text.utf8.count / 2))
    }

    /// Bytes as they are, past the HTTP encoder.
    func raw(_ bytes: [UInt8]) async throws {
        let written = channel.eventLoop.makePromise(of: Void.self)
        channel.eventLoop.execute { [channel] in
            do {
                let encoder = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
                encoder.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: written)
            } catch {
                written.fail(error)
            }
        }
        try await written.futureResult.get()
    }

    /// Closes so that the client gets a TCP reset: what is unsent is thrown away.
    func reset() async throws {
        if let socket = channel as? any SocketOptionProvider {
            try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        close()
    }

    func close() { channel.close(promise: nil) }

    /// HTTP/1.0 knows no chunks: there a streamed body ends with its connection.
    private var keepsAfterStream: Bool { keepAlive && version == .http1_1 }

    private func end(closing: Bool) async throws {
        try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
        if closing { close() }
    }

    private func head(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) -> HTTPServerResponsePart {
        .head(HTTPResponseHead(version: version, status: status, headers: headers))
    }

    private func headers(type: String, keepAlive: Bool) -> HTTPHeaders {
        ["Content-Type": type, "Server": Self.serverName, "Connection": keepAlive ? "keep-alive" : "close"]
    }
}
