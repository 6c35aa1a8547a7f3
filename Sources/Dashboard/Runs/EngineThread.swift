import Dispatch
import Engine
import Logging
import ServiceLifecycle

/// The engine on its way beside the main thread: the session and the watch for signals, as one service group. The watch
/// outlives the session, so that a signal also ends what comes after it: a screen that waits for a key.
final class EngineThread: Sendable {
    private let group: ServiceGroup
    private let ended = DispatchGroup()

    /// Starts the session. `onSignal` is told of every signal, besides the session.
    init(_ session: Session, onSignal: @escaping @Sendable () -> Void = {}) {
        let watch = SignalWatch { name in
            session.send(.stop(.signal(name)))
            onSignal()
        }
        group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: watch), .init(service: session, successTerminationBehavior: .ignore),
                ],
                // Standard error belongs to the terminal's guard, and nobody reads it while the dashboard is up.
                logger: Logger(label: "singularis") { _ in SwiftLogNoOpLogHandler() }))
        ended.enter()
        Task { [group, ended] in
            do {
                try await group.run()
            } catch {
                session.hub.post(.ended(.error("the service group failed: \(error)")))
            }
            ended.leave()
        }
    }

    /// Ends what is left after the session, and returns when it has. Blocks the calling thread.
    func finish() {
        Task { [group] in await group.triggerGracefulShutdown() }
        ended.wait()
    }
}
