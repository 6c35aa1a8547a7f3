import Basics

/// What a person should know of at once, as far as it can be told from a snapshot alone.
extension Snapshot {
    /// Seconds without an answer after which the endpoint counts as down.
    package static let downAfter = 60.0
    /// The share of the budget from which on its end is near.
    package static let budgetNears = 0.8
    /// Seconds after a loss in which the journal counts as losing events.
    private static let lossLasts = 10.0
    /// Bytes of room below which a disk counts as nearly full, whatever the journal costs.
    private static let leastRoom = 200_000_000

    /// The share of the budget that is spent, with what may have been spent unreported; `nil` without a budget.
    package var budgetShare: Double? {
        guard let budget = info.account.budget, budget > .zero else { return nil }
        return (statistics.spend.total + statistics.spend.unreported).dollars / budget.dollars
    }

    /// No more requests are made because the budget is spent.
    package func isBudgetSpent(at now: Double) -> Bool {
        if case .budget = hold(at: now)?.reason { return true }
        return (budgetShare ?? 0) >= 1
    }

    /// Every kind of model request that is made has failed for a minute at least.
    package func endpointDown(at now: Double) -> EndpointTrouble? {
        endpointTrouble.flatMap { $0.kind == nil && now - $0.since >= Self.downAfter ? $0 : nil }
    }

    /// What the journal comes to in an hour, in bytes, if it goes on as it did; `nil` in its first minute.
    package var journalPerHour: Int? {
        guard let journal, time >= 60 else { return nil }
        return Int(Double(journal.bytes) / time * 3600)
    }

    /// Bytes left for the journal when they are few: less than 200 MB, or than an hour of it takes.
    package var lowDisk: Int? {
        guard let free = journal?.free, !state.isClosing else { return nil }
        return free < max(Self.leastRoom, journalPerHour ?? 0) ? free : nil
    }

    /// Why events are being lost on their way into the journal; `nil` while none are.
    package func journalLoss(at now: Double) -> String? {
        guard let journal else { return nil }
        if let trouble = journal.trouble { return trouble }
        return journal.lostAt.map { now - $0 < Self.lossLasts } == true ? "the disk is too slow" : nil
    }
}
