import NIOCore
import NIOHTTP1
import NIOPosix

/// SwiftNIO and nothing else: a connection a request, no limits, no deadlines, no name cache, no cancellation.
/// What the pool costs is what it needs above this.
struct BareClient: Sendable {
    let group: any EventLoopGroup
    let host: String
    let port: Int
    let path: String
    let body: ByteBuffer

    func request() async throws -> Int {
        let loop = group.next()
        let answered = loop.makePromise(of: Int.self)
        let address = try SocketAddress(ipAddress: host, port: port)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        BareHandler(head: head, body: body, answered: answered))
                }
            }
            .connect(to: address).get()
        let bytes = try await answered.futureResult.get()
        try await channel.closeFuture.get()
        return bytes
    }

    private var head: HTTPRequestHead {
        var headers = HTTPHeaders([("Host", "\(host):\(port)")])
        headers.add(contentsOf: Load.headers.map { ($0.name, $0.value) })
        headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        headers.add(name: "Connection", value: "close")
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)
    }
}

private final class BareHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: ByteBuffer
    private let answered: EventLoopPromise<Int>
    private var bytes = 0

    init(head: HTTPRequestHead, body: ByteBuffer, answered: EventLoopPromise<Int>) {
        self.head = head
        self.body = body
        self.answered = answered
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: break
        case .body(let piece): bytes += piece.readableBytes
        case .end:
            answered.succeed(bytes)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answered.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { answered.fail(ChannelError.eof) }
}
