import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// The event loop's side of an ``Exchange``: sends the request when the connection stands, passes on the response,
/// and closes the connection when either is over.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = Never
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let exchange: Exchange
    private let isSecure: Bool
    /// Asked when the connection stands: is it the one to use?
    private let connected: () -> Bool
    /// Told of what ended the connection before it stood.
    private let dropped: (any Error) -> Void
    private var call: Call { exchange.call }

    private var isChosen = false
    private var isOver = false
    private var unsent: ByteBuffer
    private var bytesOnTheirWay = 0
    private var isSent = false
    private var bodyBytes = 0
    private var informational = 0
    private var isInformational = false

    /// A body is sent in slices of this many bytes, so that its progress can be seen...
    private static let slice = 64 * 1024
    /// ...with this many under way at once, so that a large body is not copied as a whole by TLS.
    private static let window = 256 * 1024
    private static let mostInformational = 32

    init(
        _ exchange: Exchange, isSecure: Bool, connected: @escaping () -> Bool,
        dropped: @escaping (any Error) -> Void
    ) {
        self.exchange = exchange
        self.isSecure = isSecure
        self.connected = connected
        self.dropped = dropped
        unsent = exchange.body
    }

    // MARK: Connection

    func channelActive(context: ChannelHandlerContext) {
        isChosen = connected()
        guard isChosen else {
            context.close(promise: nil)
            return
        }
        exchange.attach(context.channel)
        if isSecure { call.enter(.handshaking) } else { send(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent, isChosen, !isOver {
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
            if let certificate, certificate.isFor(host: call.origin.host) {
                send(context)
            } else {
                end(failing: .certificate("it is for another name"), context)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard isChosen else { return dropped(ChannelError.eof) }
        end(failing: .disconnected(bodyBytes: bodyBytes), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard isChosen else {
            dropped(error)
            return context.channel.abort()
        }
        end(failing: HTTPFailure.Reason(wire: error, bodyBytes: bodyBytes), context)
    }

    // MARK: Request

    private func send(_ context: ChannelHandlerContext) {
        call.enter(.sending)
        context.write(wrapOutboundOut(.head(exchange.request)), promise: nil)
        pump(context)
        context.flush()
    }

    /// Writes as much of the body as may be under way, and the end after the last of it.
    private func pump(_ context: ChannelHandlerContext) {
        guard !isOver, !isSent else { return }
        while bytesOnTheirWay < Self.window {
            guard let slice = unsent.readSlice(length: min(Self.slice, unsent.readableBytes)), slice.readableBytes > 0
            else { break }
            let count = slice.readableBytes
            let isLast = unsent.readableBytes == 0
            bytesOnTheirWay += count
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { [self] in
                bytesOnTheirWay -= count
                call.meter.addSent(count)
                if isLast {
                    call.enter(.waiting)
                } else {
                    pump(context)
                    context.flush()
                }
            }
            context.write(wrapOutboundOut(.body(.byteBuffer(slice))), promise: written)
        }
        guard unsent.readableBytes == 0 else { return }
        isSent = true
        guard exchange.body.readableBytes == 0 else {
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
            return
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { [call] in call.enter(.waiting) }
        context.write(wrapOutboundOut(.end(nil)), promise: written)
    }

    // MARK: Response

    func read(context: ChannelHandlerContext) {
        if isOver || exchange.mayRead() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isChosen, !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): receive(head, context)
        case .body(let piece): receive(piece, context)
        case .end where isInformational: isInformational = false
        case .end:
            isOver = true
            exchange.complete()
            context.close(promise: nil)
        }
    }

    private func receive(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) {
        if head.status.code == 101 {
            return end(failing: .malformed("101 Switching Protocols was not asked for"), context)
        }
        if (100..<200).contains(head.status.code) {
            informational += 1
            isInformational = true
            guard informational > Self.mostInformational else { return }
            return end(failing: .malformed("more than \(Self.mostInformational) informational responses"), context)
        }
        isInformational = false
        if let reason = head.fault(request: exchange.request.method, bound: exchange.bound) {
            return end(failing: reason, context)
        }
        call.enter(.receiving)
        // A server that refuses the request does not want the rest of it.
        if head.status.code >= 400 { isSent = true }
        exchange.receive(head)
    }

    private func receive(_ piece: ByteBuffer, _ context: ChannelHandlerContext) {
        bodyBytes += piece.readableBytes
        call.meter.addReceived(piece.readableBytes)
        guard bodyBytes <= exchange.bound else {
            return end(failing: .tooLarge("the body is over \(exchange.bound) bytes"), context)
        }
        exchange.receive(piece)
    }

    /// Fails the exchange unless it is over, and leaves no connection behind in either case.
    private func end(failing reason: HTTPFailure.Reason, _ context: ChannelHandlerContext) {
        if !isOver {
            isOver = true
            exchange.fail(call.failure(reason))
        }
        context.channel.abort()
    }
}

extension HTTPResponseHead {
    /// What makes a head unusable before any of the body is looked at. Lengths that contradict each other are how
    /// one response is smuggled into another.
    func fault(request method: HTTPMethod, bound: Int) -> HTTPFailure.Reason? {
        let lengths = headers[canonicalForm: "content-length"]
        if lengths.count > 1 { return .malformed("more than one Content-Length") }
        if !lengths.isEmpty, headers.contains(name: "transfer-encoding") {
            return .malformed("both Content-Length and Transfer-Encoding")
        }
        guard let given = lengths.first else { return nil }
        guard let length = Int(given), length >= 0 else { return .malformed("Content-Length \(given)") }
        let hasBody = method != .HEAD && status.code != 204 && status.code != 304
        return hasBody && length > bound ? .tooLarge("a body of \(length) bytes, over \(bound)") : nil
    }
}
