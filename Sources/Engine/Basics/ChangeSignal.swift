import Synchronization

/// Tells waiting tasks that something has changed: a counter that can be awaited.
///
/// A waiter reads ``version`` before it looks at the state it cares about, and then waits for a later version; a
/// change in between is never missed.
package final class ChangeSignal: Sendable {
    private struct State {
        var version = 0
        var waiters: [Wakeup] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var version: Int { state.withLock(\.version) }

    package func raise() {
        let waiters = state.withLock { state in
            state.version += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.signal() }
    }

    /// Returns once the version is later than this, or the task is cancelled.
    package func changed(since version: Int) async {
        let waiter = Wakeup()
        let isOver = state.withLock { state in
            if state.version == version { state.waiters.append(waiter) }
            return state.version != version
        }
        if isOver { return }
        await waiter.wait()
        state.withLock { $0.waiters.removeAll { $0 === waiter } }
    }

    /// Returns once the version is later than this, at `instant`, or when the task is cancelled, whatever comes first.
    /// Without an instant it waits for as long as it takes.
    package func changed(since version: Int, until instant: ContinuousClock.Instant?, clock: any EngineClock) async {
        guard let instant else { return await changed(since: version) }
        await withTaskGroup(of: Void.self) { group in
            // When it is cancelled, whoever waits looks at that itself.
            group.addTask { try? await clock.sleep(until: instant, tolerance: nil) }
            group.addTask { await self.changed(since: version) }
            await group.next()
            group.cancelAll()
        }
    }
}
