import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// The event loop's side of a connection and the ``Exchange`` that has it: sends the request when the connection
/// stands, passes on the response, and closes the connection when either is over - or keeps it for the next exchange.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = Never
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// How a new connection takes part in its ``Race``.
    struct Contest {
        /// Asked when the connection stands: is it the one to use?
        let connected: () -> Bool
        /// Told of what ended the connection before it stood.
        let dropped: (any Error) -> Void
    }

    /// `nil` while the connection is idle.
    private(set) var exchange: Exchange?
    private let isSecure: Bool
    /// `nil` once the connection was chosen.
    private var race: Contest?
    private var request: RequestProgress
    private var response = ResponseProgress()
    /// Where the connection goes when it is kept; made with the first exchange that is over.
    private var kept: KeptConnection?
    private var glance: SocketGlance?

    /// `nil` once the connection is gone.
    private(set) var context: ChannelHandlerContext?

    private var isOver: Bool { response.isOver }

    init(_ exchange: Exchange, isSecure: Bool, race: Contest) {
        self.exchange = exchange
        self.isSecure = isSecure
        self.race = race
        request = RequestProgress(exchange.body, isSecure: isSecure)
    }

    // MARK: Connection

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        guard let race, let exchange, race.connected() else {
            context.close(promise: nil)
            return
        }
        self.race = nil
        exchange.attach(context.channel)
        if isSecure { exchange.call.enter(.handshaking) } else { send(exchange, context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent, race == nil, let exchange, !isOver {
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
            if let certificate, certificate.isFor(host: exchange.call.origin.host) {
                send(exchange, context)
            } else {
                end(failing: .certificate("it is for another name"), context)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        kept = nil
        if let race { return race.dropped(ChannelError.eof) }
        fail(.disconnected(bodyBytes: response.bodyBytes))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let race {
            race.dropped(error)
            return context.channel.abort()
        }
        end(failing: HTTPFailure.Reason(wire: error, bodyBytes: response.bodyBytes), context)
    }

    /// Sends a request over a connection that was idle. When the connection turns out to be of no use, the exchange
    /// bounces: it can be sent over another. Only here, before anything is written: whatever has been handed to the
    /// socket may have reached the server, and then sending it again could make it happen twice.
    func begin(_ exchange: Exchange, _ context: ChannelHandlerContext) {
        guard self.exchange == nil, exchange.failure == nil, context.channel.isActive, glance?.hasNews != true else {
            bounce(exchange, context.channel)
            return
        }
        self.exchange = exchange
        request = RequestProgress(exchange.body, isSecure: isSecure)
        response = ResponseProgress()
        exchange.attach(context.channel)
        send(exchange, context)
    }

    /// Closes the connection, unless it belongs to another exchange by now, or to none.
    func abort(for exchange: Exchange, _ context: ChannelHandlerContext) {
        if self.exchange === exchange { context.channel.abort() }
    }

    private func bounce(_ exchange: Exchange, _ channel: any Channel) {
        channel.abort()
        // Only when the socket is gone is there room in the lane for another.
        channel.closeFuture.whenComplete { _ in exchange.bounce() }
    }

    // MARK: Request

    private func send(_ exchange: Exchange, _ context: ChannelHandlerContext) {
        // One that was stopped while it connected is over, though the news of it may still be on its way here.
        guard exchange.failure == nil else { return context.channel.abort() }
        exchange.call.enter(.sending)
        context.write(wrapOutboundOut(.head(exchange.request)), promise: nil)
        pump(exchange, context)
        context.flush()
    }

    /// Writes as much of the body as may be under way, and the end after the last of it.
    private func pump(_ exchange: Exchange, _ context: ChannelHandlerContext) {
        guard !isOver, self.exchange === exchange else { return }
        while let slice = request.nextSlice() {
            let (count, isLast) = (slice.readableBytes, request.isWritten)
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { [self] in
                exchange.call.meter.addSent(count)
                guard self.exchange === exchange else { return }
                request.sent(count)
                if isLast {
                    exchange.call.enter(.waiting)
                } else {
                    pump(exchange, context)
                    context.flush()
                }
            }
            context.write(wrapOutboundOut(.body(.byteBuffer(slice))), promise: written)
        }
        guard request.isWritten, !request.isEnded else { return }
        request.isEnded = true
        guard exchange.body.readableBytes == 0 else {
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
            return
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { exchange.call.enter(.waiting) }
        context.write(wrapOutboundOut(.end(nil)), promise: written)
    }

    // MARK: Response

    func read(context: ChannelHandlerContext) {
        if isOver || exchange?.mayRead() ?? true { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard race == nil, !isOver else { return }
        guard let exchange else { return context.channel.abort() }
        switch unwrapInboundIn(data) {
        case .head(let head): receive(head, exchange, context)
        case .body(let piece): receive(piece, exchange, context)
        case .end where response.isInformational: response.isInformational = false
        case .end: complete(exchange, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { exchange?.deliver() }

    private func receive(_ head: HTTPResponseHead, _ exchange: Exchange, _ context: ChannelHandlerContext) {
        if head.status.code == 101 {
            return end(failing: .malformed("101 Switching Protocols was not asked for"), context)
        }
        if (100..<200).contains(head.status.code) {
            guard !response.takeInformational() else { return }
            let most = ResponseProgress.mostInformational
            return end(failing: .malformed("more than \(most) informational responses"), context)
        }
        response.isInformational = false
        if let reason = head.fault(request: exchange.request.method, bound: exchange.bound) {
            return end(failing: reason, context)
        }
        exchange.call.enter(.receiving)
        if exchange.keep != nil {
            response.isReusable = head.allowsReuse(request: exchange.request.method)
            response.serverTimeout = head.keepAliveTimeout
        }
        // A server that refuses the request does not want the rest of it.
        if head.status.code >= 400, !request.isEnded { request.giveUp() }
        exchange.receive(head)
    }

    private func receive(_ piece: ByteBuffer, _ exchange: Exchange, _ context: ChannelHandlerContext) {
        response.bodyBytes += piece.readableBytes
        exchange.call.meter.addReceived(piece.readableBytes)
        guard response.bodyBytes <= exchange.bound else {
            return end(failing: .tooLarge("the body is over \(exchange.bound) bytes"), context)
        }
        exchange.receive(piece)
    }

    /// The whole answer is there: the connection is kept or closed first, then the reader is woken.
    private func complete(_ exchange: Exchange, _ context: ChannelHandlerContext) {
        guard exchange.complete() else {
            response.isOver = true
            return context.channel.abort()
        }
        if response.isReusable, request.isDelivered, let keep = exchange.keep {
            let kept = kept ?? KeptConnection(context.channel, self)
            if self.kept == nil { glance = SocketGlance(context.channel) }
            self.kept = kept
            self.exchange = nil
            if keep(kept, response.serverTimeout) { return exchange.deliver() }
            self.exchange = exchange
        }
        response.isOver = true
        exchange.leaveConnection()
        let closed = context.channel.closeFuture
        context.close(promise: nil)
        // A plain socket is gone in a moment, and then the reader need not be woken twice. TLS says goodbye first.
        if isSecure { exchange.deliver() } else { closed.whenComplete { _ in exchange.deliver() } }
    }

    /// Fails the exchange unless it is over, and leaves no connection behind in either case.
    private func end(failing reason: HTTPFailure.Reason, _ context: ChannelHandlerContext) {
        fail(reason)
        context.channel.abort()
    }

    private func fail(_ reason: HTTPFailure.Reason) {
        guard let exchange, !isOver else { return }
        response.isOver = true
        exchange.fail(exchange.call.failure(reason))
    }
}
