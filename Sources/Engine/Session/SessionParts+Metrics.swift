import Metrics
import NIOPosix
import Record

extension SessionParts {
    /// Serves the session's metrics where that is asked for, and arms the end of it.
    /// - Returns: where, and what the operator must know of it.
    static func serveMetrics(
        _ settings: Settings, _ group: MultiThreadedEventLoopGroup, _ hub: EventHub, _ cleanup: Cleanup
    ) async throws(MetricsError) -> (url: String, notices: [String])? {
        guard let metrics = settings.metrics else { return nil }
        let server = try await MetricsServer.start(metrics, group: group, clock: hub.clock) { (hub.snapshot, hub.time) }
        cleanup.arm("Metrics server", step: 4) { await server.close() }
        let warning = server.address.isLoopback ? "" : ", for anybody who reaches this machine: there is no password"
        return (server.url, ["metrics are served at \(server.url)\(warning)"])
    }
}
