import NIOCore
import NIOHTTP1
import NIOPosix

/// The embedded model behind a real socket: an HTTP/1.1 server on the loopback interface that speaks the Gemini wire
/// format. Needs no key, no network and no files.
package final class EmbeddedModelServer: Sendable {
    package let port: Int
    private let listener: any Channel
    private let service: ModelService

    /// Starts to listen. The event loops must outlive the server. Throws when the port cannot be had.
    package static func start(
        group: any EventLoopGroup, configuration: EmbeddedModelConfiguration = .init()
    ) async throws -> EmbeddedModelServer {
        let service = ModelService(configuration: configuration)
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.backlog, value: 64)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try ModelConnection.serve(channel, service) }
            }
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: configuration.port).get()
        return EmbeddedModelServer(listener: listener, service: service)
    }

    private init(listener: any Channel, service: ModelService) {
        self.listener = listener
        self.service = service
        port = listener.localAddress?.port ?? 0
    }

    /// Without a version: clients add `/v1beta/models/...`.
    package var baseURL: String { "http://127.0.0.1:\(port)" }

    package var counts: ServerCounts { service.ledger.counts }

    /// Returns when no connection is open and no answer is under way.
    package func whenIdle() async { await service.ledger.whenEmpty() }

    /// Closes the listener and every connection, answers under way or not, and returns when the sockets are closed
    /// and nothing runs any more. Idempotent; every caller waits for the end.
    package func close() async {
        let connections = service.ledger.beginClosing()
        listener.close(promise: nil)
        for connection in connections { connection.close(promise: nil) }
        // Fails only when the loop is gone, and the socket with it.
        try? await listener.closeFuture.get()
        await service.ledger.whenEmpty()
    }
}
