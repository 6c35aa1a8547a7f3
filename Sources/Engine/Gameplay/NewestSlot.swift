import Synchronization

/// A one-place mailbox in which the newest value wins. What was not taken in time is overwritten: an old picture of a
/// game is worth nothing, and a queue of them worth less.
package final class NewestSlot<Value: Sendable>: Sendable {
    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Value, any Error>
    }
    private struct State {
        var value: Value?
        var waiters: [Waiter] = []
        var nextID: UInt64 = 0
    }
    private let state = Mutex(State())

    package init() {}

    /// Leaves a value for whoever takes next; a waiting taker gets it at once.
    /// - Returns: Whether this overwrote a value that nobody had taken.
    @discardableResult
    package func put(_ value: Value) -> Bool {
        let (waiter, overwrote) = state.withLock { state -> (Waiter?, Bool) in
            if !state.waiters.isEmpty { return (state.waiters.removeFirst(), false) }
            let overwrote = state.value != nil
            state.value = value
            return (nil, overwrote)
        }
        waiter?.continuation.resume(returning: value)
        return overwrote
    }

    /// Takes the value, waiting for one if there is none. Throws `CancellationError` when the task is cancelled; a
    /// value is then left for the next taker.
    package func take() async throws -> Value {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready = state.withLock { state -> Result<Value, any Error>? in
                    // Read under the lock: a cancellation handler that has run already saw no waiter to wake.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let value = state.value {
                        state.value = nil
                        return .success(value)
                    }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Throws away a value that nobody has taken.
    package func clear() { state.withLock { $0.value = nil } }
}
