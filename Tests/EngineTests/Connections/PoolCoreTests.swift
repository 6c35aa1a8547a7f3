import Testing

@testable import Basics
@testable import Connections

@Suite("Pool core", .shared)
struct PoolCoreTests {
    let now = Moment(ContinuousClock.now)
    let a = Origin(scheme: .http, host: "a", port: 80)
    let b = Origin(scheme: .http, host: "b", port: 80)

    private func granted(_ admission: PoolCore.Admission) throws -> PoolCore.Lease {
        guard case .granted(let lease) = admission else { throw Unexpected(admission: admission) }
        return lease
    }
    struct Unexpected: Error { let admission: PoolCore.Admission }

    @Test("limits of the pool and of the host both hold: 3 and 2 lanes, 4 + 4 requests")
    func bothLimits() {
        var core = PoolCore(limit: 3, limitPerHost: 2)
        for request in 1...8 as ClosedRange<UInt64> {
            _ = core.acquire(request: request, origin: request <= 4 ? a : b, at: now)
        }
        #expect(core.busy == 3)
        #expect(core.busyByOrigin == [a: 2, b: 1])
        #expect(core.queued == 5)
        #expect(core.check() == [])
    }

    @Test("lanes are served in the order of arrival, and a newcomer queues behind")
    func order() throws {
        var core = PoolCore(limit: 1, limitPerHost: 1)
        var holder = try granted(core.acquire(request: 1, origin: a, at: now))
        for request in 2...4 as ClosedRange<UInt64> {
            #expect(core.acquire(request: request, origin: request == 3 ? b : a, at: now) == .queued(evicted: nil))
        }
        var served: [UInt64] = []
        while let next = core.finish(holder, at: now) {
            if served.isEmpty { #expect(core.acquire(request: 5, origin: b, at: now) == .queued(evicted: nil)) }
            served.append(next.request)
            holder = next
        }
        #expect(served == [2, 3, 4, 5])
    }

    @Test("a full host at the front of the queue does not keep another host waiting")
    func workConserving() throws {
        var core = PoolCore(limit: 3, limitPerHost: 1)
        let holder = try granted(core.acquire(request: 1, origin: a, at: now))
        #expect(core.acquire(request: 2, origin: a, at: now) == .queued(evicted: nil))
        _ = try granted(core.acquire(request: 3, origin: b, at: now))
        #expect(core.finish(holder, at: now)?.request == 2)
    }

    @Test("a lane is vacated with the last of its sockets, not when its request is over")
    func socketsHoldLanes() throws {
        var core = PoolCore(limit: 1, limitPerHost: 1)
        let holder = try granted(core.acquire(request: 1, origin: a, at: now))
        #expect(core.acquire(request: 2, origin: a, at: now) == .queued(evicted: nil))
        let first = core.attempt(holder, at: now)
        #expect(first == .begun)
        #expect(core.finish(holder, at: now) == nil)
        #expect(core.lanes[0].occupant?.phase == .closing)
        let another = core.attempt(holder, at: now)
        #expect(another == .refused, "a request that is over may not open a socket")
        #expect(core.busy == 1)
        #expect(core.socketClosed(in: holder.lane, at: now)?.request == 2)
    }

    @Test("an attempt beside the first takes a lane of its own, until the loser's socket is closed")
    func racingTakesLanes() throws {
        var core = PoolCore(limit: 2, limitPerHost: 2)
        let racer = try granted(core.acquire(request: 1, origin: a, at: now))
        let attempts = (core.attempt(racer, at: now), core.attempt(racer, at: now), core.attempt(racer, at: now))
        #expect(attempts == (.begun, .begun, .noRoom))
        #expect(core.busy == 2 && core.check() == [])
        #expect(core.acquire(request: 2, origin: b, at: now) == .queued(evicted: nil))
        let next = core.socketClosed(in: racer.lane, at: now)
        #expect(next?.request == 2 && next?.lane != racer.lane)
        #expect(core.holds(racer), "the winner's socket is in the lane of the lease")
        let last = core.socketClosed(in: racer.lane, at: now)
        #expect(last == nil && core.finish(racer, at: now) == nil && core.busy == 1)
    }

    @Test("a request that ends in the middle of its race leaves every lane with its socket")
    func raceThatEnds() throws {
        var core = PoolCore(limit: 2, limitPerHost: 2)
        let racer = try granted(core.acquire(request: 1, origin: a, at: now))
        _ = (core.attempt(racer, at: now), core.attempt(racer, at: now))
        #expect(core.finish(racer, at: now) == nil)
        #expect(core.lanes.map { $0.occupant?.phase } == [.closing, .closing])
        _ = core.socketClosed(in: racer.lane, at: now)
        #expect(core.busy == 1 && core.holds(racer))
        _ = core.socketClosed(in: racer.lane, at: now)
        #expect(core.busy == 0 && core.check() == [])
    }

    @Test("a lease that has ended changes nothing, whatever is done with it")
    func staleLease() throws {
        var core = PoolCore(limit: 1, limitPerHost: 1)
        let old = try granted(core.acquire(request: 1, origin: a, at: now))
        #expect(core.finish(old, at: now) == nil)
        let new = try granted(core.acquire(request: 2, origin: a, at: now))
        #expect(new.lane == old.lane)
        #expect(core.finish(old, at: now) == nil)
        #expect(core.socketClosed(in: old.lane, at: now) == nil)
        let attempt = core.attempt(old, at: now)
        #expect(attempt == .refused)
        core.advance(old, to: .receiving, at: now)
        #expect(core.holds(new) && !core.holds(old))
        #expect(core.lanes[0].occupant?.phase == .resolving)
    }

    @Test("a phase never goes back")
    func phasesGoForward() throws {
        var core = PoolCore(limit: 1, limitPerHost: 1)
        let lease = try granted(core.acquire(request: 1, origin: a, at: now))
        core.advance(lease, to: .sending, at: now)
        core.advance(lease, to: .connecting, at: now + .seconds(1))
        #expect(core.lanes[0].occupant?.phase == .sending)
        #expect(core.lanes[0].occupant?.phaseSince == now)
    }

    @Test("an abandoned request leaves the queue at once, and only once")
    func abandon() throws {
        var core = PoolCore(limit: 1, limitPerHost: 1)
        let holder = try granted(core.acquire(request: 1, origin: a, at: now))
        _ = core.acquire(request: 2, origin: a, at: now)
        _ = core.acquire(request: 3, origin: a, at: now + .seconds(1))
        let (first, second) = (core.abandon(request: 2), core.abandon(request: 2))
        #expect(first && !second)
        #expect(core.queued == 1)
        #expect(core.oldestArrival == now + .seconds(1))
        #expect(core.finish(holder, at: now)?.request == 3)
        let granted = core.abandon(request: 3)
        #expect(!granted, "a grant transfers the lane")
    }

    @Test("a closing pool empties its queue, grants nothing and takes nobody in")
    func closing() throws {
        var core = PoolCore(limit: 1, limitPerHost: 1)
        let holder = try granted(core.acquire(request: 1, origin: a, at: now))
        _ = core.acquire(request: 2, origin: a, at: now)
        let (first, second) = (core.beginClose(at: now), core.beginClose(at: now))
        #expect(first.queued == [2] && second.queued == [])
        #expect(core.finish(holder, at: now) == nil)
        #expect(core.acquire(request: 3, origin: a, at: now) == .closed)
        #expect(core.busy == 0)
    }
}
