import DequeModule

/// The bookkeeping of the pool as a pure value: who holds which lane, who waits, and what follows from an event.
///
/// It does no I/O, reads no clock and takes no lock. Every verb returns what the caller must now do. Two rules hold
/// after each verb: no limit is ever exceeded, and nobody who could run waits (which also means that a newcomer can
/// never overtake a request that is already queued and could run).
struct PoolCore: Sendable {
    typealias Instant = Moment

    /// The right to use one lane. A lease that outlived its lane's next occupant is recognised by its generation.
    struct Lease: Hashable, Sendable {
        let lane: Int
        let generation: UInt64
        let request: UInt64
        let origin: Origin
    }

    enum Admission: Equatable {
        /// A lane whose socket is still to be opened.
        case granted(Lease)
        /// A lane with the idle connection that is in it.
        case reused(Lease)
        /// Wait; the idle connection in the lane named, if any, has to be closed to make room.
        case queued(evicted: Int?)
        case closed
    }

    /// What came of a wish to start one more connection attempt.
    enum Attempt: Equatable {
        case begun
        /// The request is over.
        case refused
        /// An attempt runs already, and no other lane is free for a second one.
        case noRoom
    }

    struct Occupant: Sendable {
        let request: UInt64
        let origin: Origin
        let since: Instant
        var phase = Phase.resolving
        var phaseSince: Instant
        /// A connection attempt was started, and its socket is not known to be closed.
        var hasSocket = false
        /// The request needs the lane no longer; it is vacated with its socket.
        var isOver = false
        /// Lanes that were taken for attempts that run beside the one in this lane.
        var borrowed: [Int] = []
    }

    struct Lane: Sendable {
        /// Whether there is no occupant; apart from it, so that looking for a free lane touches nothing else.
        var isFree = true
        var generation: UInt64 = 0
        var occupant: Occupant?
    }

    struct Waiter: Sendable {
        let origin: Origin
        let arrival: UInt64
        let since: Instant
    }

    let limit: Int
    let limitPerHost: Int
    var lanes: [Lane]
    private(set) var busy = 0
    private(set) var busyByOrigin: [Origin: Int] = [:]
    private(set) var peak = 0
    /// Lanes that hold a connection nobody uses.
    var idle = 0
    private(set) var isClosing = false
    private(set) var waiting: [UInt64: Waiter] = [:]
    /// Request numbers by origin in order of arrival. May hold abandoned ones, but never at the front.
    private(set) var queues: [Origin: Deque<UInt64>] = [:]
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

    /// Asks for a lane. Whoever is queued gets theirs from ``vacate(_:at:)`` or ``park(_:at:)`` later.
    mutating func acquire(request: UInt64, origin: Origin, at now: Instant) -> Admission {
        guard !isClosing else { return .closed }
        if let admission = acquireAtOnce(request: request, origin: origin, at: now) { return admission }
        arrivals += 1
        waiting[request] = Waiter(origin: origin, arrival: arrivals, since: now)
        queues[origin, default: []].append(request)
        return .queued(evicted: idle == 0 || isFull(origin) ? nil : evictOldest(at: now))
    }

    /// The same, unless it would have to wait or the pool is closed.
    mutating func acquireAtOnce(request: UInt64, origin: Origin, at now: Instant) -> Admission? {
        guard !isClosing else { return nil }
        if idle > 0, let lane = idleLane(of: origin) { return .reused(reseat(lane, request, at: now)) }
        return hasRoom(for: origin) ? .granted(seat(request, origin, at: now)) : nil
    }

    /// Takes a request out of the queue. `false` when it is not there: it has been granted a lane, or never waited.
    mutating func abandon(request: UInt64) -> Bool { unqueue(request) != nil }

    /// Moves a lane to a later phase. Going back, or a lease that has ended, is ignored.
    /// Returns the phase that was left.
    @discardableResult
    mutating func advance(_ lease: Lease, to phase: Phase, at now: Instant) -> Phase? {
        // Field by field: a copy of the occupant would be made for every phase of every request.
        guard holds(lease), lanes[lease.lane].occupant?.isOver == false,
            let old = lanes[lease.lane].occupant?.phase, old.order < phase.order
        else { return nil }
        lanes[lease.lane].occupant?.phase = phase
        lanes[lease.lane].occupant?.phaseSince = now
        return old
    }

    /// A connection attempt begins: from now on a lane may hold its socket. A second attempt beside the first takes a
    /// lane of its own for as long as its socket lives, so that a race never opens more sockets than the limits say.
    mutating func attempt(_ lease: Lease, at now: Instant) -> Attempt {
        guard let occupant = occupant(of: lease), !occupant.isOver else { return .refused }
        guard occupant.hasSocket else {
            lanes[lease.lane].occupant?.hasSocket = true
            return .begun
        }
        guard hasRoom(for: lease.origin) else { return .noRoom }
        let borrowed = seat(lease.request, lease.origin, at: now).lane
        lanes[borrowed].occupant?.phase = .connecting
        lanes[borrowed].occupant?.hasSocket = true
        lanes[borrowed].occupant?.isOver = true
        lanes[lease.lane].occupant?.borrowed.append(borrowed)
        return .begun
    }

