import Basics
import Synchronization

/// The instants at which running requests must have got somewhere, as a pure value.
struct Deadlines: Sendable {
    typealias Instant = Moment

    enum Kind: Sendable, Equatable { case connect, total }

    private struct Entry {
        /// `nil` once the connection stands.
        var connect: Instant?
        let total: Instant
        /// A connect budget larger than the total one is cut to it, and then the total one is what runs out first.
        var next: (at: Instant, kind: Kind) {
            guard let connect, connect < total else { return (total, .total) }
            return (connect, .connect)
        }
    }
    private var entries: [UInt64: Entry] = [:]

    mutating func add(_ request: UInt64, connect: Instant, total: Instant) {
        entries[request] = Entry(connect: connect, total: total)
    }

    /// The connect budget has served its purpose.
    mutating func connected(_ request: UInt64) { entries[request]?.connect = nil }

    mutating func remove(_ request: UInt64) { entries[request] = nil }

    /// When the next budget runs out.
    var next: Instant? { entries.values.lazy.map(\.next.at).min() }

    /// Takes out every request whose time is up.
    mutating func expire(at now: Instant) -> [(request: UInt64, kind: Kind)] {
        let due = entries.filter { $0.value.next.at <= now }
        for request in due.keys { entries[request] = nil }
        return due.map { ($0.key, $0.value.next.kind) }
    }
}

/// Rings once at the earliest instant it was asked for.
///
/// One sleeping task serves all requests of a pool. It is only replaced when an earlier instant is asked for, which
/// with equal budgets happens about once per budget and not once per request.
final class Alarm: Sendable {
    private struct State {
        var at: Moment?
        var task: Task<Void, Never>?
        var generation = 0
        var isStopped = false
    }
    private let state = Mutex(State())
    private let clock: any EngineClock

    init(clock: any EngineClock) { self.clock = clock }

    /// Makes sure that `ring` is called at `instant`, or earlier when an earlier ring is already set.
    func set(at instant: Moment, ring: @autoclosure () -> @Sendable () -> Void) {
        if state.withLock({ state in state.at.map { $0 <= instant } ?? false }) { return }
        let ring = ring()
        let replaced = state.withLock { state -> Task<Void, Never>? in
            if state.isStopped { return nil }
            if let at = state.at, at <= instant { return nil }
            state.generation += 1
            let (generation, replaced) = (state.generation, state.task)
            state.at = instant
            state.task = Task { [clock, weak self] in
                guard (try? await clock.sleep(until: instant.instant, tolerance: .zero)) != nil else { return }
                if self?.takeOff(generation) == true { ring() }
            }
            return replaced
        }
        replaced?.cancel()
    }

    /// For good: a ring asked for later is not set.
    func stop() {
        let task = state.withLock { state in
            state.isStopped = true
            defer { (state.at, state.task) = (nil, nil) }
            state.generation += 1
            return state.task
        }
        task?.cancel()
    }

    private func takeOff(_ generation: Int) -> Bool {
        state.withLock { state in
            guard state.generation == generation else { return false }
            (state.at, state.task) = (nil, nil)
            return true
        }
    }

    deinit { state.withLock { $0.task }?.cancel() }
}
