import Canvas
import Engine

/// The account of model requests at the end: every one of them, and what they cost.
extension FinalStatistics {
    private static let kinds = ["interpretation": "Interpretations", "plan": "Plans", "speech": "Spoken lines"]

    static func account(_ account: FinalReport.Account, isInterim: Bool = false) -> Section {
        guard !account.requests.isEmpty else { return Section(title: "Model requests") }
        var entries = account.requests.map { requests in
            Entry(
                label: kinds[requests.kind] ?? requests.kind, value: requests.words,
                role: requests.underWay == 0 || isInterim ? .text : .bad)
        }
        entries.append(
            Entry(label: "Cached input", value: "\(NumberFormat.count(account.cachedTokens)) of the prompt tokens"))
        entries.append(Entry(label: "Price", value: account.price))
        entries.append(spend(account))
        if account.unreportedDollars > 0 {
            entries.append(
                Entry(
                    label: "Not reported",
                    value: "at most \(NumberFormat.dollars(account.unreportedDollars)) more, for requests whose usage was not told",
                    role: .warning))
        }
        if let hold = account.hold.value { entries.append(Entry(label: "At the end", value: hold, role: .warning)) }
        return Section(title: "Model requests", entries: entries)
    }

    private static func spend(_ account: FinalReport.Account) -> Entry {
        if account.pricing == "free" { return Entry(label: "Spend", value: "nothing: the embedded model is free") }
        guard let total = account.spendDollars.value else {
            return Entry(label: "Spend", value: "unknown, as the price is", role: .warning)
        }
        var parts = [NumberFormat.dollars(total) + (account.budgetDollars.value.map { " of a budget of \(NumberFormat.dollars($0))" } ?? "")]
        if let hourly = account.hourlyDollars.value { parts.append("\(NumberFormat.dollars(hourly)) an hour on average") }
        if account.unpricedRequests > 0 { parts.append("and \(account.unpricedRequests) requests of unknown price") }
        return Entry(
            label: "Spend", value: parts.joined(separator: ", "), role: account.unpricedRequests > 0 ? .warning : .text)
    }
}
