/// Idle connections: lanes whose request is answered and whose connection stays open for the next one.
extension PoolCore {
    /// What becomes of a connection that could serve another request.
    enum Parking: Equatable {
        /// It stays in its lane, idle.
        case idle
        /// Lane and connection are handed to a request that waited for the same origin.
        case handedOver(Lease)
        /// It has to be closed: somebody else waits for the lane, or the pool closes.
        case refused
    }

    /// The request is answered and its connection could serve another. The lease ends with this, unless it is refused.
    ///
    /// Whoever has waited longest among those that could run with this lane gets it - with the connection when it goes
    /// to the same origin, else once it is closed: an idle connection never keeps another origin waiting.
    mutating func park(_ lease: Lease, at now: Instant) -> Parking {
        guard let occupant = occupant(of: lease), !occupant.isOver, occupant.hasSocket, occupant.borrowed.isEmpty,
            !isClosing
        else { return .refused }
        let next = longestWaiting { $0 == lease.origin || busyByOrigin[$0, default: 0] < limitPerHost }
        guard let next else {
            lanes[lease.lane].generation += 1
            lanes[lease.lane].occupant?.isOver = true
            lanes[lease.lane].occupant?.phase = .idle
            idle += 1
            lanes[lease.lane].occupant?.phaseSince = now
            return .idle
        }
        guard waiting[next]?.origin == lease.origin, unqueue(next) != nil else { return .refused }
        return .handedOver(reseat(lease.lane, next, at: now))
    }

    /// Closes an idle connection. `false` when the lane is not idle (any more).
    mutating func evict(_ lane: Int, at now: Instant) -> Bool {
        guard lanes[lane].occupant?.phase == .idle else { return false }
        beginClosing(lane, at: now)
        return true
    }

    /// Closes the connection that has been idle longest, if there is one.
    mutating func evictOldest(at now: Instant) -> Int? {
        guard let oldest = idleLanes.min(by: { $0.since < $1.since })?.lane else { return nil }
        beginClosing(oldest, at: now)
        return oldest
    }

    /// The lane of the connection to take: the one that was used last is the likeliest to be alive, and those that
    /// are not needed get old and go.
    func idleLane(of origin: Origin) -> Int? {
        var (newest, since) = (Int?.none, Instant?.none)
        for lane in lanes.indices where lanes[lane].occupant?.phase == .idle {
            guard let parked = lanes[lane].occupant?.phaseSince, since.map({ $0 <= parked }) ?? true,
                lanes[lane].occupant?.origin == origin
            else { continue }
            (newest, since) = (lane, parked)
        }
        return newest
    }

    struct IdleLane {
        let lane: Int
        let origin: Origin
        let since: Instant
    }

    var idleLanes: [IdleLane] {
        lanes.indices.compactMap { lane in
            guard let occupant = lanes[lane].occupant, occupant.phase == .idle else { return nil }
            return IdleLane(lane: lane, origin: occupant.origin, since: occupant.phaseSince)
        }
    }

    /// Gives a lane and the connection in it to a request.
    mutating func reseat(_ lane: Int, _ request: UInt64, at now: Instant) -> Lease {
        guard let origin = lanes[lane].occupant?.origin else { preconditionFailure("an empty lane has no connection") }
        if lanes[lane].occupant?.phase == .idle { idle -= 1 }
        lanes[lane].generation += 1
        lanes[lane].occupant = Occupant(
            request: request, origin: origin, since: now, phase: .connecting, phaseSince: now, hasSocket: true)
        return Lease(lane: lane, generation: lanes[lane].generation, request: request, origin: origin)
    }
}
