import NIOCore
import NIOHTTP1

/// One client's connection: collects a request, has it answered in a task of its own, then takes the next one.
///
/// The task is cancelled the moment the socket closes, and the connection leaves the ledger only when the task has
/// ended: nothing outlives the connection it belongs to. A client that closes its sending side counts as gone.
final class ModelConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case idle
        case collecting(HTTPRequestHead)
        /// The body is too large: it was refused, and what still arrives is thrown away so that the client, which may
        /// read only after it has sent everything, gets to see the refusal.
        case discarding
    }

    private let channel: any Channel
    private let service: ModelService
    private var state = State.idle
    private var body = ByteBuffer()
    private var answering: Task<Void, Never>?
    /// Tasks that have not reported their end. More than one only between the end of an answer and its report.
    private var running = 0
    private var isGone = false

    /// Enters the ledger; leaves it when everything is over. `nil` when the server is closing.
    init?(channel: any Channel, service: ModelService) {
        guard service.ledger.enter(channel) else { return nil }
        self.channel = channel
        self.service = service
    }

    /// The socket is closed.
    func socketClosed() {
        isGone = true
        answering?.cancel()
        leaveIfOver()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): begin(head, context: context)
        case .body(var bytes):
            guard case .collecting(let head) = state else { return }
            guard fits(body.readableBytes + bytes.readableBytes) else { return refuseBody(of: head) }
            body.writeBuffer(&bytes)
        case .end: end()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard fits(announced) else { return refuseBody(of: head) }
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
            let writer = ResponseWriter(channel: channel, keepAlive: head.isKeepAlive, version: head.version)
            body = ByteBuffer()
            run { [service] in await service.answer(request, through: writer) }
        case .discarding:
            answering?.cancel()
        }
        state = .idle
    }

    private func fits(_ count: Int) -> Bool { count <= service.configuration.bodyLimit }

    private func refuseBody(of head: HTTPRequestHead) {
        state = .discarding
        body = ByteBuffer()
        let writer = ResponseWriter(channel: channel, keepAlive: false, version: head.version)
        run { [service] in await service.refuseBody(through: writer) }
    }

    private func run(_ work: @escaping @Sendable () async -> Void) {
        let connection = NIOLoopBound(self, eventLoop: channel.eventLoop)
        running += 1
        answering = Task { [loop = channel.eventLoop] in
            await work()
            loop.execute { connection.value.answerEnded() }
        }
    }

    private func answerEnded() {
        running -= 1
        if running == 0 { answering = nil }
        leaveIfOver()
    }

    private func leaveIfOver() {
        if isGone, running == 0 { service.ledger.leave(channel) }
    }
}
