/// The idle connections of a pool: kept, reused, and closed when they get old.
extension PoolState {
    enum Parking {
        /// The connection stays, until it is used or its time is up.
        case idle
        case handedOver([Wake])
        /// It has to be closed.
        case refused
    }

    /// Keeps the connection of a request that is answered, or hands it to one that waits.
    mutating func park(
        _ connection: KeptConnection, _ lease: Lease, until expiry: Instant, at now: Instant
    ) -> Parking {
        switch core.park(lease, at: now) {
        case .refused: return .refused
        case .idle:
            deadlines.remove(lease.request)
            kept[lease.lane] = connection
            idleDeadlines.set(lease.lane, expiry)
            return .idle
        case .handedOver(let next):
            deadlines.remove(lease.request)
            guard let waiter = laneWaiter(of: next) else { preconditionFailure("who is queued waits") }
            return .handedOver([.lane(waiter, Grant(lease: next, connection: connection))] + handOver(nil))
        }
    }

    /// The connections whose time is up. Their lanes are closing from here on; nobody is given them any more.
    mutating func expireIdle(at now: Instant) -> [KeptConnection] {
        idleDeadlines.expire(at: now).compactMap { core.evict($0, at: now) ? takeKept($0) : nil }
    }
}

/// Until when idle connections are kept, by lane.
struct IdleDeadlines: Sendable {
    private var entries: [Int: Moment] = [:]

    var next: Moment? { entries.values.min() }

    mutating func set(_ lane: Int, _ instant: Moment) { entries[lane] = instant }

    mutating func remove(_ lane: Int) { if !entries.isEmpty { entries[lane] = nil } }

    /// The lanes whose time is up.
    mutating func expire(at now: Moment) -> [Int] {
        let due = entries.filter { $0.value <= now }.map(\.key)
        for lane in due { entries[lane] = nil }
        return due
    }
}
