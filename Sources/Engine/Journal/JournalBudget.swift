/// What a journal may cost: a token bucket of bytes over the session's time. What is dense is told more seldom the less
/// there is left; what must be told - money, receipts, failures - is told all the same, and the rest pays for it. A
/// value: the same lines at the same times leave the same.
struct JournalBudget: Sendable {
    /// Bytes a second over the long run, which comes to 43 MB an hour, and those that may come at once.
    static let rate = 12_000.0
    static let burst = 40 * rate

    private var left = Self.burst
    private var time = 0.0

    mutating func refill(until now: Double) {
        left = min(Self.burst, left + max(0, now - time) * Self.rate)
        time = max(time, now)
    }

    mutating func spend(_ bytes: Int) { left -= Double(bytes) }

    /// Pictures go first: they cost most.
    var hasPictures: Bool { left > Self.burst / 2 }
    /// Then decisions one by one, and histograms every ten seconds.
    var hasDetails: Bool { left > Self.burst / 4 }
}
