/// What has happened in a pool so far, as a pure value.
struct PoolTotals: Sendable {
    /// How a request came to its end.
    enum Outcome: Sendable {
        case answered
        case abandoned
        case failed(Phase)
    }

    /// As they stand in a snapshot, but for the origins.
    private var totals = Occupancy()
    private var origins: [Origin: Occupancy.OriginTotals] = [:]

    mutating func asked() { totals.requests += 1 }

    mutating func socketOpened(_ origin: Origin) {
        totals.opened += 1
        origins[origin, default: .init()].opened += 1
    }

    mutating func socketClosed(_ origin: Origin) {
        totals.closed += 1
        origins[origin, default: .init()].closed += 1
    }

    mutating func busy(_ count: Int, _ origin: Origin) {
        if origins[origin]?.peak ?? 0 < count { origins[origin, default: .init()].peak = count }
    }

    mutating func ended(_ outcome: Outcome, _ origin: Origin, sent: Int, received: Int) {
        totals.bytesSent += sent
        totals.bytesReceived += received
        switch outcome {
        case .answered: totals.answered += 1
        case .abandoned: totals.abandoned += 1
        case .failed(let phase):
            totals.failed += 1
            totals.failedByPhase[phase, default: 0] += 1
            origins[origin, default: .init()].failed += 1
        }
    }

    /// A snapshot of the totals; what the lanes do, and the bytes of requests that still run, are the caller's to add.
    var occupancy: Occupancy {
        var all = totals
        all.origins = Dictionary(uniqueKeysWithValues: origins.map { ($0.key.description, $0.value) })
        return all
    }
}
