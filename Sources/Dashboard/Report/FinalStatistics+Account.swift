import Canvas
import Engine
import Record

/// The account of model requests at the end: every one of them, and what they cost.
extension FinalStatistics {
    private static let kinds = ["interpretation": "Interpretations", "plan": "Plans", "speech": "Spoken lines"]

    static func account(_ account: FinalReport.Account, isInterim: Bool = false) -> Section {
        guard !account.requests.isEmpty else { return Section("Model requests") }
        var entries = account.requests.map { requests in
            let role: Role = requests.underWay == 0 || isInterim ? .text : .bad
            return Entry(kinds[requests.kind] ?? requests.kind, requests.words, role)
        }
        entries += [
            Entry("Cached input", "\(NumberFormat.count(account.cachedTokens)) of the prompt tokens"),
            Entry("Price", account.price), spend(account),
        ]
        if account.unreportedDollars > 0 {
            let most = NumberFormat.dollars(account.unreportedDollars)
            let words = "at most \(most) more, for requests whose usage was not told"
            entries.append(Entry("Not reported", words, .warning))
        }
        if let hold = account.hold.value { entries.append(Entry("At the end", hold, .warning)) }
        return Section("Model requests", entries)
    }

    private static func spend(_ account: FinalReport.Account) -> Entry {
        if account.pricing == "free" { return Entry("Spend", "nothing: the embedded model is free") }
        guard let total = account.spendDollars.value else {
            return Entry("Spend", "unknown, as the price is", .warning)
        }
        let dollars = NumberFormat.dollars
        let budget = account.budgetDollars.value.map { " of a budget of \(dollars($0))" }
        var parts = [dollars(total) + (budget ?? "")]
        if let hourly = account.hourlyDollars.value { parts.append("\(dollars(hourly)) an hour on average") }
        if account.unpricedRequests > 0 { parts.append("and \(account.unpricedRequests) requests of unknown price") }
        return Entry("Spend", parts.joined(separator: ", "), account.unpricedRequests > 0 ? .warning : .text)
    }
}
