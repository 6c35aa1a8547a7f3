import Basics
import NIOCore
import NIOHTTP1

/// One client's connection: collects a request, has it answered in a task of its own, then takes the next one.
///
/// The task is cancelled the moment the socket closes, and the connection leaves the ledger only when the task has
/// ended: nothing outlives the connection it belongs to. A client that closes its sending side counts as gone, and so
/// does one on whose connection nothing moves for too long.
final class ServerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case idle
        case collecting(HTTPRequestHead)
        /// Refused unread (the body is too large, too many connections are open): what still arrives is thrown away so
        /// that the client, which may read only after it has sent everything, gets to see the refusal.
        case discarding
    }

    private let channel: any Channel
    private let service: any HTTPService
    private var state = State.idle
    private var body = ByteBuffer()
    private var answering: Task<Void, Never>?
    /// Tasks that have not reported their end. More than one only between the end of an answer and its report.
    private var running = 0
    private var isGone = false
    /// It came while too many were open, and is only told so.
    private let isSurplus: Bool
    private var idle: Scheduled<Void>?

    /// Enters a new connection into the ledger, which it leaves when everything is over. Throws when it cannot be
    /// served, which closes it.
    static func serve(_ channel: any Channel, _ service: any HTTPService) throws {
        let entry = service.ledger.enter(channel, limit: service.limits.connections)
        guard entry != .unwelcome else { throw ChannelError.alreadyClosed }
        let connection = ServerConnection(channel: channel, service: service, isSurplus: entry == .surplus)
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        channel.closeFuture.whenComplete { _ in bound.value.socketClosed() }
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderListSize = service.limits.head
        decoding.maxHeaderFieldSize = min(decoding.maxHeaderFieldSize, service.limits.head)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
        try channel.pipeline.syncOperations.addHandler(connection)
        connection.watchForSilence()
    }

    private init(channel: any Channel, service: any HTTPService, isSurplus: Bool) {
        self.channel = channel
        self.service = service
        self.isSurplus = isSurplus
    }

    /// Closes the connection unless something happens in time.
    private func watchForSilence() {
        idle?.cancel()
        guard !isGone else { return }
        idle = channel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(service.limits.idle)) {
            self.service.ledger.timedOut()
            self.channel.close(promise: nil)
        }
    }

    private func endWatch() {
        idle?.cancel()
        idle = nil
    }

    /// An answer that nobody reads is watched as silence is.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !context.channel.isWritable { watchForSilence() } else if running > 0 { endWatch() }
        context.fireChannelWritabilityChanged()
    }

    /// The socket is closed.
    private func socketClosed() {
        isGone = true
        endWatch()
        answering?.cancel()
        leaveIfOver()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): begin(head, context: context)
        case .body(var bytes):
            guard case .collecting(let head) = state else { return }
            guard fits(body.readableBytes + bytes.readableBytes) else { return refuse(head, .bodyTooLarge) }
            body.writeBuffer(&bytes)
        case .end: end()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        watchForSilence()
        guard !isSurplus else { return refuse(head, .tooManyConnections) }
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard fits(announced) else { return refuse(head, .bodyTooLarge) }
        state = .collecting(head)
        body = ByteBuffer()
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            let goOn = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(Self.wrapOutboundOut(.head(goOn)), promise: nil)
        }
    }

    private func end() {
        switch state {
        case .idle: break
        case .collecting(let head):
            let request = ServerRequest(head: head, body: body)
            let writer = writer(head, keepAlive: head.isKeepAlive)
            body = ByteBuffer()
            run { [service] in await service.answer(request, through: writer) }
        case .discarding:
            answering?.cancel()
        }
        state = .idle
    }

    private func fits(_ count: Int) -> Bool { count <= service.limits.body }

    private func refuse(_ head: HTTPRequestHead, _ why: Unread) {
        state = .discarding
        body = ByteBuffer()
        let writer = writer(head, keepAlive: false)
        let request = ServerRequest(head: head, body: body)
        run { [service] in
            await service.refuse(request, why, through: writer)
            try? await service.clock.sleep(for: .seconds(2))
            writer.close()
        }
    }

    private func writer(_ head: HTTPRequestHead, keepAlive: Bool) -> ResponseWriter {
        ResponseWriter(channel: channel, request: head, keepAlive: keepAlive, server: service.name)
    }

    private func run(_ work: @escaping @Sendable () async -> Void) {
        let connection = NIOLoopBound(self, eventLoop: channel.eventLoop)
        running += 1
        endWatch()
        answering = Task(executorPreference: LoopExecutor.current) { [loop = channel.eventLoop] in
            await work()
            loop.execute { connection.value.answerEnded() }
        }
    }

    private func answerEnded() {
        running -= 1
        if running == 0 {
            answering = nil
            watchForSilence()
        }
        leaveIfOver()
    }

    private func leaveIfOver() {
        if isGone, running == 0 { service.ledger.leave(channel) }
    }
}
