import NIOCore
import NIOPosix
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

/// A TCP client that sends what a test gives it and hands over what arrives, byte for byte.
struct RawClient {
    let channel: any Channel
    private var arriving: AsyncStream<ByteBuffer>.Iterator
    /// Arrived and not yet taken.
    private(set) var pending = ""
    private(set) var isAtEnd = false

    struct Response {
        let status: Int
        let head: String
        let body: String
        /// The chunks as they were framed on the wire; empty when the body had a length.
        let chunks: [String]
    }

    init(port: Int) async throws {
        let (stream, sink) = AsyncStream<ByteBuffer>.makeStream()
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(sink: sink))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        arriving = stream.makeAsyncIterator()
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func send(_ method: String = "POST", _ uri: String, headers: [String] = [], body: String = "") async throws {
        let lines = ["\(method) \(uri) HTTP/1.1", "Host: localhost", "Content-Length: \(body.utf8.count)"] + headers
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    func close() async throws { try await channel.close().get() }

    /// Everything up to and including `mark`; what there was when the connection ended before it came.
    mutating func read(through mark: String) async -> String {
        while true {
            if let range = pending.utf8.firstRange(of: mark.utf8) {
                let taken = String(pending[..<range.upperBound])
                pending = String(pending[range.upperBound...])
                return taken
            }
            guard await more() else { return take(pending.utf8.count) }
        }
    }

    mutating func readToEnd() async -> String {
        while await more() {}
        return take(pending.utf8.count)
    }

    mutating func response() async throws -> Response {
        let head = await read(through: "\r\n\r\n")
        let words = head.split(separator: " ", maxSplits: 2)
        let status = try #require(words.count > 1 ? Int(words[1]) : nil, "no response: \(head)")
        if let length = Self.header("content-length", in: head).flatMap({ Int($0) }) {
            while pending.utf8.count < length, await more() {}
            return Response(status: status, head: head, body: take(length), chunks: [])
        }
        guard Self.header("transfer-encoding", in: head) == "chunked" else {
            return Response(status: status, head: head, body: await readToEnd(), chunks: [])
        }
        var chunks: [String] = []
        while let chunk = await chunk() { chunks.append(chunk) }
        return Response(status: status, head: head, body: chunks.joined(), chunks: chunks)
    }

    /// The next chunk of a chunked body; `nil` after the last.
    mutating func chunk() async -> String? {
        let line = await read(through: "\r\n").dropLast()
        guard let length = Int(line, radix: 16) else { return nil }
        while pending.utf8.count < length + 2, await more() {}
        let chunk = take(length)
        _ = take(2)
        return length == 0 ? nil : chunk
    }

    static func header(_ name: String, in head: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix(name + ":") {
            return line.dropFirst(name.count + 1).trimmingPrefix(" ").description
        }
        return nil
    }

    private mutating func more() async -> Bool {
        guard let bytes = await arriving.next() else {
            isAtEnd = true
            return false
        }
        pending += String(buffer: bytes)
        return true
    }

    private mutating func take(_ count: Int) -> String {
        let taken = String(decoding: pending.utf8.prefix(count), as: UTF8.self)
        pending = String(decoding: pending.utf8.dropFirst(count), as: UTF8.self)
        return taken
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let sink: AsyncStream<ByteBuffer>.Continuation

    init(sink: AsyncStream<ByteBuffer>.Continuation) { self.sink = sink }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) { sink.yield(Self.unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { sink.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
