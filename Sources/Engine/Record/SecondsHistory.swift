import Basics

/// Means of a figure over the newest seconds in which it was measured, oldest first; the last one still grows. What a
/// person watches: it moves once a second, however often there is a new value.
package struct SecondsHistory: Recorded {
    private var means: Ring<Double>
    private var second: Int?
    private var sum = 0.0
    private var count = 0
    /// How many seconds there have been, those that are forgotten included.
    package private(set) var total = 0

    package static let fields = [
        Field(in: "means", \Self.means), Field("second", \.second), Field("sum", \.sum), Field("count", \.count),
        Field("total", \.total),
    ]

    package init() { self.init(capacity: 60) }
    package init(capacity: Int) { means = Ring(capacity: capacity) }

    /// Adds a value that was measured at `time`, in seconds.
    package mutating func add(_ value: Double, at time: Double) {
        guard value.isFinite, time.isFinite, time.magnitude < 1e15 else { return }
        let now = Int(time.rounded(.down))
        if now != second {
            if count > 0 { means.append((sum / Double(count)).toMicro) }
            (second, sum, count) = (now, 0, 0)
            total += 1
        }
        sum = (sum + value).toMicro
        count += 1
    }

    package var values: [Double] { Array(means) + (count > 0 ? [sum / Double(count)] : []) }
}

/// What a loop has done lately, as it was told last: digits that change with every beat cannot be read.
package struct LoopPace: Sendable, Codable, Equatable {
    /// When it was told.
    package var time = 0.0
    /// Beats a second; `nil` before the second beat.
    package var rate: Double?
    /// Latencies of the newest beats, seconds.
    package var p50: Double?
    package var p95: Double?
}

extension LoopStatus {
    /// Tells the pace anew, once a second and while it is not known.
    mutating func tellPace(at time: Double) {
        guard pace.rate == nil || time - pace.time >= 1 else { return }
        let sorted = recentLatencies.sorted()
        func share(_ part: Double) -> Double? {
            sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
        }
        pace = LoopPace(time: time, rate: rate.map { ($0 * 100).rounded() / 100 }, p50: share(0.5), p95: share(0.95))
    }
}
