import Basics

/// The model requests of one kind: everything that was sent, and how it ended.
package struct RequestCounts: Recorded {
    package var sent = 0
    package var answered = 0
    package var failed: [RequestFailure: Int] = [:]
    package var cancelled = 0

    package init() {}

    package static let fields = [
        Field("sent", \Self.sent), Field("answered", \.answered), Field("failed", \.failed),
        Field("cancelled", \.cancelled),
    ]

    package var failedTotal: Int { failed.values.reduce(0, +) }
    /// Those that are over. Equal to ``sent`` once nothing is under way.
    package var ended: Int { answered + failedTotal + cancelled }
    package var underWay: Int { sent - ended }
}

/// What the model requests cost, by the usage they told.
package struct Spend: Sendable, Codable, Equatable {
    package var total = Money.zero
    /// The most that requests can have cost beyond ``total``: those whose answer broke off before its usage came.
    package var unreported = Money.zero
    /// Requests that are over and whose price nobody knows.
    package var unpriced = 0
}

/// How fast money goes: the spend over the last ten minutes.
package struct SpendHistory: Recorded {
    /// How far back a rate looks, in seconds.
    package static let window = 600.0
    private struct Point: Recorded {
        var time = 0.0
        var total = Money.zero
        static let fields = [Field("time", \Self.time), Field("total", \.total)]
    }
    package static let fields = [Field(in: "points", \Self.points)]
    /// The newest ends of requests: at two a second more than the window.
    private var points = Ring<Point>(capacity: 1500)

    package init() {}

    mutating func add(_ total: Money, at time: Double) {
        // What costs nothing changes no rate.
        if total != points.last?.total { points.append(Point(time: time, total: total)) }
    }

    /// Dollars an hour over the window, or over the session as long as that is shorter; `nil` in the first ten
    /// seconds, which tell nothing yet.
    package func perHour(at now: Double) -> Double? {
        guard now >= 10, let last = points.last else { return nil }
        let since = now - Self.window
        var before = Money.zero
        var from = max(0, since)
        if let old = points.last(where: { $0.time <= since }) {
            before = old.total
        } else if points.count == points.capacity, let first = points.first {
            (before, from) = (first.total, first.time)
        }
        guard now > from else { return nil }
        return (last.total - before).dollars / (now - from) * 3600
    }
}
