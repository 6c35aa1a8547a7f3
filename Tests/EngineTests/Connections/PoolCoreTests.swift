import Testing

@testable import Engine

@Suite("Pool core")
struct PoolCoreTests {
    let now = ContinuousClock.now
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
            #expect(core.acquire(request: request, origin: request == 3 ? b : a, at: now) == .queued)
        }
        var served: [UInt64] = []
        while let next = core.finish(holder, at: now) {
            if served.isEmpty { #expect(core.acquire(request: 5, origin: b, at: now) == .queued) }
            served.append(next.request)
            holder = next
        }
        #expect(served == [2, 3, 4, 5])
    }

    @Test("a full host at the front of the queue does not keep another host waiting")
    func workConserving() throws {
        var core = PoolCore(limit: 3, limitPerHost: 1)
        let holder = try granted(core.acquire(request: 1, origin: a, at: now))
        #expect(core.acquire(request: 2, origin: a, at: now) == .queued)
        _ = try granted(core.acquire(request: 3, origin: b, at: now))
        #expect(core.finish(holder, at: now)?.request == 2)
    }

    @Test("a lane is vacated with the last of its sockets, not when its request is over")
    func socketsHoldLanes() throws {
        var core = PoolCore(limit: 1, limitPerHost: 1)
        let holder = try granted(core.acquire(request: 1, origin: a, at: now))
        #expect(core.acquire(request: 2, origin: a, at: now) == .queued)
        let attempts = (core.attempt(holder), core.attempt(holder))
        #expect(attempts == (true, true))
        #expect(core.finish(holder, at: now) == nil)
        #expect(core.lanes[0].occupant?.phase == .closing)
        let another = core.attempt(holder)
        #expect(!another, "a request that is over may not open a socket")
        #expect(core.socketClosed(holder, at: now) == nil)
        #expect(core.busy == 1)
        #expect(core.socketClosed(holder, at: now)?.request == 2)
    }

    @Test("a lease that has ended changes nothing, whatever is done with it")
    func staleLease() throws {
        var core = PoolCore(limit: 1, limitPerHost: 1)
        let old = try granted(core.acquire(request: 1, origin: a, at: now))
        #expect(core.finish(old, at: now) == nil)
        let new = try granted(core.acquire(request: 2, origin: a, at: now))
        #expect(new.lane == old.lane)
        #expect(core.finish(old, at: now) == nil)
        #expect(core.socketClosed(old, at: now) == nil)
        let attempt = core.attempt(old)
        #expect(!attempt)
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
        let (first, second) = (core.beginClose(), core.beginClose())
        #expect(first == [2] && second == [])
        #expect(core.finish(holder, at: now) == nil)
        #expect(core.acquire(request: 3, origin: a, at: now) == .closed)
        #expect(core.busy == 0)
    }

    @Test("no sequence of events breaks a limit, loses a waiter or lets one wait who could run", arguments: 1...4)
    func fuzz(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var core = PoolCore(limit: 4, limitPerHost: 2)
        var leases: [PoolCore.Lease] = []
        var queued: [UInt64] = []
        var stale: [PoolCore.Lease] = []
        var next: UInt64 = 0
        func take(_ lease: PoolCore.Lease?) {
            guard let lease else { return }
            #expect(queued.first { $0 == lease.request } != nil, "granted to somebody who does not wait")
            queued.removeAll { $0 == lease.request }
            leases.append(lease)
        }
        for step in 0..<30_000 {
            switch random.next() % 10 {
            case 0...3:
                next += 1
                let origin = Origin(scheme: .http, host: "h\(random.next() % 4)", port: 80)
                switch core.acquire(request: next, origin: origin, at: now) {
                case .granted(let lease): leases.append(lease)
                case .queued: queued.append(next)
                case .closed: break
                }
            case 4:
                if let request = queued.randomElement(using: &random) {
                    if core.abandon(request: request) { queued.removeAll { $0 == request } }
                }
            case 5: if let lease = leases.randomElement(using: &random) { _ = core.attempt(lease) }
            case 6, 7: if let lease = leases.randomElement(using: &random) { take(core.socketClosed(lease, at: now)) }
            case 8: if let lease = leases.randomElement(using: &random) { take(core.finish(lease, at: now)) }
            default:
                if let lease = stale.randomElement(using: &random) {
                    let (before, lanes) = (core.busy, core.lanes.map(\.generation))
                    _ = core.finish(lease, at: now)
                    _ = core.socketClosed(lease, at: now)
                    if before != core.busy || lanes != core.lanes.map(\.generation) {
                        Issue.record("a stale lease changed the pool in step \(step)")
                    }
                }
            }
            stale += leases.filter { !core.holds($0) }
            leases.removeAll { !core.holds($0) }
            if stale.count > 50 { stale.removeFirst(stale.count - 50) }
            let faults = core.check()
            guard faults.isEmpty, core.queued == queued.count, core.busy == leases.count else {
                Issue.record("step \(step), seed \(seed): \(faults), \(core.queued)/\(queued.count) queued")
                return
            }
            if queued.count > 12 {
                for request in queued where core.abandon(request: request) {}
                queued = []
            }
        }
    }
}
