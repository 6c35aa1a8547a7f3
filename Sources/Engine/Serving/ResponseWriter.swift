import NIOCore
import NIOHTTP1

/// Writes one response. Every function returns when the bytes were handed to the socket, so that a client that does
/// not read holds up its own answer and nothing else; they throw when the client is gone.
package struct ResponseWriter: Sendable {
    package let channel: any Channel
    let request: HTTPRequestHead
    let keepAlive: Bool
    /// Named in every response.
    let server: String

    /// A complete response; a connection that is not kept is closed after it unless it `lingers`. To a HEAD request
    /// the body is not sent.
    package func send(
        _ status: HTTPResponseStatus, _ text: String, type: String, allow: String? = nil, lingers: Bool = false
    ) async throws {
        let body = ByteBuffer(string: text)
        var headers = headers(type: type, keepAlive: keepAlive)
        headers.add(name: "Content-Length", value: String(body.readableBytes))
        if let allow { headers.add(name: "Allow", value: allow) }
        channel.write(head(status, headers), promise: nil)
        if request.method != .HEAD { channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil) }
        try await end(closing: !keepAlive && !lingers)
    }

    /// The head of a streamed response. It leaves together with the first piece.
    package func begin(type: String, length: Int? = nil) {
        var headers = headers(type: type, keepAlive: keepsAfterStream)
        if let length { headers.add(name: "Content-Length", value: String(length)) }
        channel.write(head(.ok, headers), promise: nil)
    }

    package func piece(_ bytes: some Sequence<UInt8> & Sendable) async throws {
        try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes)))).get()
    }

    /// Ends a streamed response.
    package func end() async throws { try await end(closing: !keepsAfterStream) }

    package func close() { channel.close(promise: nil) }

    /// HTTP/1.0 knows no chunks: there a streamed body ends with its connection.
    private var keepsAfterStream: Bool { keepAlive && request.version == .http1_1 }

    private func end(closing: Bool) async throws {
        try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
        if closing { close() }
    }

    private func head(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) -> HTTPServerResponsePart {
        .head(HTTPResponseHead(version: request.version, status: status, headers: headers))
    }

    private func headers(type: String, keepAlive: Bool) -> HTTPHeaders {
        ["Content-Type": type, "Server": server, "Connection": keepAlive ? "keep-alive" : "close"]
    }
}
