import Record

/// Holds requests back while an endpoint fails: first by growing waits, then, after several failures in a row, by
/// opening the circuit. An open circuit lets one request through when its time is over, the probe, and closes or opens
/// again with that. Pure: every method is told the time.
package struct CircuitBreaker: Sendable {
    package enum State: Sendable, Equatable {
        case closed
        case open(until: ContinuousClock.Instant)
        /// The probe is under way.
        case halfOpen(probe: Int)
    }

    package private(set) var state = State.closed
    /// Failures in a row; those of requests that were under way together count as one.
    package private(set) var failures = 0
    private let policy: RetryPolicy
    private var lastFailure: ContinuousClock.Instant?
    private var notBefore: ContinuousClock.Instant?
    /// Times in a row that it opened.
    private var openings = 0

    package init(_ policy: RetryPolicy) { self.policy = policy }

    package var isFailing: Bool { failures > 0 }

    package func hold(now: ContinuousClock.Instant) -> Hold? {
        switch state {
        case .closed:
            guard let notBefore, notBefore > now else { return nil }
            return Hold(.backoff(failures: failures), until: notBefore)
        case .open(let until): return until > now ? Hold(.circuitOpen(failures: failures), until: until) : nil
        case .halfOpen: return Hold(.probing)
        }
    }

    /// A request goes out; `hold` said that it may. The first one after an open circuit is the probe.
    package mutating func admitted(_ request: Int) {
        if case .open = state { state = .halfOpen(probe: request) }
    }

    package mutating func succeeded() {
        state = .closed
        failures = 0
        openings = 0
        notBefore = nil
    }

    package mutating func failed(
        _ request: Int, _ retry: InterpreterError.Retry, startedAt: ContinuousClock.Instant,
        now: ContinuousClock.Instant, using random: inout some RandomNumberGenerator
    ) {
        let isProbe = state == .halfOpen(probe: request)
        // A request that was already under way when another failed says nothing about the time since.
        if let last = lastFailure, startedAt <= last, failures > 0, !isProbe {
            if retry == .backoff { return }
            // And nothing new where the circuit is open for as long already.
            if case .open(let until) = state, retry == .hardlyEver, until >= startedAt + policy.hopeless { return }
        } else {
            failures += 1
            lastFailure = now
        }
        let delay = policy.delay(afterFailures: failures, retry, using: &random)
        // A wait that a server asked for and that is longer than any backoff is no short one, and must be told.
        if isProbe || retry == .hardlyEver || failures >= policy.failuresToOpen || delay > policy.maximum {
            let rest = max(delay, policy.rest(afterOpenings: openings, using: &random))
            if case .open(let until) = state, until >= now + rest { return }
            openings += 1
            state = .open(until: now + rest)
        } else {
            notBefore = max(notBefore ?? now, now + delay)
        }
    }

    /// A request ended without telling anything about the endpoint. If it was the probe, another must be one.
    package mutating func withdrawn(_ request: Int, now: ContinuousClock.Instant) {
        if state == .halfOpen(probe: request) { state = .open(until: now) }
    }
}
