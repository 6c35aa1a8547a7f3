import Synchronization

/// The life of a loop that one task runs and another closes: `close()` returns when the loop is really out.
package final class LoopLifetime: Sendable {
    private struct State {
        var isClosed = false
        var isRunning = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())
    private let closing = Wakeup()

    package init() {}

    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Runs `body` until it returns, the calling task is cancelled, or ``close()`` is called: the last two cancel it.
    /// Does nothing when it is closed, or runs already.
    package func run(_ body: @escaping @Sendable () async -> Void) async {
        let mayRun = state.withLock {
            guard !$0.isClosed, !$0.isRunning else { return false }
            $0.isRunning = true
            return true
        }
        guard mayRun else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { await self.closing.wait() }
            await group.next()
            group.cancelAll()
        }
        let waiters = state.withLock { state in
            state.isRunning = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Ends the loop and returns when it has unwound; the caller's own cancellation does not shorten that. Idempotent.
    /// Must not be called from inside the loop.
    package func close() async {
        let isRunning = state.withLock {
            $0.isClosed = true
            return $0.isRunning
        }
        guard isRunning else { return }
        closing.signal()
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isOut = state.withLock {
                guard $0.isRunning else { return true }
                $0.waiters.append(continuation)
                return false
            }
            if isOut { continuation.resume() }
        }
    }

    /// Lets a closed loop be run again.
    package func reopen() {
        closing.reset()
        state.withLock { $0.isClosed = false }
    }
}
