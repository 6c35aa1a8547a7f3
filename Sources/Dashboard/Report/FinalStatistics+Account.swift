import Canvas
import Engine

/// The account of model requests at the end: every one of them, and what they cost.
extension FinalStatistics {
    private static let kinds = ["interpretation": "Interpretations", "plan": "Plans", "speech": "Spoken lines"]

    static func account(_ account: FinalReport.Account, isInterim: Bool = false) -> Section {
        guard !account.requests.isEmpty else { return Section(title: "Model requests") }
        var entries = account.requests.map { requests in
            Entry(
                label: kinds[requests.kind] ?? requests.kind, value: words(requests),
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
                    value: "at most \(dollars(account.unreportedDollars)) more, for requests whose usage was not told",
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
        var parts = [dollars(total) + (account.budgetDollars.value.map { " of a budget of \(dollars($0))" } ?? "")]
        if let hourly = account.hourlyDollars.value { parts.append("\(dollars(hourly)) an hour on average") }
        if account.unpricedRequests > 0 { parts.append("and \(account.unpricedRequests) requests of unknown price") }
        return Entry(
            label: "Spend", value: parts.joined(separator: ", "), role: account.unpricedRequests > 0 ? .warning : .text)
    }

    /// `sent 12 = 10 answered + 1 failed (quota 1) + 0 cancelled + 1 under way`
    private static func words(_ requests: FinalReport.Account.Requests) -> String {
        let reasons = requests.failures.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        let failed = "\(requests.failed) failed" + (reasons.isEmpty ? "" : " (\(reasons))")
        let open = requests.underWay == 0 ? "" : " + \(requests.underWay) under way"
        let done = "\(requests.answered) answered + \(failed) + \(requests.cancelled) cancelled"
        return "sent \(requests.sent) = \(done)\(open)"
    }

    /// As exact as the amount is small.
    private static func dollars(_ amount: Double) -> String { "$" + NumberFormat.fixed(amount, amount < 1 ? 4 : 2) }
}