    /// An attempt of this lane has left no socket behind, or its socket is closed. Returns whom a lane went to.
    ///
    /// By lane and not by lease: sockets stay in a lane while requests come and go, and no lane is vacated while it
    /// has one. Of several, the borrowed lanes go first: what is left is in the lane of the lease.
    mutating func socketClosed(in lane: Int, at now: Instant) -> Lease? {
        guard let occupant = lanes[lane].occupant, occupant.hasSocket else { return nil }
        if let borrowed = occupant.borrowed.last {
            lanes[lane].occupant?.borrowed.removeLast()
            return vacate(borrowed, at: now)
        }
        lanes[lane].occupant?.hasSocket = false
        return occupant.isOver ? vacate(lane, at: now) : nil
    }

    /// The request needs its lane no longer. It is vacated now, or with its socket.
    mutating func finish(_ lease: Lease, at now: Instant) -> Lease? {
        guard let occupant = occupant(of: lease), !occupant.isOver else { return nil }
        for lane in [lease.lane] + occupant.borrowed { beginClosing(lane, at: now) }
        return occupant.hasSocket ? nil : vacate(lease.lane, at: now)
    }

    /// Whether the lease still holds its lane.
    func holds(_ lease: Lease) -> Bool {
        lanes[lease.lane].generation == lease.generation && !lanes[lease.lane].isFree
    }

    /// Grants nothing any more. Returns the requests that were queued, in no order; they are queued no longer. The
    /// connections that are idle have to be closed.
    mutating func beginClose(at now: Instant) -> (queued: [UInt64], idle: [Int]) {
        guard !isClosing else { return ([], []) }
        isClosing = true
        defer {
            waiting = [:]
            queues = [:]
        }
        let idle = idleLanes.map(\.lane)
        for lane in idle { beginClosing(lane, at: now) }
        return (Array(waiting.keys), idle)
    }

    /// Shows a lane as closing; it is vacated with its socket.
    mutating func beginClosing(_ lane: Int, at now: Instant) {
        if lanes[lane].occupant?.phase == .idle { idle -= 1 }
        lanes[lane].occupant?.isOver = true
        lanes[lane].occupant?.phase = .closing
        lanes[lane].occupant?.phaseSince = now
    }

    func occupant(of lease: Lease) -> Occupant? {
        lanes[lease.lane].generation == lease.generation ? lanes[lease.lane].occupant : nil
    }

    func hasRoom(for origin: Origin) -> Bool { busy < limit && !isFull(origin) }

    /// Whether the origin has all the lanes it may have.
    func isFull(_ origin: Origin) -> Bool { busyByOrigin[origin, default: 0] >= limitPerHost }

    private mutating func seat(_ request: UInt64, _ origin: Origin, at now: Instant) -> Lease {
        guard let lane = lanes.indices.first(where: { lanes[$0].isFree }) else {
            preconditionFailure("a lane was granted while none was free")
        }
        lanes[lane].isFree = false
        lanes[lane].generation += 1
        lanes[lane].occupant = Occupant(request: request, origin: origin, since: now, phaseSince: now)
        busy += 1
        busyByOrigin[origin, default: 0] += 1
        peak = max(peak, busy)
        return Lease(lane: lane, generation: lanes[lane].generation, request: request, origin: origin)
    }

    /// Frees the lane and hands it to the request that has waited longest among those that could now run.
    private mutating func vacate(_ lane: Int, at now: Instant) -> Lease? {
        guard let origin = lanes[lane].occupant?.origin else { return nil }
        if lanes[lane].occupant?.phase == .idle { idle -= 1 }
        lanes[lane].occupant = nil
        lanes[lane].isFree = true
        busy -= 1
        let left = busyByOrigin[origin, default: 1] - 1
        busyByOrigin[origin] = left == 0 ? nil : left
        guard let next = longestWaiting(where: hasRoom), let waiter = unqueue(next) else { return nil }
        return seat(next, waiter.origin, at: now)
    }

    /// The request that has waited longest at an origin like this.
    func longestWaiting(where mayRun: (Origin) -> Bool) -> UInt64? {
        guard !waiting.isEmpty else { return nil }
        return queues.filter { mayRun($0.key) }.compactMap { $0.value.first }.min { arrival(of: $0) < arrival(of: $1) }
    }

    mutating func unqueue(_ request: UInt64) -> Waiter? {
        guard let waiter = waiting.removeValue(forKey: request) else { return nil }
        trim(waiter.origin)
        return waiter
    }

    func arrival(of request: UInt64) -> UInt64 { waiting[request]?.arrival ?? .max }

    /// Drops abandoned requests from the front of an origin's queue.
    private mutating func trim(_ origin: Origin) {
        while let first = queues[origin]?.first, waiting[first] == nil { queues[origin]?.removeFirst() }
        if queues[origin]?.isEmpty == true { queues[origin] = nil }
    }
}
