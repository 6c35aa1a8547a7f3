import Histogram

/// Durations of one kind: count, percentiles, and the average.
package struct LatencyRecord: Sendable {
    private var histogram = Histogram<UInt32>(
        lowestDiscernibleValue: 1, highestTrackableValue: 600_000_000, numberOfSignificantValueDigits: .two)
    package private(set) var last: Double?

    /// Adds one duration in seconds.
    package mutating func add(_ seconds: Double) {
        last = seconds
        _ = histogram.record(UInt64(max(0, min(600, seconds)) * 1_000_000))
    }

    package var count: Int { Int(histogram.totalCount) }
    /// Seconds; `nil` before the first value.
    package var average: Double? { count == 0 ? nil : histogram.mean / 1e6 }
    package var maximum: Double? { count == 0 ? nil : Double(histogram.max) / 1e6 }
    /// The value in seconds below which `percent` of all values lie; `nil` before the first value.
    package func percentile(_ percent: Double) -> Double? {
        count == 0 ? nil : Double(histogram.valueAtPercentile(percent)) / 1e6
    }
}
