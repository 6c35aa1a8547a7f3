import Basics

/// Everything a pool guards with its lock: the pure core, the deadlines, the totals, and who is to be told what.
///
/// Its verbs decide and return what is to be done; nothing here calls out.
struct PoolState: Sendable {
    typealias Instant = Moment
    typealias Lease = PoolCore.Lease
    typealias LaneWaiter = CheckedContinuation<Grant, any Error>

    /// A lane, and the idle connection in it if it has one.
    struct Grant: Sendable {
        let lease: Lease
        var connection: KeptConnection?
    }

    /// What follows from asking for a lane.
    enum Admission {
        case granted(Grant)
        /// Wait; the connection, if any, has to be closed to make room.
        case queued(evicted: KeptConnection?)
        case closed
    }

    /// Somebody who is to be resumed once the lock is given back.
    enum Wake {
        case lane(LaneWaiter, Grant)
        case done(CheckedContinuation<Void, Never>)

        func resume() {
            switch self {
            case .lane(let waiter, let grant): waiter.resume(returning: grant)
            case .done(let waiter): waiter.resume()
            }
        }
    }

    var core: PoolCore
    var deadlines = Deadlines()
    private(set) var totals = PoolTotals()
    private(set) var calls: [UInt64: Call] = [:]
    private var laneWaiters: [UInt64: LaneWaiter] = [:]
    /// Requests that wait for their own lane to be vacated, and closers that wait for all of them.
    private var drains: [Lease: CheckedContinuation<Void, Never>] = [:]
    private var closers: [CheckedContinuation<Void, Never>] = []
    private var lastID: UInt64 = 0
    /// The idle connections, by lane.
    var kept: [Int: Kept] = [:]

    init(_ settings: PoolSettings) {
        core = PoolCore(limit: settings.limit, limitPerHost: settings.limitPerHost)
    }

    var nextDeadline: Instant? { [deadlines.next, kept.values.lazy.map(\.expires).min()].compactMap { $0 }.min() }

    /// Takes a request in; `nil` when the pool is closed.
    mutating func admit(_ make: (UInt64) -> Call, connect: Instant) -> Call? {
        guard !core.isClosing else { return nil }
        lastID += 1
        let call = make(lastID)
        calls[call.id] = call
        totals.asked()
        deadlines.add(call.id, connect: connect, total: call.expires)
        return call
    }

    /// Sets the deadlines of a request that begins anew.
    mutating func restart(_ call: Call, connect: Instant) {
        deadlines.add(call.id, connect: connect, total: call.expires)
    }

    /// A lane for a request that need not wait for one, as most need not.
    mutating func grantAtOnce(_ call: Call, at now: Instant) -> Grant? {
        core.acquireAtOnce(request: call.id, origin: call.origin, at: now).flatMap { granted($0) }
    }

    /// The admission; a waiter that is queued is kept, any other is the caller's to resume.
    mutating func acquire(_ call: Call, _ waiter: LaneWaiter, at now: Instant) -> Admission {
        let admission = core.acquire(request: call.id, origin: call.origin, at: now)
        if let grant = granted(admission) { return .granted(grant) }
        guard case .queued(let evicted) = admission else { return .closed }
        laneWaiters[call.id] = waiter
        return .queued(evicted: evicted.flatMap { takeKept($0) })
    }

    private mutating func granted(_ admission: PoolCore.Admission) -> Grant? {
        switch admission {
        case .granted(let lease):
            note(lease)
            return Grant(lease: lease)
        case .reused(let lease): return Grant(lease: lease, connection: takeKept(lease.lane))
        case .queued, .closed: return nil
        }
    }

    /// Takes a request out of the queue, if it is still there.
    mutating func abandon(_ request: UInt64) -> LaneWaiter? {
        core.abandon(request: request) ? laneWaiters.removeValue(forKey: request) : nil
    }

    mutating func advance(_ lease: Lease, to phase: Phase, at now: Instant) {
        guard let left = core.advance(lease, to: phase, at: now) else { return }
        if left.order < Phase.sending.order, phase.order >= Phase.sending.order { deadlines.connected(lease.request) }
    }

    mutating func attempt(_ lease: Lease, at now: Instant) -> PoolCore.Attempt {
        let attempt = core.attempt(lease, at: now)
        if attempt == .begun { note(lease) }
        return attempt
    }

    mutating func socketOpened(_ origin: Origin) { totals.socketOpened(origin) }

