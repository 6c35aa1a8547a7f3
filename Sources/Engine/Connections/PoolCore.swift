import DequeModule

/// The bookkeeping of the pool as a pure value: who holds which lane, who waits, and what follows from an event.
///
/// It does no I/O, reads no clock and takes no lock. Every verb returns what the caller must now do. Two rules hold
/// after each verb, and ``check()`` proves them: no limit is ever exceeded, and nobody who could run waits
/// (which also means that a newcomer can never overtake a request that is already queued and could run).
struct PoolCore: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The right to use one lane. A lease that outlived its lane's next occupant is recognised by its generation.
    struct Lease: Hashable, Sendable {
        let lane: Int
        let generation: UInt64
        let request: UInt64
        let origin: Origin
    }

    enum Admission: Equatable {
        case granted(Lease)
        case queued
        case closed
    }

    struct Occupant: Sendable {
        let request: UInt64
        let origin: Origin
        let since: Instant
        var phase = Phase.resolving
        var phaseSince: Instant
        /// Connection attempts that were started and whose socket is not known to be closed.
        var attempts = 0
        /// The request needs the lane no longer; it is vacated with the last of its sockets.
        var isOver = false
    }

    struct Lane: Sendable {
        var generation: UInt64 = 0
        var occupant: Occupant?
    }

    private struct Waiter {
        let origin: Origin
        let arrival: UInt64
        let since: Instant
    }

    let limit: Int
    let limitPerHost: Int
    private(set) var lanes: [Lane]
    private(set) var busy = 0
    private(set) var busyByOrigin: [Origin: Int] = [:]
    private(set) var peak = 0
    private(set) var isClosing = false
    private var waiting: [UInt64: Waiter] = [:]
    /// Request numbers by origin in order of arrival. May hold abandoned ones, but never at the front.
    private var queues: [Origin: Deque<UInt64>] = [:]
    private var arrivals: UInt64 = 0

    init(limit: Int, limitPerHost: Int) {
        self.limit = max(1, limit)
        self.limitPerHost = max(1, limitPerHost)
        lanes = Array(repeating: Lane(), count: self.limit)
    }

    var queued: Int { waiting.count }
    var oldestArrival: Instant? {
        queues.values.lazy.compactMap { $0.first }.compactMap { waiting[$0] }.min { $0.arrival < $1.arrival }?.since
    }

    /// Asks for a lane. Whoever is queued gets theirs from ``vacate(_:at:)`` later.
    mutating func acquire(request: UInt64, origin: Origin, at now: Instant) -> Admission {
        guard !isClosing else { return .closed }
        if hasRoom(for: origin) { return .granted(seat(request, origin, at: now)) }
        arrivals += 1
        waiting[request] = Waiter(origin: origin, arrival: arrivals, since: now)
        queues[origin, default: []].append(request)
        return .queued
    }

    /// Takes a request out of the queue. `false` when it is not there: it has been granted a lane, or never waited.
    mutating func abandon(request: UInt64) -> Bool {
        guard let waiter = waiting.removeValue(forKey: request) else { return false }
        trim(waiter.origin)
        return true
    }

    /// Moves a lane to a later phase. Going back, or a lease that has ended, is ignored.
    mutating func advance(_ lease: Lease, to phase: Phase, at now: Instant) {
        guard let occupant = occupant(of: lease), !occupant.isOver, occupant.phase.order < phase.order else { return }
        lanes[lease.lane].occupant?.phase = phase
        lanes[lease.lane].occupant?.phaseSince = now
    }

    /// A connection attempt begins: from now on the lane may hold a socket. `false` when the lease has ended.
    mutating func attempt(_ lease: Lease) -> Bool {
        guard let occupant = occupant(of: lease), !occupant.isOver else { return false }
        lanes[lease.lane].occupant?.attempts += 1
        return true
    }

    /// A connection attempt has left no socket behind, or its socket is closed. Returns whom the lane went to.
    mutating func socketClosed(_ lease: Lease, at now: Instant) -> Lease? {
        guard let occupant = occupant(of: lease), occupant.attempts > 0 else { return nil }
        lanes[lease.lane].occupant?.attempts -= 1
        return occupant.isOver && occupant.attempts == 1 ? vacate(lease, at: now) : nil
    }

    /// The request needs its lane no longer. It is vacated now, or with the last of its sockets.
    mutating func finish(_ lease: Lease, at now: Instant) -> Lease? {
        guard let occupant = occupant(of: lease), !occupant.isOver else { return nil }
        lanes[lease.lane].occupant?.isOver = true
        lanes[lease.lane].occupant?.phase = .closing
        lanes[lease.lane].occupant?.phaseSince = now
        return occupant.attempts == 0 ? vacate(lease, at: now) : nil
    }

    /// Whether the lease still holds its lane.
    func holds(_ lease: Lease) -> Bool { occupant(of: lease) != nil }

    /// Grants nothing any more. Returns the requests that were queued, in no order; they are queued no longer.
    mutating func beginClose() -> [UInt64] {
        guard !isClosing else { return [] }
        isClosing = true
        defer {
            waiting = [:]
            queues = [:]
        }
        return Array(waiting.keys)
    }

    private func occupant(of lease: Lease) -> Occupant? {
        lanes[lease.lane].generation == lease.generation ? lanes[lease.lane].occupant : nil
    }

    private func hasRoom(for origin: Origin) -> Bool {
        busy < limit && busyByOrigin[origin, default: 0] < limitPerHost
    }

    private mutating func seat(_ request: UInt64, _ origin: Origin, at now: Instant) -> Lease {
        guard let lane = lanes.firstIndex(where: { $0.occupant == nil }) else {
            preconditionFailure("a lane was granted while none was free")
        }
        lanes[lane].generation += 1
        lanes[lane].occupant = Occupant(request: request, origin: origin, since: now, phaseSince: now)
        busy += 1
        busyByOrigin[origin, default: 0] += 1
        peak = max(peak, busy)
        return Lease(lane: lane, generation: lanes[lane].generation, request: request, origin: origin)
    }

    /// Frees the lane and hands it to the request that has waited longest among those that could now run.
    private mutating func vacate(_ lease: Lease, at now: Instant) -> Lease? {
        lanes[lease.lane].occupant = nil
        busy -= 1
        let left = busyByOrigin[lease.origin, default: 1] - 1
        busyByOrigin[lease.origin] = left == 0 ? nil : left
        let candidates = queues.filter { hasRoom(for: $0.key) }.compactMap { $0.value.first }
        guard let next = candidates.min(by: { arrival(of: $0) < arrival(of: $1) }),
            let waiter = waiting.removeValue(forKey: next)
        else { return nil }
        trim(waiter.origin)
        return seat(next, waiter.origin, at: now)
    }

    private func arrival(of request: UInt64) -> UInt64 { waiting[request]?.arrival ?? .max }

    /// Drops abandoned requests from the front of an origin's queue.
    private mutating func trim(_ origin: Origin) {
        while let first = queues[origin]?.first, waiting[first] == nil { queues[origin]?.removeFirst() }
        if queues[origin]?.isEmpty == true { queues[origin] = nil }
    }
}

