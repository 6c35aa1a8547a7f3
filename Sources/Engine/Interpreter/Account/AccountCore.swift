import Basics
import Record

/// The one place that decides whether a model request may be made: quota, circuit breaker and budget together. Pure:
/// every method is told the time.
package struct AccountCore: Sendable {
    package private(set) var quota: Quota
    package private(set) var breaker: CircuitBreaker
    /// Of the kinds of requests that the server refuses for what they are: the others may work.
    private var breakers: [RequestKind: CircuitBreaker] = [:]
    package private(set) var budget: Budget
    private let policy: RetryPolicy
    private let off: Hold.Reason?
    private var jitter: SeededGenerator
    /// Refusals for a quota in a row: those without a delay of their own are waited out longer each time.
    private var refusals = 0

    package init(quota: Quota, budget: Budget, policy: RetryPolicy, off: Hold.Reason? = nil, seed: UInt64) {
        self.off = off
        self.quota = quota
        self.budget = budget
        self.policy = policy
        breaker = CircuitBreaker(policy)
        jitter = SeededGenerator(seed: seed)
    }

    /// What stands against a request of a kind now; without a kind, against all. What only the operator ends comes
    /// first, then what lasts longest.
    package mutating func hold(
        _ kind: RequestKind?, reserve: Money?, model: String, now: ContinuousClock.Instant
    ) -> Hold? {
        if let off { return Hold(off) }
        let budget = budget.hold(reserve: reserve, model: model)
        if let budget, budget.reason.isFinal { return budget }
        var ofKind = kind.flatMap { breakers[$0]?.hold(now: now) }
        ofKind?.kind = kind
        let timed = [breaker.hold(now: now), quota.hold(now: now), ofKind].compactMap { $0 }
        return timed.filter { $0.until != nil }.max { ($0.until ?? now) < ($1.until ?? now) } ?? timed.first ?? budget
    }

    /// Lets a request through, or says why not. One that was let through must be ended by ``end``.
    package mutating func admit(
        _ kind: RequestKind, _ request: Int, reserve: Money?, model: String, now: ContinuousClock.Instant
    ) throws(Hold) {
        if let hold = hold(kind, reserve: reserve, model: model, now: now) { throw hold }
        quota.admitted(now: now)
        breaker.admitted(request)
        breakers[kind]?.admitted(request)
        budget.admitted(reserve: reserve)
    }

    /// A request is over, with a verdict on the endpoint and with what it cost by its usage.
    package mutating func end(
        _ kind: RequestKind, _ request: Int, _ verdict: Verdict, reserve: Money?, cost: Money?, isComplete: Bool,
        startedAt: ContinuousClock.Instant, now: ContinuousClock.Instant
    ) {
        budget.settled(reserve: reserve, cost: cost, isComplete: isComplete)
        switch verdict {
        case .works:
            refusals = 0
            breaker.succeeded()
            breakers[kind] = nil
        case .fails(let retry):
            breaker.failed(request, retry, startedAt: startedAt, now: now, using: &jitter)
        case .refuses(let retry):
            // A server that refuses works.
            breaker.succeeded()
            var ofKind = breakers[kind] ?? CircuitBreaker(policy)
            ofKind.failed(request, retry, startedAt: startedAt, now: now, using: &jitter)
            breakers[kind] = ofKind
        case .overQuota(let signal):
            // A server that counts works: it is the quota that holds, not the circuit.
            refusals += 1
            let retry = signal.retryAfter.map { InterpreterError.Retry.after($0) } ?? .backoff
            quota.exhausted(signal, delay: policy.delay(afterFailures: refusals, retry, using: &jitter), now: now)
            breaker.succeeded()
        case .unknown: breaker.withdrawn(request, now: now)
        }
        // No-op unless it was the kind's probe and told nothing of it.
        breakers[kind]?.withdrawn(request, now: now)
    }

    /// What a request's end says about the endpoint.
    package enum Verdict: Sendable, Equatable {
        case works
        case fails(InterpreterError.Retry)
        /// It refuses this kind of request.
        case refuses(InterpreterError.Retry)
        case overQuota(QuotaSignal)
        case unknown
    }
}
