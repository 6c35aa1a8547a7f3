import Basics
import Record
import Synchronization

/// One run of a loop, from its start or restart to its end: when it last gave a sign of life, and whether what it does
/// still counts. A run that was given up may come back any time later; its successor has its work then.
final class LoopRun: Sendable {
    /// The run that the present task belongs to. Tasks that it begins in a group belong to it too.
    @TaskLocal static var current: LoopRun?

    let name: LoopName
    /// Counts the runs of a loop, from 1.
    let generation: Int

    private struct State {
        var isGivenUp = false
        /// By place, for loops that do several things at once; a place that owes nothing has none.
        var signs: [Int: ContinuousClock.Instant]
    }
    private let state: Mutex<State>
    private let cancelling = Wakeup()

    init(_ name: LoopName, generation: Int, at now: ContinuousClock.Instant) {
        (self.name, self.generation) = (name, generation)
        state = Mutex(State(signs: [0: now]))
    }

    /// Whether what the present task does counts: it belongs to no run that was given up.
    static var counts: Bool { current?.state.withLock { $0.isGivenUp } != true }

    /// The loop got somewhere, or began something.
    func lives(_ place: Int = 0, at now: ContinuousClock.Instant) { state.withLock { $0.signs[place] = now } }

    /// The loop waits for what others bring, and owes no sign of life until then.
    func rests(_ place: Int = 0) { state.withLock { $0.signs[place] = nil } }

    /// The sign of life that is longest ago, of the places that owe one.
    var oldestSign: ContinuousClock.Instant? { state.withLock { $0.signs.values.min() } }

    /// Waits for what others bring.
    static func resting<Value>(_ clock: any EngineClock, _ wait: () async throws -> Value) async rethrows -> Value {
        current?.rests()
        let value = try await wait()
        current?.lives(at: clock.now)
        return value
    }

    /// Tells the loop to end.
    func cancel() { cancelling.signal() }

    /// From now on nothing that it does counts.
    func giveUp() { state.withLock { $0.isGivenUp = true } }

    /// Does `work` until it is over or ``cancel()`` is called, which cancels it. Returns when it has unwound.
    func run(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await Self.$current.withValue(self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await work() }
                group.addTask { await self.cancelling.wait() }
                defer { group.cancelAll() }
                try await group.next()
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
