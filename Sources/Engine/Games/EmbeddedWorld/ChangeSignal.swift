import Synchronization

/// Tells waiting tasks that something has changed: a counter that can be awaited.
///
/// A waiter reads ``version`` before it looks at the state it cares about, and then waits for a later version; a
/// change in between is never missed.
final class ChangeSignal: Sendable {
    private struct State {
        var version = 0
        var nextID = 0
        var waiters: [(id: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var version: Int { state.withLock(\.version) }

    func raise() {
        let waiters = state.withLock { state in
            state.version += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume() }
    }

    /// Returns once the version is later than this, or the task is cancelled.
    func changed(since version: Int) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isOver = state.withLock { state in
                    // The flag is set before the handler runs: either it is seen here or the handler finds the waiter.
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters.append((id, continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: index).continuation
            }
            waiter?.resume()
        }
    }
}
