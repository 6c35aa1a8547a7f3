/// The idle connections of a pool: kept, reused, and closed when they get old.
extension PoolState {
    enum Parking {
        /// The connection stays, until it is used or its time is up.
        case idle
        case handedOver([Wake])
        /// It has to be closed.
        case refused
    }

    /// An idle connection, and until when it is kept.
    struct Kept: Sendable {
        let connection: KeptConnection
        let expires: Instant
    }

    /// Keeps the connection of a request that is answered, or hands it to one that waits.
    mutating func park(
        _ connection: KeptConnection, _ lease: Lease, until expiry: Instant, at now: Instant
    ) -> Parking {
        switch core.park(lease, at: now) {
        case .refused: return .refused
        case .idle:
            deadlines.remove(lease.request)
            kept[lease.lane] = Kept(connection: connection, expires: expiry)
            return .idle
        case .handedOver(let next):
            deadlines.remove(lease.request)
            guard let waiter = laneWaiter(of: next) else { preconditionFailure("who is queued waits") }
            return .handedOver([.lane(waiter, Grant(lease: next, connection: connection))] + handOver(nil))
        }
    }

    /// The connections whose time is up. Their lanes are closing from here on; nobody is given them any more.
    mutating func expireIdle(at now: Instant) -> [KeptConnection] {
        kept.filter { $0.value.expires <= now }.compactMap { lane, kept in
            _ = takeKept(lane)
            return core.evict(lane, at: now) ? kept.connection : nil
        }
    }
}
