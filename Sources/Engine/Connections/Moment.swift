import Basics

/// An instant, as the pool keeps it.
///
/// The library hides the layout of `ContinuousClock.Instant`, and of every value that holds one: each lane, deadline
/// and lookup would be copied, compared and destroyed through tables at run time, many times in every request.
struct Moment: Hashable, Comparable, Sendable {
    private static let start = ContinuousClock.now
    private let sinceStart: Duration

    private init(sinceStart: Duration) { self.sinceStart = sinceStart }

    init(_ instant: ContinuousClock.Instant) { sinceStart = Self.start.duration(to: instant) }

    var instant: ContinuousClock.Instant { Self.start + sinceStart }

    func duration(to later: Moment) -> Duration { later.sinceStart - sinceStart }

    static func < (earlier: Moment, later: Moment) -> Bool { earlier.sinceStart < later.sinceStart }

    static func + (moment: Moment, duration: Duration) -> Moment { Moment(sinceStart: moment.sinceStart + duration) }
}

extension EngineClock {
    var moment: Moment { Moment(now) }
}
