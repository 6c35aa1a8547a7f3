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

    private var head = ByteBuffer()
    /// Body bytes that are still to come; `nil` while the head is read.
    private var left: Int?
    private var closes = false
    private var path = ""

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if var body = left {
            body -= bytes.readableBytes
            left = body
        } else {
            head.writeBuffer(&bytes)
            guard let end = endOfHead() else { return }
            let text = head.readString(length: end)!.lowercased()
            left = (value(of: "content-length", in: text).flatMap(Int.init) ?? 0) - head.readableBytes
            head.clear()
            closes = value(of: "connection", in: text) == "close"
            path = text.split(separator: " ", maxSplits: 2).dropFirst().first.map(String.init) ?? "/"
        }
        guard let left, left <= 0 else { return }
        self.left = nil
        guard path != "/hold" else { return }
        let written = context.writeAndFlush(wrapOutboundOut(Answers.shared.answer(to: path, closes: closes)))
        guard closes else { return }
        let channel = context.channel
        written.whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func endOfHead() -> Int? {
        head.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 4 else { return nil }
            for index in 0...(bytes.count - 4)
            where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13 && bytes[index + 3] == 10 {
                return index + 4
            }
            return nil
        }
    }

    private func value(of name: String, in head: String) -> String? {
        guard let line = head.split(separator: "\r\n").first(where: { $0.hasPrefix(name + ":") }) else { return nil }
        return line.dropFirst(name.count + 1).drop { $0 == " " }.description
    }
}

/// Every answer is made once.
final class Answers: Sendable {
    static let shared = Answers()
    private let made = Mutex<[String: ByteBuffer]>([:])

    func answer(to path: String, closes: Bool) -> ByteBuffer {
        made.withLock { made in
            let key = "\(path) \(closes)"
            if let answer = made[key] { return answer }
            let answer = Self.make(Int(path.dropFirst()) ?? 500, closes: closes)
            made[key] = answer
            return answer
        }
    }

    /// JSON of exactly that many bytes, after a head.
    private static func make(_ size: Int, closes: Bool) -> ByteBuffer {
        let frame = #"{"text":""}"#.utf8.count
        let body = #"{"text":"\#(String(repeating: "x", count: max(0, size - frame)))"}"#
        let connection = closes ? "Connection: close\r\n" : ""
        return ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(connection)"
                + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
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
