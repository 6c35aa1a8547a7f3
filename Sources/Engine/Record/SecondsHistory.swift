import Basics

/// Means of a figure over the newest seconds in which it was measured, oldest first; the last one still grows. What a
/// person watches: it moves once a second, however often there is a new value.
package struct SecondsHistory: Recorded {
    private var means: Ring<Double>
    private var second: Int?
    private var sum = 0.0
    private var count = 0
    /// How many seconds there have been, those that are forgotten included.
    package var total: Int { means.total + (second == nil ? 0 : 1) }

    package static let fields = [
        Field(in: "means", \Self.means), Field("second", \.second).dense, Field("sum", \.sum).dense,
        Field("count", \.count).dense,
    ]

    package init() { self.init(capacity: 60) }
    package init(capacity: Int) { means = Ring(capacity: capacity) }

    /// Adds a value that was measured at `time`, in seconds.
    package mutating func add(_ value: Double, at time: Double) {
        guard value.isFinite, time.isFinite, time.magnitude < 1e15 else { return }
        let now = Int(time.rounded(.down))
        if now != second {
            if count > 0 { means.append((sum / Double(count)).toDigits(2)) }
            (second, sum, count) = (now, 0, 0)
        }
        sum = (sum + value).toMicro
        count += 1
    }

    package var values: [Double] { Array(means) + (count > 0 ? [sum / Double(count)] : []) }
}

/// What a loop has done lately, as it was told last: digits that change with every beat cannot be read.
package struct LoopPace: Recorded {
    /// When it was told.
    package var time = 0.0
    /// Beats a second; `nil` before the second beat.
    package var rate: Double?
    /// Latencies of the newest beats, seconds.
    package var p50: Double?
    package var p95: Double?

    package init() {}
    package static let fields = [
        Field("time", \Self.time).dense, Field("rate", \.rate), Field("p50", \.p50), Field("p95", \.p95),
    ]
}

extension LoopStatus {
    /// Tells the pace anew, once a second and while it is not known.
    mutating func tellPace(at time: Double) {
        guard pace.rate == nil || time - pace.time >= 1 else { return }
        let sorted = recentLatencies.sorted()
        func share(_ part: Double) -> Double? {
            sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
        }
        pace.time = time
        pace.rate = rate.map { $0 < 100 ? ($0 * 10).rounded() / 10 : $0.toDigits(3) }
        pace.p50 = share(0.5)?.toShownDigits
        pace.p95 = share(0.95)?.toShownDigits
    }
}

extension Double {
    /// Seconds, with the digits that a screen shows of them: below ten milliseconds a tenth of one is the last.
    fileprivate var toShownDigits: Double { toDigits(self < 0.00995 ? 2 : 3) }
}
