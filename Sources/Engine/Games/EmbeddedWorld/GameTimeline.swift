/// How game time follows the clock on the wall. A value: instants go in, ticks that are due come out.
struct GameTimeline: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    static let speeds = 0.05...100.0
    /// A game that fell behind catches up this much of the wall's time and lets the rest go: after a suspended process
    /// or a debugger's stop, the world must not rush through hours.
    static let longestBacklog = Duration.seconds(1)

    private(set) var speed: Double
    private(set) var isPaused = false
    /// When the tick after the last counted one began.
    private var anchor: Instant
    /// Game time that was passed up to ``marked``.
    private var passed = Duration.zero
    private var marked: Instant

    init(speed: Double, now: Instant) {
        self.speed = Self.clamped(speed)
        (anchor, marked) = (now, now)
    }

    /// Wall time of one tick.
    var interval: Duration { World.tickLength / speed }

    /// Counts the ticks that have become due.
    mutating func ticksDue(at now: Instant) -> Int {
        guard !isPaused, now > anchor else { return 0 }
        let backlog = max(Self.longestBacklog, interval)
        if now - anchor > backlog + interval { anchor = now - backlog }
        var count = Int((now - anchor) / interval)
        // The quotient is rounded; the product is exact.
        if anchor + interval * count > now { count -= 1 }
        if anchor + interval * (count + 1) <= now { count += 1 }
        anchor += interval * count
        return count
    }

    /// Game time since the beginning, without pauses. Not bounded by what the world caught up with.
    func gameTime(at now: Instant) -> Duration {
        isPaused ? passed : passed + (now - marked) * speed
    }

    /// Wall time until game time reaches the target at the speed of now.
    func wallTime(until target: Duration, from now: Instant) -> Duration {
        (target - gameTime(at: now)) / speed
    }

    /// Call ``ticksDue(at:)`` first: what is due is due at the old speed.
    mutating func setSpeed(_ value: Double, now: Instant) {
        passed = gameTime(at: now)
        marked = now
        // The part of the current tick that has passed stays passed.
        let part = isPaused ? 0 : min(1, max(0, (now - anchor) / interval))
        speed = Self.clamped(value)
        anchor = now - interval * part
    }

    mutating func setPaused(_ paused: Bool, now: Instant) {
        guard paused != isPaused else { return }
        passed = gameTime(at: now)
        marked = now
        isPaused = paused
        if !paused { anchor = now }
    }

    private static func clamped(_ speed: Double) -> Double {
        speed.isNaN ? 1 : min(max(speed, speeds.lowerBound), speeds.upperBound)
    }
}
