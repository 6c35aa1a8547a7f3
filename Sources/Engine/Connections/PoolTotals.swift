/// What has happened in a pool so far, as a pure value.
struct PoolTotals: Sendable {
    /// How a request came to its end.
    enum Outcome: Sendable {
        case answered
        case abandoned
        case failed(Phase)
    }

    private(set) var opened = 0
    private(set) var closed = 0
    private var requests = 0
    private var answered = 0
    private var abandoned = 0
    private var failed = 0
    private var failedByPhase: [Phase: Int] = [:]
    private var origins: [Origin: Occupancy.OriginTotals] = [:]
    private var bytesSent = 0
    private var bytesReceived = 0

    mutating func asked() { requests += 1 }

    mutating func socketOpened(_ origin: Origin) {
        opened += 1
        origins[origin, default: .init()].opened += 1
    }

    mutating func socketClosed(_ origin: Origin) {
        closed += 1
        origins[origin, default: .init()].closed += 1
    }

    mutating func busy(_ count: Int, _ origin: Origin) {
        if origins[origin]?.peak ?? 0 < count { origins[origin, default: .init()].peak = count }
    }

    mutating func ended(_ outcome: Outcome, _ origin: Origin, sent: Int, received: Int) {
        bytesSent += sent
        bytesReceived += received
        switch outcome {
        case .answered: answered += 1
        case .abandoned: abandoned += 1
        case .failed(let phase):
            failed += 1
            failedByPhase[phase, default: 0] += 1
            origins[origin, default: .init()].failed += 1
        }
    }

    /// Puts the totals into a snapshot; bytes of requests that still run are added by the caller.
    func fill(_ occupancy: inout Occupancy) {
        occupancy.opened = opened
        occupancy.closed = closed
        occupancy.requests = requests
        occupancy.answered = answered
        occupancy.abandoned = abandoned
        occupancy.failed = failed
        occupancy.failedByPhase = failedByPhase
        occupancy.origins = Dictionary(uniqueKeysWithValues: origins.map { ($0.key.description, $0.value) })
        occupancy.bytesSent = bytesSent
        occupancy.bytesReceived = bytesReceived
    }
}
