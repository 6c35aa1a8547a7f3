/// Everything a pool guards with its lock: the pure core, the deadlines, the totals, and who is to be told what.
///
/// Its verbs decide and return what is to be done; nothing here calls out.
struct PoolState: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Lease = PoolCore.Lease
    typealias LaneWaiter = CheckedContinuation<Lease, any Error>

    /// Somebody who is to be resumed once the lock is given back.
    enum Wake {
        case lane(LaneWaiter, Lease)
        case done(CheckedContinuation<Void, Never>)

        func resume() {
            switch self {
            case .lane(let waiter, let lease): waiter.resume(returning: lease)
            case .done(let waiter): waiter.resume()
            }
        }
    }

    private(set) var core: PoolCore
    private var deadlines = Deadlines()
    private(set) var totals = PoolTotals()
    private(set) var calls: [UInt64: Call] = [:]
    private var laneWaiters: [UInt64: LaneWaiter] = [:]
    /// Requests that wait for their own lane to be vacated, and closers that wait for all of them.
    private var drains: [Lease: CheckedContinuation<Void, Never>] = [:]
    private var closers: [CheckedContinuation<Void, Never>] = []
    private var lastID: UInt64 = 0

    init(_ settings: PoolSettings) {
        core = PoolCore(limit: settings.limit, limitPerHost: settings.limitPerHost)
    }

    var nextDeadline: Instant? { deadlines.next }

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

    /// The admission; a waiter that is queued is kept, any other is the caller's to resume.
    mutating func acquire(_ call: Call, _ waiter: LaneWaiter, at now: Instant) -> PoolCore.Admission {
        let admission = core.acquire(request: call.id, origin: call.origin, at: now)
        switch admission {
        case .granted(let lease): note(lease)
        case .queued: laneWaiters[call.id] = waiter
        case .closed: break
        }
        return admission
    }

    /// Takes a request out of the queue, if it is still there.
    mutating func abandon(_ request: UInt64) -> LaneWaiter? {
        core.abandon(request: request) ? laneWaiters.removeValue(forKey: request) : nil
    }

    mutating func advance(_ lease: Lease, to phase: Phase, at now: Instant) {
        core.advance(lease, to: phase, at: now)
        if phase.order >= Phase.sending.order { deadlines.connected(lease.request) }
    }

    mutating func attempt(_ lease: Lease) -> Bool { core.attempt(lease) }

    mutating func socketOpened(_ lease: Lease) { totals.socketOpened(lease.origin) }

    mutating func attemptEnded(_ lease: Lease, hadSocket: Bool, at now: Instant) -> [Wake] {
        if hadSocket { totals.socketClosed(lease.origin) }
        return handOver(from: lease, to: core.socketClosed(lease, at: now))
    }

    mutating func finish(_ lease: Lease, at now: Instant) -> [Wake] {
        deadlines.remove(lease.request)
        return handOver(from: lease, to: core.finish(lease, at: now))
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

    /// Closes the pool: who was queued, and every call that is to be stopped.
    mutating func beginClose() -> (queued: [(Call, LaneWaiter)], calls: [Call]) {
        let queued = core.beginClose().compactMap { request in
            laneWaiters.removeValue(forKey: request).flatMap { waiter in calls[request].map { ($0, waiter) } }
        }
        return (queued, Array(calls.values))
    }

    /// Keeps the waiter until every lane is free; returns it when they are.
    mutating func awaitEnd(_ waiter: CheckedContinuation<Void, Never>) -> Wake? {
        guard core.busy > 0 else { return .done(waiter) }
        closers.append(waiter)
        return nil
    }

    private mutating func handOver(from old: Lease, to new: Lease?) -> [Wake] {
        guard !core.holds(old) else { return [] }
        var wakes = drains.removeValue(forKey: old).map { [Wake.done($0)] } ?? []
        if let new {
            note(new)
            if let waiter = laneWaiters.removeValue(forKey: new.request) { wakes.append(.lane(waiter, new)) }
        }
        if core.busy == 0 {
            wakes += closers.map(Wake.done)
            closers = []
        }
        return wakes
    }

    private mutating func note(_ lease: Lease) {
        totals.busy(core.busyByOrigin[lease.origin] ?? 0, lease.origin)
    }
}

extension PoolState {
    /// What every lane is doing at this moment.
    func occupancy(at now: Instant) -> Occupancy {
        var occupancy = Occupancy()
        totals.fill(&occupancy)
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
            lane.request = occupant.request
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
