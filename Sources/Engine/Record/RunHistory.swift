import Basics

/// How a figure went over a whole run, in bounded memory: means over equal spans of time, which double when the run
/// outgrows them.
package struct RunHistory: Sendable, Equatable {
    /// What was measured within one span.
    struct Bucket: Recorded {
        var sum = 0.0
        var count = 0
        static let fields = [Field("sum", \Self.sum), Field("count", \.count)]
    }
    private static let capacity = 64
    /// Seconds that one mean stands for.
    package private(set) var span = 1.0
    var buckets = Ring<Bucket>(capacity: Self.capacity)

    package init() {}
    /// One without values yet, whose means stand for this many seconds.
    init(span: Double) { self.span = span }

    /// Adds a value that was measured at `time`, seconds since the run began. Times never run backwards far.
    package mutating func add(_ value: Double, at time: Double) {
        guard value.isFinite, time.isFinite, time < 1e12 else { return }
        while max(0, time) >= span * Double(Self.capacity) { fold() }
        let index = Int(max(0, time) / span)
        while buckets.count <= index { buckets.append(Bucket()) }
        buckets[index].sum = (buckets[index].sum + value).toMicro
        buckets[index].count += 1
    }

    /// The means, oldest first; `nil` for a span in which nothing was measured.
    package var means: [Double?] { buckets.map { $0.count == 0 ? nil : $0.sum / Double($0.count) } }

    private mutating func fold() {
        span *= 2
        let pairs = stride(from: 0, to: buckets.count, by: 2).map { index in
            guard index + 1 < buckets.count else { return buckets[index] }
            return Bucket(
                sum: (buckets[index].sum + buckets[index + 1].sum).toMicro,
                count: buckets[index].count + buckets[index + 1].count)
        }
        buckets = Ring(capacity: Self.capacity, numberedFrom: 0, pairs)
    }
}
