import Record

/// Watches the requests of one kind for a silence: so many in a row without anything usable, for whatever reason. Pure.
struct SilenceWatch: Sendable {
    /// Requests in a row that make it an alarm.
    static let alarmAfter = 5

    private var since = 0.0
    private var count = 0
    private var reasons: [RequestFailure: (times: Int, message: String)] = [:]

    enum News: Sendable, Equatable {
        case silent(Silence)
        case over
    }

    /// A request has ended, at a time in seconds. Gives what that is news of, if it is.
    mutating func ended(_ outcome: RequestOutcome, _ message: String, at time: Double) -> News? {
        switch outcome {
        case .cancelled: return nil
        case .answered:
            defer { self = SilenceWatch() }
            return count >= Self.alarmAfter ? .over : nil
        case .failed(let reason):
            if count == 0 { since = time }
            count += 1
            // The newest words for a reason, which may know more by now.
            reasons[reason] = (times: (reasons[reason]?.times ?? 0) + 1, message: message)
            guard count == Self.alarmAfter else { return nil }
            // Of equally common ones the one that comes first in the list, so that it is the same every time.
            guard let most = reasons.values.map(\.times).max(),
                let reason = RequestFailure.allCases.first(where: { reasons[$0]?.times == most }),
                let message = reasons[reason]?.message
            else { return nil }
            return .silent(Silence(requests: count, reason: reason, message: message, since: since))
        }
    }
}
