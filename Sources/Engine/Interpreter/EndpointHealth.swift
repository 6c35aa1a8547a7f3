import Synchronization

/// Whether model requests get through, for everybody who asks one endpoint. Reports failures as they happen and the
/// recovery once, and tells how long to hold back.
package final class EndpointHealth: Sendable {
    private let hub: EventHub
    private let policy: RetryPolicy
    private let state: Mutex<State>

    private struct State {
        /// Failures in a row; those of requests that were under way together count as one.
        var failures = 0
        var isFailing = false
        var lastFailure: ContinuousClock.Instant?
        var notBefore: ContinuousClock.Instant?
        var jitter: SeededGenerator
    }

    package init(hub: EventHub, policy: RetryPolicy = RetryPolicy(), seed: UInt64 = 1) {
        self.hub = hub
        self.policy = policy
        state = Mutex(State(jitter: SeededGenerator(seed: seed)))
    }

    /// No request should start before this; `nil` while the endpoint works.
    package var notBefore: ContinuousClock.Instant? { state.withLock { $0.notBefore } }

    /// Call with every request that was answered.
    package func succeeded() {
        let recovered = state.withLock {
            let wasFailing = $0.isFailing
            $0.isFailing = false
            $0.failures = 0
            $0.notBefore = nil
            return wasFailing
        }
        if recovered { hub.post(.endpointRecovered) }
    }

    /// Call with every request that failed, and the instant it was started.
    package func failed(_ error: InterpreterError, startedAt: ContinuousClock.Instant) {
        let now = hub.clock.now
        state.withLock {
            // A request that was already under way when another failed says nothing about the time since.
            if let last = $0.lastFailure, startedAt <= last, $0.failures > 0 {
                if error.retry == .backoff { return }
            } else {
                $0.failures += 1
                $0.lastFailure = now
            }
            $0.isFailing = true
            let delay = policy.delay(afterFailures: $0.failures, error.retry, using: &$0.jitter)
            $0.notBefore = max($0.notBefore ?? now, now + delay)
        }
        hub.post(.endpointFailing(phase: error.phase, message: error.description))
    }

    /// Files an error where it belongs: a broken endpoint, or an answer of a working one that was of no use.
    package func record(_ error: InterpreterError, startedAt: ContinuousClock.Instant) {
        if error.isEndpointFailure {
            failed(error, startedAt: startedAt)
        } else if error.isAnswer {
            succeeded()
        }
    }
}

extension InterpreterError {
    /// An answer came, though not one of use.
    fileprivate var isAnswer: Bool {
        switch self {
        case .blocked, .noText, .unusable: true
        default: false
        }
    }
}
