import NIOCore
import NIOPosix

/// An HTTP/1.1 server on an event loop, for the few clients that a program has beside what it is for.
package final class HTTPServer: Sendable {
    /// The port it listens on, also where it was asked for any.
    package let port: Int
    private let listener: any Channel
    private let ledger: ConnectionLedger

    /// Starts to listen. The event loops must outlive the server. Throws when the address cannot be had.
    package static func start(
        _ service: some HTTPService, on address: SocketAddress, group: any EventLoopGroup
    ) async throws -> HTTPServer {
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.backlog, value: 64)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try ServerConnection.serve(channel, service) }
            }
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .bind(to: address).get()
        return HTTPServer(listener: listener, ledger: service.ledger)
    }

    private init(listener: any Channel, ledger: ConnectionLedger) {
        self.listener = listener
        self.ledger = ledger
        port = listener.localAddress?.port ?? 0
    }

    /// Closes the listener and every connection, answers under way or not, and returns when the sockets are closed
    /// and nothing runs any more. Idempotent; every caller waits for the end.
    package func close() async {
        let connections = ledger.beginClosing()
        listener.close(promise: nil)
        for connection in connections { connection.close(promise: nil) }
        // Fails only when the loop is gone, and the socket with it.
        try? await listener.closeFuture.get()
        await ledger.whenEmpty()
    }
}
