import Basics
import NIOCore
import NIOHTTP1
import Record
import Serving

/// Whether and where a session's metrics are served.
package struct MetricsSettings: Sendable, Equatable {
    package var address: MetricsAddress
    /// The program's.
    package var version: String

    package init(address: MetricsAddress, version: String) { (self.address, self.version) = (address, version) }
}

/// Serves a session in figures: `/metrics` for Prometheus, `/healthz` for whoever restarts what is ill.
package final class MetricsServer: Sendable {
    /// Where it listens, with the real port.
    package let address: MetricsAddress
    private let server: HTTPServer
    private let service: MetricsService

    /// What is told of: a session, and its time.
    package typealias Source = @Sendable () -> (snapshot: Snapshot, now: Double)

    /// Starts to listen. The event loops must outlive the server.
    /// - Throws: why nobody can listen there.
    package static func start(
        _ settings: MetricsSettings, group: any EventLoopGroup, clock: any EngineClock, _ source: @escaping Source
    ) async throws(MetricsError) -> MetricsServer {
        let service = MetricsService(version: settings.version, clock: clock, source: source)
        do {
            let server = try await HTTPServer.start(service, on: settings.address.socket, group: group)
            return MetricsServer(settings.address, server, service)
        } catch {
            throw MetricsError(settings.address, error)
        }
    }

    private init(_ address: MetricsAddress, _ server: HTTPServer, _ service: MetricsService) {
        (self.address, self.server, self.service) = (address.with(port: server.port), server, service)
    }

    package var url: String { "http://\(address)/metrics" }
    package var connections: ConnectionCounts { service.ledger.counts }

    /// See ``HTTPServer/close()``.
    package func close() async { await server.close() }
}

/// Answers the requests of a ``MetricsServer``.
final class MetricsService: HTTPService {
    let name = "singularis"
    /// A scrape is one short request, and Prometheus keeps its connection for the next, a minute later if not told
    /// otherwise.
    let limits = ServingLimits(connections: 16, body: 0, head: 8 << 10, idle: .seconds(150))
    let ledger = ConnectionLedger()
    let clock: any EngineClock
    private let version: String
    private let source: MetricsServer.Source

    init(version: String, clock: any EngineClock, source: @escaping MetricsServer.Source) {
        (self.version, self.clock, self.source) = (version, clock, source)
    }

    private static let plain = "text/plain; charset=utf-8"

    func answer(_ request: ServerRequest, through writer: ResponseWriter) async {
        do {
            guard ["/metrics", "/healthz"].contains(request.path) else {
                return try await writer.send(.notFound, "there are /metrics and /healthz\n", type: Self.plain)
            }
            guard [.GET, .HEAD].contains(request.head.method) else {
                return try await writer.send(
                    .methodNotAllowed, "only GET and HEAD\n", type: Self.plain, allow: "GET, HEAD")
            }
            let (snapshot, now) = source()
            if request.path == "/healthz" {
                let health = Health(snapshot, now: now)
                return try await writer.send(
                    health.isGood ? .ok : .serviceUnavailable, health.text, type: Self.plain)
            }
            let text = await page(snapshot, now)
            try await writer.send(.ok, text, type: Exposition.contentType)
        } catch {
            // The client is gone or the server is closing. Nobody is left to be told.
            writer.close()
        }
    }

    /// Written elsewhere than on the event loop, which the agent plays on.
    private func page(_ snapshot: Snapshot, _ now: Double) async -> String {
        await withTaskExecutorPreference(globalConcurrentExecutor) { [version] in
            SessionMetrics(snapshot: snapshot, now: now, version: version, process: .read()).text
        }
    }

    func refuse(_ request: ServerRequest, _ why: Unread, through writer: ResponseWriter) async {
        let (status, words): (HTTPResponseStatus, String) = switch why {
        case .tooManyConnections: (.serviceUnavailable, "\(limits.connections) connections are open\n")
        case .bodyTooLarge: (.payloadTooLarge, "no body is taken\n")
        }
        try? await writer.send(status, words, type: Self.plain, lingers: true)
    }
}
