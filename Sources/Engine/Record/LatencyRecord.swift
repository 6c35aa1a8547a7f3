import Histogram

/// Durations of one kind: count, percentiles, and the average.
package struct LatencyRecord: Sendable, Equatable {
    /// Ten minutes in microseconds; longer ones count as so long.
    private static let longest: UInt64 = 600_000_000
    private var histogram = Histogram<UInt32>(
        lowestDiscernibleValue: 1, highestTrackableValue: Self.longest, numberOfSignificantValueDigits: .two)
    package internal(set) var last: Double?

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

extension LatencyRecord {
    /// How many lasted at most each of `bounds`, which are seconds in ascending order; one that lasted up to a
    /// hundredth longer may be counted too, since durations are kept to two digits.
    package func cumulative(_ bounds: [Double]) -> [Int] {
        var (total, next) = (0, UInt64(0))
        return bounds.map { bound in
            let last = histogram.highestEquivalentForValue(UInt64(max(0, min(600, bound)) * 1_000_000))
            if last >= next { total += Int(histogram.count(within: next...last)) }
            next = last + 1
            return total
        }
    }

    /// Seconds in all, to two digits.
    package var sum: Double { count == 0 ? 0 : histogram.mean / 1e6 * Double(count) }

    /// Microseconds and counts in turn: how much more often each duration was measured than in an earlier record; `nil`
    /// when that is no earlier one of this.
    func counts(since old: LatencyRecord) -> [UInt64]? {
        guard count >= old.count else { return nil }
        var list: [UInt64] = []
        for recorded in histogram.recordedValues() {
            let before = old.histogram.countForValue(recorded.value)
            guard recorded.count >= before else { return nil }
            if recorded.count > before { list += [recorded.value, UInt64(recorded.count - before)] }
        }
        let added = stride(from: 1, to: list.count, by: 2).reduce(0) { $0 + list[$1] }
        return added == UInt64(count - old.count) ? list : nil
    }

    /// Adds what ``counts(since:)`` told.
    /// - Throws: ``FormatError`` when it is no such list.
    mutating func add(counts list: [UInt64]) throws {
        guard list.count.isMultiple(of: 2) else { throw FormatError("a count without its duration") }
        for index in stride(from: 0, to: list.count, by: 2) {
            let (value, count) = (list[index], list[index + 1])
            guard value <= Self.longest, count <= UInt64(Int32.max),
                histogram.totalCount <= UInt64(Int32.max)
            else { throw FormatError("durations beyond all reason") }
            _ = histogram.record(value, count: UInt32(count))
        }
    }
}

/// What a journal says cannot be.
package struct FormatError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
