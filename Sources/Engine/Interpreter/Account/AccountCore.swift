import Basics

/// The one place that decides whether a model request may be made: quota, circuit breaker and budget together. Pure:
/// every method is told the time.
package struct AccountCore: Sendable {
    package private(set) var quota: Quota
    package private(set) var breaker: CircuitBreaker
    package private(set) var budget: Budget
    private let policy: RetryPolicy
    private let isOff: Bool
    private var jitter: SeededGenerator
    /// Refusals for a quota in a row: those without a delay of their own are waited out longer each time.
    private var refusals = 0

    package init(quota: Quota, budget: Budget, policy: RetryPolicy, isOff: Bool = false, seed: UInt64) {
        self.isOff = isOff
        self.quota = quota
        self.budget = budget
        self.policy = policy
        breaker = CircuitBreaker(policy)
        jitter = SeededGenerator(seed: seed)
    }

    /// What stands against a request now. What only the operator ends comes first, then what lasts longest.
    package mutating func hold(reserve: Money?, model: String, now: ContinuousClock.Instant) -> Hold? {
        if isOff { return Hold(.switchedOff) }
        let budget = budget.hold(reserve: reserve, model: model)
        if let budget, budget.reason.isFinal { return budget }
        let timed = [breaker.hold(now: now), quota.hold(now: now)].compactMap { $0 }
        return timed.filter { $0.until != nil }.max { ($0.until ?? now) < ($1.until ?? now) } ?? timed.first ?? budget
    }

    /// Lets a request through, or says why not. One that was let through must be ended by ``end``.
    package mutating func admit(
        _ request: Int, reserve: Money?, model: String, now: ContinuousClock.Instant
    ) throws(Hold) {
        if let hold = hold(reserve: reserve, model: model, now: now) { throw hold }
        quota.admitted(now: now)
        breaker.admitted(request)
        budget.admitted(reserve: reserve)
    }

    /// A request is over, with a verdict on the endpoint and with what it cost by its usage.
    package mutating func end(
        _ request: Int, _ verdict: Verdict, reserve: Money?, cost: Money?, isComplete: Bool,
        startedAt: ContinuousClock.Instant, now: ContinuousClock.Instant
    ) {
        budget.settled(reserve: reserve, cost: cost, isComplete: isComplete)
        switch verdict {
        case .works:
            refusals = 0
            breaker.succeeded()
        case .fails(let retry):
            breaker.failed(request, retry, startedAt: startedAt, now: now, using: &jitter)
        case .overQuota(let signal):
            // A server that counts works: it is the quota that holds, not the circuit.
            refusals += 1
            let retry = signal.retryAfter.map { InterpreterError.Retry.after($0) } ?? .backoff
            quota.exhausted(signal, delay: policy.delay(afterFailures: refusals, retry, using: &jitter), now: now)
            breaker.succeeded()
        case .unknown: breaker.withdrawn(request, now: now)
        }
    }

    /// What a request's end says about the endpoint.
    package enum Verdict: Sendable, Equatable {
        case works
        case fails(InterpreterError.Retry)
        case overQuota(QuotaSignal)
        case unknown
    }
}
