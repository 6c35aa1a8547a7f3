import Engine
import Record

/// Every model request, and what they cost.
extension FinalReport {
    struct Account: Codable, Equatable, Sendable {
        /// The requests of one kind; sent = answered + failed + cancelled + under way.
        struct Requests: Codable, Equatable, Sendable {
            /// interpretation, plan or speech.
            var kind: String
            var sent: Int
            var answered: Int
            var failed: Int
            /// Failed ones by kind of failure.
            var failures: [Count]
            var cancelled: Int
            /// More than 0 only while the session runs.
            var underWay: Int

            init(_ kind: RequestKind, _ counts: RequestCounts) {
                self.kind = kind.rawValue
                (sent, answered, cancelled) = (counts.sent, counts.answered, counts.cancelled)
                (failed, underWay) = (counts.failedTotal, counts.underWay)
                failures = RequestFailure.allCases.compactMap { why in
                    counts.failed[why].map { Count(name: why.rawValue, count: $0) }
                }
            }
        }

        var requests: [Requests]
        /// Of the prompt tokens, those the server had kept.
        var cachedTokens: Int
        /// free, known or unknown.
        var pricing: String
        /// Price, its date and the limits on requests, in words.
        var price: String
        /// By the usage that was told; null when no price is known.
        var spendDollars: OrNull<Double>
        /// The most that answers which broke off can have cost beyond that.
        var unreportedDollars: Double
        /// Spend by time, pauses included; null when nothing was spent.
        var hourlyDollars: OrNull<Double>
        /// Null without `--budget`.
        var budgetDollars: OrNull<Double>
        /// Requests that are over and whose price nobody knows.
        var unpricedRequests: Int
        /// What kept requests from being made when the session ended; null when nothing did.
        var hold: OrNull<String>

        init(_ snapshot: Snapshot) {
            let s = snapshot.statistics
            let account = snapshot.info.account
            requests = RequestKind.allCases.compactMap { kind in s.requests[kind].map { Requests(kind, $0) } }
            cachedTokens = s.usage.cached
            switch account.pricing {
            case .free: pricing = "free"
            case .known: pricing = "known"
            case .unknown: pricing = "unknown"
            }
            price = account.words
            let isUnknown = s.spend.total == .zero && s.spend.unpriced > 0
            spendDollars = OrNull(isUnknown ? nil : s.spend.total.dollars)
            unreportedDollars = s.spend.unreported.dollars
            let hours = snapshot.time / 3600
            hourlyDollars = OrNull(hours > 0 && s.spend.total > .zero ? s.spend.total.dollars / hours : nil)
            budgetDollars = OrNull(account.budget?.dollars)
            unpricedRequests = s.spend.unpriced
            let hold = snapshot.hold(at: snapshot.time)?.reason
            self.hold = OrNull(hold.flatMap { $0.isFinal || $0.isQuota ? $0.description : nil })
        }
    }
}
