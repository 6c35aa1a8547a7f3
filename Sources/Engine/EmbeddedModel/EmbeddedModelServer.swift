import NIOCore
import Serving

/// The embedded model behind a real socket: an HTTP/1.1 server on the loopback interface that speaks the Gemini wire
/// format. Needs no key, no network and no files.
package final class EmbeddedModelServer: Sendable {
    private let server: HTTPServer
    private let service: ModelService

    /// Starts to listen. The event loops must outlive the server. Throws when the port cannot be had.
    package static func start(
        group: any EventLoopGroup, configuration: EmbeddedModelConfiguration = .init()
    ) async throws -> EmbeddedModelServer {
        let service = ModelService(configuration: configuration)
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: configuration.port)
        return EmbeddedModelServer(
            server: try await HTTPServer.start(service, on: address, group: group), service: service)
    }

    private init(server: HTTPServer, service: ModelService) { (self.server, self.service) = (server, service) }

    package var port: Int { server.port }

    /// Without a version: clients add `/v1beta/models/...`.
    package var baseURL: String { "http://127.0.0.1:\(port)" }

    package var counts: ServerCounts { service.counts }

    /// Returns when no connection is open and no answer is under way.
    package func whenIdle() async { await service.ledger.whenEmpty() }

    /// See ``HTTPServer/close()``.
    package func close() async { await server.close() }
}
