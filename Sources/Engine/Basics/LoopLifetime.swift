import Synchronization

/// The life of a loop that one task runs and another closes: `close()` returns when the loop is really out.
package final class LoopLifetime: Sendable {
    private struct State {
        var isClosed = false
        /// Set when the loop that runs is out.
        var running: FirstValue<Void>?
    }
    private let state = Mutex(State())
    private let closing = Wakeup()

    package init() {}

    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Runs `body` until it returns, the calling task is cancelled, or ``close()`` is called: the last two cancel it.
    /// Does nothing when it is closed, or runs already.
    package func run(_ body: @escaping @Sendable () async -> Void) async {
        let out = FirstValue<Void>()
        let mayRun = state.withLock {
            guard !$0.isClosed, $0.running == nil else { return false }
            $0.running = out
            return true
        }
        guard mayRun else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { await self.closing.wait() }
            await group.next()
            group.cancelAll()
        }
        state.withLock { state in
            if state.running === out { state.running = nil }
        }
        out.set(())
    }

    /// Ends the loop and returns when it has unwound; the caller's own cancellation does not shorten that. Idempotent.
    /// Must not be called from inside the loop.
    package func close() async {
        let running = state.withLock {
            $0.isClosed = true
            return $0.running
        }
        guard let running else { return }
        closing.signal()
        await running.value
    }

    /// Gives up a loop that does not end: another may be run beside it, and nobody waits for it.
    package func abandon() { state.withLock { $0.running = nil } }

    /// Lets a closed loop be run again.
    package func reopen() {
        closing.reset()
        state.withLock { $0.isClosed = false }
    }
}
