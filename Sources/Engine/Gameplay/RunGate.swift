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
    }

    private struct State {
        var phase: Phase
        var waiters: [(id: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
        var observers: [UInt64: AsyncStream<Phase>.Continuation] = [:]
        var nextID: UInt64 = 0

        mutating func makeID() -> UInt64 {
            nextID += 1
            return nextID
        }
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
    /// Hands the keys to a person, or back to the agent.
    package func takeOver(_ on: Bool) {
        move {
            if on { return .operatorDrives }
            return $0 == .operatorDrives ? .running : $0
        }
    }
    /// Stops all input until ``resume()``.
    package func hold() { move { _ in .held } }

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
    package func untilOpen() async throws {
        let id = state.withLock { $0.makeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let ready = state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if !state.phase.rests { return .success(()) }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// The present phase and every later one; a slow reader gets the newest only.
    package func phases() -> AsyncStream<Phase> {
        let (stream, continuation) = AsyncStream.makeStream(of: Phase.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            let id = state.makeID()
            state.observers[id] = continuation
            // Yielding under the lock keeps the order; a stream's continuation never calls back into the gate.
            continuation.yield(state.phase)
            return id
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.observers.removeValue(forKey: id) }
        }
        return stream
    }

    private func move(_ change: (Phase) -> Phase) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            let new = change(state.phase)
            guard new != state.phase else { return [] }
            state.phase = new
            for observer in state.observers.values { observer.yield(new) }
            guard !new.rests else { return [] }
            defer { state.waiters.removeAll() }
            return state.waiters.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }
}