    /// An attempt of this lane is over; its socket, if there was one, is closed.
    mutating func attemptEnded(_ lease: Lease, hadSocket: Bool, at now: Instant) -> [Wake] {
        if hadSocket { totals.socketClosed(lease.origin) }
        _ = takeKept(lease.lane)
        return handOver(core.socketClosed(in: lease.lane, at: now))
    }

    mutating func finish(_ lease: Lease, at now: Instant) -> [Wake] {
        deadlines.remove(lease.request)
        return handOver(core.finish(lease, at: now))
    }

    /// Keeps the waiter until the lane is vacated; returns it when that has happened.
    mutating func awaitVacancy(of lease: Lease, _ waiter: CheckedContinuation<Void, Never>) -> Wake? {
        guard core.holds(lease) else { return .done(waiter) }
        drains[lease] = waiter
        return nil
    }

    mutating func ended(_ call: Call, _ outcome: PoolTotals.Outcome) {
        deadlines.remove(call.id)
        guard calls.removeValue(forKey: call.id) != nil else { return }
        totals.ended(outcome, call.origin, sent: call.meter.sent, received: call.meter.received)
    }

    mutating func expire(at now: Instant) -> [(Call, Deadlines.Kind)] {
        deadlines.expire(at: now).compactMap { due in calls[due.request].map { ($0, due.kind) } }
    }

    /// Closes the pool: who was queued, every call that is to be stopped, and the connections nobody uses.
    mutating func beginClose(
        at now: Instant
    ) -> (queued: [(Call, LaneWaiter)], calls: [Call], idle: [KeptConnection]) {
        let (requests, lanes) = core.beginClose(at: now)
        let queued = requests.compactMap { request in
            laneWaiters.removeValue(forKey: request).flatMap { waiter in calls[request].map { ($0, waiter) } }
        }
        return (queued, Array(calls.values), lanes.compactMap { takeKept($0) })
    }

    /// Keeps the waiter until every lane is free; returns it when they are.
    mutating func awaitEnd(_ waiter: CheckedContinuation<Void, Never>) -> Wake? {
        guard core.busy > 0 else { return .done(waiter) }
        closers.append(waiter)
        return nil
    }

    /// Who is to be woken after a change that may have vacated a lane, and given it to somebody.
    mutating func handOver(_ new: Lease?) -> [Wake] {
        var wakes: [Wake] = []
        for lease in drains.keys where !core.holds(lease) {
            if let waiter = drains.removeValue(forKey: lease) { wakes.append(.done(waiter)) }
        }
        if let new {
            note(new)
            if let waiter = laneWaiters.removeValue(forKey: new.request) {
                wakes.append(.lane(waiter, Grant(lease: new)))
            }
        }
        if core.busy == 0 {
            wakes += closers.map(Wake.done)
            closers = []
        }
        return wakes
    }

    /// A waiter for whom a lane with a connection has come free.
    mutating func laneWaiter(of lease: Lease) -> LaneWaiter? { laneWaiters.removeValue(forKey: lease.request) }

    mutating func takeKept(_ lane: Int) -> KeptConnection? {
        kept.isEmpty ? nil : kept.removeValue(forKey: lane)?.connection
    }

    private mutating func note(_ lease: Lease) {
        totals.busy(core.busyByOrigin[lease.origin] ?? 0, lease.origin)
    }
}

extension PoolState {
    /// What every lane is doing at this moment.
    func occupancy(at now: Instant) -> Occupancy {
        var occupancy = totals.occupancy
        occupancy.limit = core.limit
        occupancy.limitPerHost = core.limitPerHost
        occupancy.queued = core.queued
        occupancy.oldestWait = core.oldestArrival.map { ($0.duration(to: now)).seconds }
        occupancy.peak = core.peak
        occupancy.isClosed = core.isClosing
        occupancy.lanes = core.lanes.indices.map { index in
            var lane = Occupancy.Lane(index: index)
            guard let occupant = core.lanes[index].occupant else { return lane }
            lane.phase = occupant.phase
            lane.origin = occupant.origin
            lane.request = occupant.phase == .idle ? nil : occupant.request
            lane.age = occupant.since.duration(to: now).seconds
            lane.phaseAge = occupant.phaseSince.duration(to: now).seconds
            lane.bytesSent = calls[occupant.request]?.meter.sent ?? 0
            lane.bytesReceived = calls[occupant.request]?.meter.received ?? 0
            return lane
        }
        for call in calls.values {
            occupancy.bytesSent += call.meter.sent
            occupancy.bytesReceived += call.meter.received
        }
        return occupancy
    }
}
