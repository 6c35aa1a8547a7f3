import Synchronization

/// A value that is set once: the first to come wins, later ones are ignored. Anybody may wait for it, and waiting is
/// not ended by cancellation.
package final class FirstValue<Value: Sendable>: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Value, Never>])
        case set(Value)
    }
    private let state = Mutex(State.waiting([]))

    package init() {}

    /// Sets the value. Returns false when there was one already.
    @discardableResult
    package func set(_ value: Value) -> Bool {
        let waiters: [CheckedContinuation<Value, Never>]? = state.withLock { state in
            guard case .waiting(let waiters) = state else { return nil }
            state = .set(value)
            return waiters
        }
        for waiter in waiters ?? [] { waiter.resume(returning: value) }
        return waiters != nil
    }

    package var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let ready: Value? = state.withLock { state in
                    switch state {
                    case .set(let value): return value
                    case .waiting(let waiters):
                        state = .waiting(waiters + [continuation])
                        return nil
                    }
                }
                if let ready { continuation.resume(returning: ready) }
            }
        }
    }

    /// The value, if there is one yet.
    package var current: Value? {
        state.withLock { if case .set(let value) = $0 { value } else { nil } }
    }
}
