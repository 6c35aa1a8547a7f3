@testable import Engine
@testable import Record

extension Statistics {
    /// All model requests together.
    var allRequests: RequestCounts {
        requests.values.reduce(into: RequestCounts()) { sum, counts in
            sum.sent += counts.sent
            sum.answered += counts.answered
            sum.cancelled += counts.cancelled
            sum.failed.merge(counts.failed, uniquingKeysWith: +)
        }
    }
}
