/// What every lane of the pool is doing at one moment, who is queued, and what has happened so far.
/// A lane is free only when its socket is closed, so `busy` *is* the number of sockets.
package struct Occupancy: Sendable, Equatable, Codable {
    /// One of the pool's numbered places.
    package struct Lane: Sendable, Equatable, Codable {
        /// 0-based place; stays the same for the life of the pool.
        package let index: Int
        /// `nil` when the lane is free.
        package var phase: Phase?
        package var origin: Origin?
        /// Counts up with every request the pool was given; names the request in the lane.
        package var request: UInt64?
        /// Seconds since the lane was taken.
        package var age: Double = 0
        /// Seconds since the present phase began.
        package var phaseAge: Double = 0
        package var bytesSent: Int = 0
        package var bytesReceived: Int = 0

        package init(index: Int) { self.index = index }
    }

    /// What happened with one origin.
    package struct OriginTotals: Sendable, Equatable, Codable {
        package var opened = 0
        package var closed = 0
        package var failed = 0
        package var peak = 0
        package init() {}
    }

    package var lanes: [Lane] = []
    package var limit = 0
    package var limitPerHost = 0
    package var queued = 0
    /// Seconds the longest-waiting request has been queued; `nil` when nobody is.
    package var oldestWait: Double?
    /// Sockets opened and closed. Their difference is the number open now.
    package var opened = 0
    package var closed = 0
    /// Requests that were given to the pool, answered to the last byte, and failed. When all is over, requests =
    /// answered + failed + abandoned.
    package var requests = 0
    package var answered = 0
    package var failed = 0
    /// Requests that were cancelled, or whose reader left before the last byte, without an error.
    package var abandoned = 0
    /// Failed requests by the phase they failed in.
    package var failedByPhase: [Phase: Int] = [:]
    /// The most lanes that were ever taken at once.
    package var peak = 0
    /// Totals by origin description, such as `http://127.0.0.1:4711`.
    package var origins: [String: OriginTotals] = [:]
    package var bytesSent = 0
    package var bytesReceived = 0
    package var isClosed = false

    package var busy: Int { lanes.reduce(0) { $0 + ($1.phase == nil ? 0 : 1) } }

    package init() {}
}
