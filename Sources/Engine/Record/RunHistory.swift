/// How a figure went over a whole run, in bounded memory: means over equal spans of time, which double when the run
/// outgrows them.
package struct RunHistory: Sendable, Equatable {
    private struct Bucket: Sendable, Equatable {
        var sum = 0.0
        var count = 0
    }
    private static let capacity = 64
    /// Seconds that one mean stands for.
    package private(set) var span = 1.0
    private var buckets: [Bucket] = []

    /// Adds a value that was measured at `time`, seconds since the run began. Times never run backwards far.
    package mutating func add(_ value: Double, at time: Double) {
        guard value.isFinite, time.isFinite, time < 1e12 else { return }
        while max(0, time) >= span * Double(Self.capacity) { fold() }
        let index = Int(max(0, time) / span)
        while buckets.count <= index { buckets.append(Bucket()) }
        buckets[index].sum += value
        buckets[index].count += 1
    }

    /// The means, oldest first; `nil` for a span in which nothing was measured.
    package var means: [Double?] { buckets.map { $0.count == 0 ? nil : $0.sum / Double($0.count) } }

    private mutating func fold() {
        span *= 2
        buckets = stride(from: 0, to: buckets.count, by: 2).map { index in
            guard index + 1 < buckets.count else { return buckets[index] }
            return Bucket(
                sum: buckets[index].sum + buckets[index + 1].sum, count: buckets[index].count + buckets[index + 1].count)
        }
    }
}
