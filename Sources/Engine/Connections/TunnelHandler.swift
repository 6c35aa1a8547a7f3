import NIOCore

/// Opens a tunnel through a proxy before the rest of the pipeline learns that the connection stands.
final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The proxy would not connect, in its own words.
    struct Refusal: Error {
        let answer: String
    }

    private let request: String
    /// Told when the proxy is there, though its tunnel is not.
    private let reached: () -> Void
    private var answer = ByteBuffer()
    private var isOpen = false
    private static let longestAnswer = 16 * 1024

    /// `request` is the whole CONNECT request.
    init(request: String, reached: @escaping () -> Void) {
        self.request = request
        self.reached = reached
    }

    func channelActive(context: ChannelHandlerContext) {
        reached()
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOpen else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        answer.writeBuffer(&bytes)
        let view = answer.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else {
            if answer.readableBytes > Self.longestAnswer { refuse("an endless answer", context) }
            return
        }
        let head = answer.readString(length: view.distance(from: view.startIndex, to: end.upperBound)) ?? ""
        let line = head.prefix { $0 != "\r\n" && $0 != "\r" }
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), words[1].hasPrefix("2"), words[1].count == 3 else {
            return refuse(String(line.prefix(100)), context)
        }
        isOpen = true
        context.fireChannelActive()
        if answer.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(answer)) }
    }

    private func refuse(_ answer: String, _ context: ChannelHandlerContext) {
        context.fireErrorCaught(Refusal(answer: answer))
    }
}
