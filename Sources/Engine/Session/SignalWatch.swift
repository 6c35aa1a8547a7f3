import Glibc
import ServiceLifecycle
import UnixSignals

/// Turns signals into stop commands: the first ends the session in order, each later one hurries it.
package struct SignalWatch: Service {
    private let onSignal: @Sendable (String) -> Void

    package init(onSignal: @escaping @Sendable (String) -> Void) { self.onSignal = onSignal }

    /// Keeps the signals from killing the process before anybody watches for them. Must be called on the main thread
    /// before any other thread exists: they inherit the mask, so that only the watch sees the signals.
    package static func block() {
        signal(SIGPIPE, SIG_IGN)
        mask(SIG_BLOCK)
    }

    /// Lets the signals do what they do by themselves, which ends the process, while the calling thread waits for a
    /// person and nothing is open that has to be closed.
    package static func letThrough<Value>(_ body: () throws -> Value) rethrows -> Value {
        mask(SIG_UNBLOCK)
        defer { mask(SIG_BLOCK) }
        return try body()
    }

    private static func mask(_ how: Int32) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&set, number) }
        pthread_sigmask(how, &set, nil)
    }

    package func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigquit)
        for await signal in signals.cancelOnGracefulShutdown() { onSignal(name(signal)) }
    }

    private func name(_ signal: UnixSignal) -> String {
        switch signal {
        case .sigint: "SIGINT"
        case .sigterm: "SIGTERM"
        case .sighup: "SIGHUP"
        case .sigquit: "SIGQUIT"
        default: "\(signal)"
        }
    }
}
