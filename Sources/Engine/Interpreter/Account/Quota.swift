import DequeModule
import Record

/// How many requests may be made, by the operator's limits and by what the server says. Pure: every method is told the
/// time.
package struct Quota: Sendable {
    package struct Limits: Sendable, Equatable {
        /// In any sixty seconds.
        package var perMinute: Int?
        /// From reset to reset, counted since the session started.
        package var perDay: Int?
        package init(perMinute: Int? = nil, perDay: Int? = nil) {
            self.perMinute = perMinute
            self.perDay = perDay
        }
    }

    private let limits: Limits
    private let wall: WallClock
    private let reset: DailyReset
    /// When the requests of the last minute were admitted, oldest first.
    private var recent: Deque<ContinuousClock.Instant> = []
    private var day: Int
    private var today = 0
    private var asked: Hold?

    package init(_ limits: Limits, wall: WallClock, reset: DailyReset, now: ContinuousClock.Instant) {
        self.limits = limits
        self.wall = wall
        self.reset = reset
        day = reset.day(of: wall.unix(at: now))
    }

    /// What stands against a request now: of several reasons the one that lasts longest.
    package mutating func hold(now: ContinuousClock.Instant) -> Hold? {
        forget(now: now)
        var holds: [Hold] = []
        if let asked { holds.append(asked) }
        if let limit = limits.perDay, today >= limit { holds.append(Hold(.perDay(limit: limit), until: tomorrow(now))) }
        if let limit = limits.perMinute, recent.count >= limit, let oldest = recent.first {
            holds.append(Hold(.perMinute(limit: limit), until: oldest + .seconds(60)))
        }
        return holds.max { ($0.until ?? now) < ($1.until ?? now) }
    }

    package mutating func admitted(now: ContinuousClock.Instant) {
        forget(now: now)
        today += 1
        if limits.perMinute != nil { recent.append(now) }
    }

    /// The server refused a request because of a quota. A quota of the day is over at its reset, whatever delay comes
    /// with the refusal: that is short all the same, and would only be refused again.
    package mutating func exhausted(_ signal: QuotaSignal, delay: Duration, now: ContinuousClock.Instant) {
        let hold =
            signal.isDaily
            ? Hold(.serverDay(id: signal.id, value: signal.value), until: whenServerResets(now))
            : Hold(.serverQuota(id: signal.id, value: signal.value), until: now + delay)
        if let old = asked?.until, let new = hold.until, old >= new { return }
        asked = hold
    }

    /// A minute after the reset, for a server whose clock is behind. One that still refuses in the first quarter of an
    /// hour of a day has not reset yet: that must not cost the whole day.
    func whenServerResets(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let unix = wall.unix(at: now)
        guard reset.day(of: unix - 900) == reset.day(of: unix) else { return now + .seconds(900) }
        return tomorrow(now) + .seconds(60)
    }

    private func tomorrow(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        wall.instant(unix: reset.next(after: wall.unix(at: now)))
    }

    /// Drops what the passing of time has ended.
    private mutating func forget(now: ContinuousClock.Instant) {
        while let oldest = recent.first, oldest + .seconds(60) <= now { recent.removeFirst() }
        if let until = asked?.until, until <= now { asked = nil }
        let today = reset.day(of: wall.unix(at: now))
        if today != day { (day, self.today) = (today, 0) }
    }
}

/// A server's word that a quota is used up.
package struct QuotaSignal: Sendable, Equatable {
    package var isDaily: Bool
    package var retryAfter: Duration?
    package var id: String?
    package var value: String?

    package init(isDaily: Bool, retryAfter: Duration? = nil, id: String? = nil, value: String? = nil) {
        self.isDaily = isDaily
        self.retryAfter = retryAfter
        self.id = id
        self.value = value
    }
}
