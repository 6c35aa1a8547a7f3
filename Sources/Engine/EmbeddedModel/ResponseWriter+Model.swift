import Glibc
import NIOCore
import NIOHTTP1
import Serving

/// Answers as the embedded model gives them, and those that break off or are none.
extension ResponseWriter {
    static let json = "application/json; charset=UTF-8"
    static let events = "text/event-stream"

    func send(_ status: HTTPResponseStatus, json text: String, allow: String? = nil, lingers: Bool = false) async throws {
        try await send(status, text, type: Self.json, allow: allow, lingers: lingers)
    }

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
}
