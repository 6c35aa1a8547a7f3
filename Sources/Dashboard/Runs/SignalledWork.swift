import Basics
import Engine
import ServiceLifecycle
import Synchronization

/// Does `work` on other threads, and blocks the calling one - the process's main thread - until it is done. A signal
/// cancels it: what it opened it closes, and then it returns.
/// - Returns: what it came to, and the signal that cut it short, if one did.
func blockUntilSignal<Value: Sendable>(
    _ work: @escaping @Sendable () async -> Value
) -> (value: Value, signal: String?) {
    blockOn {
        let signal = Mutex<String?>(nil)
        let task = Task { await work() }
        let watch = ServiceGroup.silent([
            .init(
                service: SignalWatch { name in
                    signal.withLock { $0 = $0 ?? name }
                    task.cancel()
                })
        ])
        let watching = Task { try? await watch.run() }
        let value = await task.value
        await watch.triggerGracefulShutdown()
        await watching.value
        return (value, signal.withLock(\.self))
    }
}
