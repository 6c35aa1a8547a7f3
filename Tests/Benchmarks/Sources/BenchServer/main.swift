import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The server of the benchmark: reads a request, answers with as many bytes as its path asks for (`/500`; `/hold` is
/// never answered), and closes when `Connection: close` was sent. One thread, no HTTP library, so that it is not what
/// is measured.
///
/// Prints its port, then serves until it is killed.
final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The bytes of a head that is not complete.
    private var head = ByteBuffer()
    private var request: Request?
    /// Body bytes that are still to come.
    private var left = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if request == nil {
            if head.readableBytes > 0 {
                head.writeBuffer(&bytes)
                (bytes, head) = (head, ByteBuffer())
            }
            guard let end = endOfHead(bytes), let given = bytes.readSlice(length: end) else {
                head = bytes
                return
            }
            let known = Requests.shared.request(of: given)
            (request, left) = (known, known.length)
        }
        left -= bytes.readableBytes
        guard left <= 0, let answer = request?.answer, let closes = request?.closes else { return }
        request = nil
        guard answer.readableBytes > 0 else { return }
        guard closes else { return context.writeAndFlush(wrapOutboundOut(answer), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(answer)).whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func endOfHead(_ bytes: ByteBuffer) -> Int? {
        bytes.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 4 else { return nil }
            for index in 0...(bytes.count - 4)
            where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13 && bytes[index + 3] == 10 {
                return index + 4
            }
            return nil
        }
    }
}

/// What a head asks for.
struct Request: Sendable {
    let length: Int
    let closes: Bool
    /// Empty when there is none.
    let answer: ByteBuffer

    init(head: ByteBuffer) {
        let text = String(buffer: head).lowercased()
        func value(of name: String) -> String? {
            let line = text.split(separator: "\r\n").first { $0.hasPrefix(name + ":") }
            return line?.dropFirst(name.count + 1).drop { $0 == " " }.description
        }
        length = value(of: "content-length").flatMap { Int($0) } ?? 0
        closes = value(of: "connection") == "close"
        let path = text.split(separator: " ", maxSplits: 2).dropFirst().first ?? "/"
        answer = path == "/hold" ? ByteBuffer() : Self.answer(Int(path.dropFirst()) ?? 500, closes: closes)
    }

    /// JSON of exactly that many bytes, after a head.
    private static func answer(_ size: Int, closes: Bool) -> ByteBuffer {
        let frame = #"{"text":""}"#.utf8.count
        let body = #"{"text":"\#(String(repeating: "x", count: max(0, size - frame)))"}"#
        let connection = closes ? "Connection: close\r\n" : ""
        return ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(connection)"
                + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
    }
}

/// A client sends the same head every time: each is read once.
final class Requests: Sendable {
    static let shared = Requests()
    private let known = Mutex<[ByteBuffer: Request]>([:])

    func request(of head: ByteBuffer) -> Request {
        known.withLock { known in
            if let request = known[head] { return request }
            let request = Request(head: head)
            // A copy: the bytes given are part of a larger buffer, which would be kept with them.
            known[ByteBuffer(bytes: head.readableBytesView)] = request
            return request
        }
    }
}

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let channel = try await ServerBootstrap(group: group)
    .serverChannelOption(.backlog, value: 1024)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answerer()) }
    }
    .bind(host: "127.0.0.1", port: 0).get()
print(channel.localAddress!.port!)
fflush(nil)
try await channel.closeFuture.get()
