import Basics
import Dispatch
import Engine
import Logging
import Record
import ServiceLifecycle

/// The engine on its way beside the main thread: the session and the watch for signals, as one service group. The watch
/// outlives the session, so that a signal also ends what comes after it: a screen that waits for a key.
final class EngineThread: Sendable {
    private let group: ServiceGroup
    private let running: Task<Void, Never>

    /// Starts the session. `onSignal` is told of every signal, besides the session.
    init(_ session: Session, onSignal: @escaping @Sendable () -> Void = {}) {
        let watch = SignalWatch { name in
            session.send(.stop(.signal(name)))
            onSignal()
        }
        let group = ServiceGroup.silent([
            .init(service: watch), .init(service: session, successTerminationBehavior: .ignore),
        ])
        self.group = group
        running = Task {
            do {
                try await group.run()
            } catch {
                session.hub.post(.ended(.error("the service group failed: \(error)")))
            }
        }
    }

    /// Ends what is left after the session, and returns when it has. Blocks the calling thread.
    func finish() {
        blockOn { [group, running] in
            await group.triggerGracefulShutdown()
            await running.value
        }
    }
}

extension ServiceGroup {
    /// A group that logs nothing: standard error belongs to the terminal's guard while the dashboard is up, and to the
    /// lines of a run without one.
    static func silent(_ services: [ServiceGroupConfiguration.ServiceConfiguration]) -> ServiceGroup {
        ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, logger: Logger(label: "singularis") { _ in SwiftLogNoOpLogHandler() }))
    }
}

/// Does `work` on other threads, and blocks the calling one - the process's main thread - until it is done.
func blockOn<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () async throws(Failure) -> Value
) throws(Failure) -> Value {
    let result = FirstValue<Result<Value, Failure>>()
    let done = DispatchSemaphore(value: 0)
    Task {
        do throws(Failure) {
            result.set(.success(try await work()))
        } catch {
            result.set(.failure(error))
        }
        done.signal()
    }
    while true {
        done.wait()
        if let result = result.current { return try result.get() }
    }
}
