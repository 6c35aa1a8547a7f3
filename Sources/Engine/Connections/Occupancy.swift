/// What every lane of the pool is doing at one moment, who is queued, and what has happened so far.
/// A lane is free only when its socket is closed, so `busy` *is* the number of sockets.
public struct Occupancy: Sendable, Equatable, Codable {
    /// One of the pool's numbered places.
    public struct Lane: Sendable, Equatable, Codable {
        /// 0-based place; stays the same for the life of the pool.
        public let index: Int
        /// `nil` when the lane is free.
        public var phase: Phase?
        /// Whom its connection goes to; `nil` when the lane is free.
        public var origin: Origin?
        /// Counts up with every request the pool was given; names the request in the lane.
        public var request: UInt64?
        /// Seconds since the lane was taken.
        public var age: Double = 0
        /// Seconds since the present phase began.
        public var phaseAge: Double = 0
        /// Bytes of its body that were sent.
        public var bytesSent: Int = 0
        /// Bytes of the answer's body that have come.
        public var bytesReceived: Int = 0

        public init(index: Int) { self.index = index }
    }

    /// What happened with one origin.
    public struct OriginTotals: Sendable, Equatable, Codable {
        /// Sockets opened, and closed.
        public var opened = 0, closed = 0
        /// Requests that failed.
        public var failed = 0
        /// The most sockets that were open at once.
        public var peak = 0
        public init() {}
    }

    /// Every lane, by its place.
    public var lanes: [Lane] = []
    /// Sockets open at once at the most, over all origins and for one.
    public var limit = 0, limitPerHost = 0
    /// Requests that wait for a lane.
    public var queued = 0
    /// Seconds the longest-waiting request has been queued; `nil` when nobody is.
    public var oldestWait: Double?
    /// Sockets opened and closed. Their difference is the number open now.
    public var opened = 0, closed = 0
    /// Requests that were given to the pool, answered to the last byte, and failed. When all is over, requests =
    /// answered + failed + abandoned.
    public var requests = 0, answered = 0, failed = 0
    /// Requests that were cancelled, or whose reader left before the last byte, without an error.
    public var abandoned = 0
    /// Failed requests by the phase they failed in.
    public var failedByPhase: [Phase: Int] = [:]
    /// The most lanes that were ever taken at once.
    public var peak = 0
    /// Totals by origin description, such as `http://127.0.0.1:4711`.
    public var origins: [String: OriginTotals] = [:]
    /// Body bytes of all requests, and of all answers.
    public var bytesSent = 0, bytesReceived = 0
    /// Whether the pool was closed: it takes no request any more.
    public var isClosed = false

    /// Lanes that are taken, which is the number of sockets.
    public var busy: Int { lanes.reduce(0) { $0 + ($1.phase == nil ? 0 : 1) } }

    public init() {}
}
