import Dispatch
import Engine
import Logging
import ServiceLifecycle

/// The engine on its way beside the main thread: the session and the watch for signals, as one service group.
final class EngineThread: Sendable {
    private let ended = DispatchGroup()

    /// Starts the session.
    init(_ session: Session) {
        let watch = SignalWatch { session.send(.stop(.signal($0))) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: watch),
                    .init(service: session, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                // Standard error belongs to the terminal's guard, and nobody reads it while the dashboard is up.
                logger: Logger(label: "singularis") { _ in SwiftLogNoOpLogHandler() }))
        let ended = ended
        ended.enter()
        Task {
            do {
                try await group.run()
            } catch {
                session.hub.post(.ended(.error("the service group failed: \(error)")))
            }
            ended.leave()
        }
    }

    var isOver: Bool { ended.wait(timeout: .now()) == .success }

    /// Returns when the session is over. Blocks the calling thread.
    func wait() { ended.wait() }
}
