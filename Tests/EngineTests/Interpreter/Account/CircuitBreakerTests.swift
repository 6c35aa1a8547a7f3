import Engine
import Testing

@testable import Basics
@testable import Connections

@Suite("Circuit breaker", .shared)
struct CircuitBreakerTests {
    private let start = ContinuousClock.now
    private var random = SeededGenerator(seed: 3)

    /// A breaker whose requests failed one after another, and the time of the last failure.
    private mutating func failing(_ times: Int) -> (CircuitBreaker, ContinuousClock.Instant) {
        var breaker = CircuitBreaker(RetryPolicy())
        var now = start
        for request in 0..<times {
            now = (breaker.hold(now: now)?.until ?? now) + .seconds(1)
            breaker.admitted(request)
            breaker.failed(request, .backoff, startedAt: now, now: now + .seconds(1), using: &random)
            now += .seconds(1)
        }
        return (breaker, now)
    }

    @Test("waits grow with failures in a row, and the fifth opens the circuit")
    mutating func opens() throws {
        var waits: [Duration] = []
        for failures in 1...4 {
            let (breaker, now) = failing(failures)
            let hold = try #require(breaker.hold(now: now))
            #expect(hold.reason == .backoff(failures: failures))
            waits.append(now.duration(to: try #require(hold.until)))
        }
        #expect(waits == waits.sorted())
        let (breaker, now) = failing(5)
        let hold = try #require(breaker.hold(now: now))
        #expect(hold.reason == .circuitOpen(failures: 5))
        #expect(now.duration(to: try #require(hold.until)) >= RetryPolicy().firstRest)
    }

    @Test("when its time is over, one request is the probe; nobody else goes until it is back")
    mutating func probes() throws {
        var (breaker, now) = failing(5)
        let until = try #require(breaker.hold(now: now)?.until)
        #expect(breaker.hold(now: until - .nanoseconds(1)) != nil)
        #expect(breaker.hold(now: until) == nil)
        breaker.admitted(99)
        #expect(breaker.hold(now: until)?.reason == .probing)
        breaker.succeeded()
        #expect(breaker.state == .closed && !breaker.isFailing)
        now = until
        #expect(breaker.hold(now: now) == nil)
    }

    @Test("a probe that fails opens the circuit for longer, up to five minutes")
    mutating func failingProbes() throws {
        var (breaker, now) = failing(5)
        var rests: [Duration] = []
        for probe in 100..<108 {
            now = try #require(breaker.hold(now: now)?.until)
            breaker.admitted(probe)
            breaker.failed(probe, .backoff, startedAt: now, now: now + .seconds(1), using: &random)
            now += .seconds(1)
            rests.append(now.duration(to: try #require(breaker.hold(now: now)?.until)))
        }
        #expect(rests == rests.sorted())
        #expect(rests[0] > .seconds(35) && rests.last == .seconds(300))
    }

    @Test("a probe that was cancelled leaves the next request to be one")
    mutating func cancelledProbe() throws {
        var (breaker, now) = failing(5)
        now = try #require(breaker.hold(now: now)?.until)
        breaker.admitted(99)
        breaker.withdrawn(42, now: now)
        #expect(breaker.hold(now: now)?.reason == .probing)
        breaker.withdrawn(99, now: now)
        #expect(breaker.hold(now: now) == nil)
        breaker.admitted(100)
        #expect(breaker.state == .halfOpen(probe: 100))
    }

    @Test("what only a person can mend opens the circuit at once")
    mutating func hopeless() throws {
        var breaker = CircuitBreaker(RetryPolicy())
        breaker.admitted(1)
        breaker.failed(1, .hardlyEver, startedAt: start, now: start, using: &random)
        let hold = try #require(breaker.hold(now: start))
        #expect(hold == Hold(.circuitOpen(failures: 1), until: start + RetryPolicy().hopeless))
    }

    @Test("requests that were under way together with a hopeless one leave the circuit as that opened it")
    mutating func hopelessTogether() throws {
        var breaker = CircuitBreaker(RetryPolicy())
        for request in 0..<4 { breaker.admitted(request) }
        breaker.failed(0, .hardlyEver, startedAt: start, now: start + .milliseconds(5), using: &random)
        let hold = try #require(breaker.hold(now: start + .milliseconds(5)))
        for request in 1..<4 {
            let now = start + .milliseconds(5 * request + 5)
            breaker.failed(request, .hardlyEver, startedAt: start, now: now, using: &random)
            #expect(breaker.hold(now: now) == hold)
        }
    }

    @Test("requests that were under way together count as one failure")
    mutating func together() {
        var breaker = CircuitBreaker(RetryPolicy())
        for request in 0..<8 {
            breaker.admitted(request)
        }
        for request in 0..<8 {
            breaker.failed(request, .backoff, startedAt: start, now: start + .seconds(1), using: &random)
        }
        #expect(breaker.failures == 1 && breaker.state == .closed)
    }

    @Test("a wait that the server asks for and that is longer than any backoff opens the circuit, which is told")
    mutating func longWish() throws {
        var breaker = CircuitBreaker(RetryPolicy())
        breaker.admitted(0)
        breaker.failed(0, .after(.seconds(3600)), startedAt: start, now: start, using: &random)
        let hold = try #require(breaker.hold(now: start))
        #expect(hold.reason == .circuitOpen(failures: 1))
        #expect(start.duration(to: try #require(hold.until)) >= .seconds(3600))
    }
}
