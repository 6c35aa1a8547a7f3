import Engine
import Synchronization

@testable import Basics

/// A clock that moves only when a test says so. Sleepers wake in the order of their deadlines.
final class ManualClock: EngineClock {
    typealias Instant = ContinuousClock.Instant
    typealias Duration = Swift.Duration

    private struct Sleeper {
        let id: Int
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var now: Instant
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var nextID = 0
        var waiters: [(id: Int, count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state: Mutex<State>
    let start: Instant

    init() {
        start = ContinuousClock.now
        state = Mutex(State(now: start))
    }

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock {
            $0.nextID += 1
            return $0.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let (resume, woken): (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) = state.withLock {
                    if $0.cancelled.remove(id) != nil { return (.failure(CancellationError()), []) }
                    if deadline <= $0.now { return (.success(()), []) }
                    $0.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    let count = $0.sleepers.count
                    let ready = $0.waiters.filter { $0.count <= count }
                    $0.waiters.removeAll { $0.count <= count }
                    return (nil, ready.map(\.continuation))
                }
                if let resume { continuation.resume(with: resume) }
                for waiter in woken { waiter.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves time and wakes whoever's deadline has come.
    func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.now += duration
            let due = state.sleepers.filter { $0.deadline <= state.now }.sorted { $0.deadline < $1.deadline }
            state.sleepers.removeAll { $0.deadline <= state.now }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns once at least `count` tasks sleep on this clock: the event that a test awaits before it moves time.
    /// A cancelled test, such as one out of time, does not go on waiting.
    func sleepers(_ count: Int) async {
        let id = state.withLock {
            $0.nextID += 1
            return $0.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let ready = state.withLock {
                    // Read under the lock: a cancellation handler that has run already saw no waiter to wake.
                    if $0.sleepers.count >= count || Task.isCancelled { return true }
                    $0.waiters.append((id, count, continuation))
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume()
        }
    }
}
