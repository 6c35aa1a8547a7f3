import Synchronization

/// Wakes the one task that waits for something to do. A signal that nobody waits for is kept; several are one.
package final class Wakeup: Sendable {
    private struct State {
        var isSignalled = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    package init() {}

    package func signal() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter else {
                state.isSignalled = true
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Forgets a signal that was kept.
    package func reset() { state.withLock { $0.isSignalled = false } }

    /// Returns at the next signal, or when the task is cancelled. One task may wait at a time.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let goOn = state.withLock { state in
                    // A cancellation before this point found no waiter to wake and left its signal instead.
                    if state.isSignalled || Task.isCancelled {
                        state.isSignalled = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if goOn { continuation.resume() }
            }
        } onCancel: {
            signal()
        }
    }

    /// Returns at the next signal, at `deadline`, or when the task is cancelled, whichever is first.
    package func wait(until deadline: ContinuousClock.Instant, clock: any EngineClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await clock.sleep(until: deadline, tolerance: nil) }
            await group.next()
            group.cancelAll()
        }
        // Ending the other wait leaves a signal; keeping it would only cause one needless look.
    }
}
