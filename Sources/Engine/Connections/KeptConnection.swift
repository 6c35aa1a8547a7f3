import Glibc
import NIOCore
import NIOPosix

/// A connection that has served a request and may serve another.
final class KeptConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<ExchangeHandler>

    /// On the connection's loop.
    init(_ channel: any Channel, _ handler: ExchangeHandler) {
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// Sends the request of an exchange. It bounces when the connection has ended in the meantime.
    func begin(_ exchange: Exchange) {
        onLoop { handler, context in
            guard let context else { return exchange.bounce() }
            handler.begin(exchange, context)
        }
    }

    /// Closes the connection, unless it has passed to another exchange.
    func abort(for exchange: Exchange) {
        onLoop { handler, context in if let context { handler.abort(for: exchange, context) } }
    }

    /// Closes the socket, without waiting for anybody.
    func abort() { channel.abort() }

    private func onLoop(_ act: @escaping @Sendable (ExchangeHandler, ChannelHandlerContext?) -> Void) {
        channel.eventLoop.execute { [handler] in act(handler.value, handler.value.context) }
    }
}

/// The socket under a channel, for a look at what has arrived that the event loop has not seen yet.
struct SocketGlance {
    private let socket: NIOBSDSocket.Handle

    /// Asked once for a connection: finding the socket costs more than looking at it. `nil` for a channel without one.
    init?(_ channel: any Channel) {
        let found = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            $0
        }
        guard let socket = found.flatMap({ $0 }) else { return nil }
        self.socket = socket
    }

    /// The peer has closed, or has sent bytes nobody asked for: either makes an idle connection useless. Takes nothing
    /// away. Only while the channel is active: afterwards the number may be another socket's.
    var hasNews: Bool {
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        // Nothing there yet is the one good answer; any other error, such as a reset, is the end.
        return count >= 0 || errno != EAGAIN && errno != EWOULDBLOCK
    }
}
