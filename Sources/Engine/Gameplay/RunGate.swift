import Connections
import Record
import Synchronization

/// Whether the agent may act. The operator closes and opens it; the loops wait at it, and the arbiter asks it before
/// every action, so that closing it takes effect before the next key goes down.
package final class RunGate: Sendable {
    package enum Phase: Sendable, Equatable {
        case running
        case paused
        /// One decision may pass; `taken` once it has.
        case stepping(taken: Bool)
        /// A person plays: the agent looks on, its decisions are refused.
        case operatorDrives
        /// All input is stopped, by an emergency: the agent looks on.
        case held

        /// The same for the screen.
        package var session: SessionState {
            switch self {
            case .running: .running
            case .paused: .paused
            case .stepping: .stepping
            case .operatorDrives: .operatorDrives
            case .held: .held
            }
        }

        /// Whether a loop has to wait: nobody decides while paused, and only once in a step.
        package var rests: Bool { self == .paused || self == .stepping(taken: true) }

        /// Whether the keys have been taken from the agent: what it was playing has to be let go of at once.
        package var isSeized: Bool { self == .operatorDrives || self == .held }
    }

    private struct State {
        var phase: Phase
        /// What the gate goes back to when a person gives the keys back.
        var before = Phase.running
        var observers: [UInt64: AsyncStream<Phase>.Continuation] = [:]
        var nextID: UInt64 = 0
    }
    private let state: Mutex<State>

    package init(_ phase: Phase = .running) { state = Mutex(State(phase: phase)) }

    package var phase: Phase { state.withLock { $0.phase } }
    /// Whether loops have to wait at the moment.
    package var rests: Bool { phase.rests }

    package func pause() { move { _ in .paused } }
    package func resume() { move { _ in .running } }
    package func togglePause() { move { $0 == .running ? .paused : .running } }
    /// Lets one decision through, then pauses. While a person drives or input is held this does nothing.
    package func step() { move { $0 == .operatorDrives || $0 == .held ? $0 : .stepping(taken: false) } }
    /// Hands the keys to a person, or back. What was paused or held before is so again: giving back the keys is not
    /// the same as letting the agent have them.
    package func takeOver(_ on: Bool) {
        move { phase, before in
            switch (on, phase) {
            case (true, .operatorDrives): return phase
            case (true, _):
                before = phase == .held ? .held : phase == .running ? .running : .paused
                return .operatorDrives
            case (false, .operatorDrives): return before
            case (false, _): return phase
            }
        }
    }
    /// Stops all input until ``resume()``.
    package func hold() { move { _ in .held } }
    /// Stops the agent's input. A person who drives goes on, and gives the keys back to nobody.
    package func holdAgent() {
        move { phase, before in
            guard phase == .operatorDrives else { return .held }
            before = .held
            return phase
        }
    }

    /// Asked by the arbiter for an action that is about to start: why it may not, or `nil`. A step's one permit is
    /// taken by this.
    package func admit() -> Refusal? {
        var refusal: Refusal?
        move {
            switch $0 {
            case .running: return $0
            case .stepping(taken: false): return .stepping(taken: true)
            case .paused, .stepping(taken: true): refusal = .paused
            case .operatorDrives: refusal = .operatorDrives
            case .held: refusal = .inputStopped
            }
            return $0
        }
        return refusal
    }

    /// Told when an action is over: a step ends with it.
    package func actionEnded() { move { $0 == .stepping(taken: true) ? .paused : $0 } }

    /// Returns when the agent may think again, at once if it may now. Throws `CancellationError`.
    package func untilOpen() async throws { try await until { !$0.rests } }

    /// Returns when the keys are taken from the agent, at once if they are now. However soon they are given back,
    /// whoever waits is told. Throws `CancellationError`.
    package func untilSeized() async throws { try await until(\.isSeized) }

    private func until(_ holds: (Phase) -> Bool) async throws {
        try Task.checkCancellation()
        if holds(phase) { return }
        for await phase in phases(.unbounded) where holds(phase) { return }
        throw CancellationError()
    }

    /// The present phase and every later one; a slow reader gets the newest only, unless it asks for all.
    package func phases(
        _ policy: AsyncStream<Phase>.Continuation.BufferingPolicy = .bufferingNewest(1)
    ) -> AsyncStream<Phase> {
        let (stream, continuation) = AsyncStream.makeStream(of: Phase.self, bufferingPolicy: policy)
        let id = state.withLock { state in
            state.nextID += 1
            state.observers[state.nextID] = continuation
            // Yielding under the lock keeps the order; a stream's continuation never calls back into the gate.
            continuation.yield(state.phase)
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.observers.removeValue(forKey: id) }
        }
        return stream
    }

    private func move(_ change: (Phase) -> Phase) { move { phase, _ in change(phase) } }

    private func move(_ change: (Phase, inout Phase) -> Phase) {
        state.withLock { state in
            let new = change(state.phase, &state.before)
            guard new != state.phase else { return }
            state.phase = new
            for observer in state.observers.values { observer.yield(new) }
        }
    }
}
