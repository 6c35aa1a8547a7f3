extension Snapshot {
    /// Folds what the account of model requests tells.
    mutating func applyAccount(_ report: AccountReport, at time: Double) {
        switch report {
        case .sent(let kind): statistics.requests[kind, default: .init()].sent += 1
        case .ended(let kind, let outcome, let cost, let unreported):
            switch outcome {
            case .answered: statistics.requests[kind, default: .init()].answered += 1
            case .failed(let why): statistics.requests[kind, default: .init()].failed[why, default: 0] += 1
            case .cancelled: statistics.requests[kind, default: .init()].cancelled += 1
            }
            if let cost {
                statistics.spend.total += cost
            } else {
                statistics.spend.unpriced += 1
            }
            statistics.spend.unreported += unreported
            spending.add(statistics.spend.total, at: time)
        case .held(let hold): lastHold = hold
        case .heldKind(let kind, let hold): kindHolds[kind] = hold
        case .silent(let kind, let silence): silences[kind] = silence
        }
    }

    /// Why no model request is made at this time; `nil` when they are.
    package func hold(at now: Double) -> HoldReport? {
        lastHold.flatMap { hold in (hold.until ?? .infinity) > now ? hold : nil }
    }

    /// Why requests of one kind alone are not made at this time, for each of which that holds.
    package func kindHolds(at now: Double) -> [(kind: RequestKind, hold: HoldReport)] {
        RequestKind.allCases.compactMap { kind in kindHolds[kind].map { (kind, $0) } }
            .filter { ($0.hold.until ?? .infinity) > now }
    }

    /// The first of them.
    package func kindHold(at now: Double) -> (kind: RequestKind, hold: HoldReport)? { kindHolds(at: now).first }

    /// What the session will have spent at the end of its `--duration` if it goes on as it does; never beyond the
    /// budget.
    package func projectedSpend(at now: Double) -> Double? {
        guard let duration = info.duration, let rate = spending.perHour(at: now), duration > now else { return nil }
        let projected = statistics.spend.total.dollars + rate * (duration - now) / 3600
        return min(projected, info.account.budget?.dollars ?? projected)
    }

    /// Seconds until the budget is reached if it goes on as it does.
    package func budgetLasts(at now: Double) -> Double? {
        guard let budget = info.account.budget, let rate = spending.perHour(at: now), rate > 0 else { return nil }
        let left = (budget - statistics.spend.total - statistics.spend.unreported).dollars
        return max(0, left) / rate * 3600
    }
}
