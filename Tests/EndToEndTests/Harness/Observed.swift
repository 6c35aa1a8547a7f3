import Synchronization

/// A value that changes from outside (a screen, a program's output), and those who wait for it to look in some way.
final class Observed<Value: Sendable>: Sendable {
    private struct Waiter {
        let id: Int
        /// Returns what resumes the waiter, when the value suits it.
        let attempt: @Sendable (Value) -> (@Sendable () -> Void)?
        let fail: @Sendable (String, Value) -> Void
    }
    private struct State {
        var value: Value
        var waiters: [Waiter] = []
        var nextID = 0
        /// Why the value will not change any more.
        var ended: String?
    }
    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    var value: Value { state.withLock { $0.value } }
    var isEnded: Bool { state.withLock { $0.ended != nil } }

    /// Changes the value and resumes whom it suits now. `settled` is false while more change is known to be on its way.
    func update(settled: Bool = true, _ change: (inout Value) -> Void) {
        let resumed = state.withLock { state in
            change(&state.value)
            return settled ? Self.suited(&state) : []
        }
        for resume in resumed { resume() }
    }

    /// No change will come after this: fails those who still wait.
    func end(_ why: String) {
        let (resumed, failed, value) = state.withLock { state in
            state.ended = state.ended ?? why
            let resumed = Self.suited(&state)
            defer { state.waiters = [] }
            return (resumed, state.waiters, state.value)
        }
        for resume in resumed { resume() }
        for waiter in failed { waiter.fail(why, value) }
    }

    /// Waits until `probe` finds what it looks for and returns that. Throws ``NotSeen`` after `timeout`, or when
    /// nothing can change any more.
    func first<Found: Sendable>(
        _ what: String, within timeout: Duration = Patience.wait, describe: @escaping @Sendable (Value) -> String,
        _ probe: @escaping @Sendable (Value) -> Found?
    ) async throws -> Found {
        let id = state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        let deadline = Task {
            // Only the end of patience with a real program; what is waited for is the event.
            try await Task.sleep(for: timeout)
            self.expire(id, "not seen within \(timeout)")
        }
        defer { deadline.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.add(
                    Waiter(
                        id: id,
                        attempt: { value in
                            guard let found = probe(value) else { return nil }
                            return { continuation.resume(returning: found) }
                        },
                        fail: { why, value in
                            continuation.resume(throwing: NotSeen(what: what, why: why, seen: describe(value)))
                        }))
            }
        } onCancel: {
            self.expire(id, "the test was cancelled")
        }
    }

    private func add(_ waiter: Waiter) {
        let now: (@Sendable () -> Void)? = state.withLock { state in
            if let resume = waiter.attempt(state.value) { return resume }
            if let ended = state.ended {
                let value = state.value
                return { waiter.fail(ended, value) }
            }
            if Task.isCancelled {
                let value = state.value
                return { waiter.fail("the test was cancelled", value) }
            }
            state.waiters.append(waiter)
            return nil
        }
        now?()
    }

    private func expire(_ id: Int, _ why: String) {
        let expired = state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return (Waiter, Value)?.none }
            return (state.waiters.remove(at: index), state.value)
        }
        if let (waiter, value) = expired { waiter.fail(why, value) }
    }

    private static func suited(_ state: inout State) -> [@Sendable () -> Void] {
        var resumed: [@Sendable () -> Void] = []
        state.waiters.removeAll { waiter in
            guard let resume = waiter.attempt(state.value) else { return false }
            resumed.append(resume)
            return true
        }
        return resumed
    }
}

/// Something that a test waited for did not come.
struct NotSeen: Error, CustomStringConvertible {
    let what: String
    let why: String
    let seen: String
    var description: String { "waited for: \(what) - \(why). Seen last:\n\(seen)" }
}