extension PoolCore {
    /// What is wrong with the value, one sentence each; empty when every rule holds.
    func check() -> [String] {
        var faults: [String] = []
        let occupants = lanes.compactMap(\.occupant)
        let counted = Dictionary(occupants.map { ($0.origin, 1) }, uniquingKeysWith: +)
        if occupants.count != busy { faults.append("\(occupants.count) lanes are taken, \(busy) are counted") }
        if counted != busyByOrigin { faults.append("counts by origin differ from the lanes") }
        if busy > limit { faults.append("\(busy) lanes of \(limit)") }
        for (origin, count) in counted where count > limitPerHost { faults.append("\(count) lanes at \(origin)") }
        for occupant in occupants where occupant.attempts < 0 || (occupant.isOver && occupant.attempts == 0) {
            faults.append("request \(occupant.request) holds a lane without reason")
        }
        for (request, waiter) in waiting {
            if hasRoom(for: waiter.origin) { faults.append("request \(request) waits although it could run") }
            if isClosing { faults.append("request \(request) waits for a closed pool") }
        }
        for (origin, queue) in queues {
            let live = queue.filter { waiting[$0] != nil }
            if queue.first != live.first || live.isEmpty { faults.append("the queue of \(origin) is not trimmed") }
            let arrivals = live.map(arrival)
            if arrivals != arrivals.sorted() { faults.append("the queue of \(origin) is out of order") }
        }
        if queues.values.joined().filter({ waiting[$0] != nil }).count != waiting.count {
            faults.append("the queues do not hold everyone who waits")
        }
        return faults
    }
}

extension Phase {
    /// The place in the life of a request; phases only move to a higher one.
    var order: Int {
        switch self {
        case .queued: 0
        case .resolving: 1
        case .connecting: 2
        case .handshaking: 3
        case .sending: 4
        case .waiting: 5
        case .receiving: 6
        case .closing: 7
        }
    }
}
