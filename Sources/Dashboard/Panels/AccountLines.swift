import Engine

/// What is said of the account of model requests: why nothing is asked, who decides meanwhile, and what it all costs.
enum AccountLines {
    /// Why no request is made, and for how long; `nil` while they are.
    static func hold(_ snapshot: Snapshot, _ glyphs: Glyphs, now: Double) -> String? {
        let ofKind = snapshot.kindHold(at: now)
        guard let hold = snapshot.hold(at: now) ?? ofKind?.hold else { return nil }
        let mark = hold.reason.isFinal ? glyphs.held : glyphs.paused
        let kind = snapshot.hold(at: now) == nil ? ofKind.map { "\($0.kind.rawValue)s: " } ?? "" : ""
        // The countdown first: what a server calls its quota may fill the row.
        let wait = hold.until.map { "asks again in \(NumberFormat.age($0 - now)): " } ?? ""
        return "\(mark) \(kind)\(wait)\(hold.reason.description)"
    }

    /// What is wrong with the answers: kinds of requests that give nothing usable (since when, mostly why, and what to
    /// try), and others that fail. A silence says all of the failures that it consists of, a quota's hold those of the
    /// quota.
    static func alarms(_ snapshot: Snapshot, _ glyphs: Glyphs, now: Double, saysSince: Bool = false) -> [String] {
        var alarms = RequestKind.allCases.compactMap { kind in
            snapshot.silences[kind].map { silence in
                "\(glyphs.warning) no usable \(kind.rawValue) since \(NumberFormat.clock(silence.since))"
                    + ", mostly \(silence.reason.rawValue): \(silence.message)"
            }
        }
        if let trouble = snapshot.endpointTrouble, snapshot.hold(at: now)?.reason.isQuota != true,
            snapshot.troubles.keys.contains(where: { snapshot.silences[$0] == nil })
        {
            alarms.append(HeaderPanel.sentence(trouble, glyphs, saysSince: saysSince))
        }
        return alarms
    }

    /// Which tier plays while nothing is asked, and why it does what it does.
    static func deciding(_ snapshot: Snapshot, _ glyphs: Glyphs) -> String? {
        guard let decision = snapshot.actions.last?.decision else { return nil }
        return "\(glyphs.arrow) the \(decision.source.rawValue) tier decides meanwhile: \(decision.reason)"
    }

    /// Spend, its rate, and what it comes to; `nil` before the first request, and where nothing costs anything.
    static func money(_ snapshot: Snapshot, now: Double) -> StyledLine? {
        let s = snapshot.statistics
        let account = snapshot.info.account
        guard !s.requests.isEmpty, account.pricing != .free else { return nil }
        if account.pricing == .unknown, s.spend.total == .zero { return unpriced(s) }
        let isOver = account.budget.map { s.spend.total + s.spend.unreported >= $0 } ?? false
        let budget = account.budget.map { " of \($0)" } ?? ""
        var line = StyledLine([
            Span("spend ", .dim), Span("\(s.spend.total)\(budget)", isOver ? Style(.bad, .bold) : .bold),
        ])
        if let rate = snapshot.spending.perHour(at: now) {
            line += Span("  \(dollars(rate))/h  \(dollars(rate * 24))/day", .text)
        }
        if let end = snapshot.projectedSpend(at: now) { line += Span("  \(dollars(end)) at the end", .dim) }
        if !isOver, let left = snapshot.budgetLasts(at: now) {
            line += Span("  budget lasts \(NumberFormat.duration(left))", left < 600 ? .warning : .dim)
        }
        if s.spend.unreported > .zero { line += Span("  +\(s.spend.unreported) at most unreported", .dim) }
        if s.spend.unpriced > 0 { line += Span("  \(s.spend.unpriced) of unknown price", .warning) }
        return line
    }

    private static func unpriced(_ s: Statistics) -> StyledLine {
        StyledLine([Span("price unknown", .warning), Span("  \(NumberFormat.count(s.usage.total)) tokens", .text)])
    }

    /// The whole account, for the zoomed panel: requests by kind, tokens, price, limits, API.
    static func whole(_ snapshot: Snapshot, now: Double) -> [StyledLine] {
        let s = snapshot.statistics
        guard !s.requests.isEmpty else { return [] }
        var lines = RequestKind.allCases.compactMap { kind -> StyledLine? in
            guard let counts = s.requests[kind] else { return nil }
            return StyledLine([Span("\(NumberFormat.padded(kind.rawValue + "s", 16))", .label), Span(words(counts))])
        }
        let usage = s.usage
        lines.append(
            StyledLine([
                Span(NumberFormat.padded("tokens", 16), .label),
                Span("\(NumberFormat.count(usage.prompt)) in (\(NumberFormat.count(usage.cached)) cached), "),
                Span("\(NumberFormat.count(usage.candidates)) out, \(NumberFormat.count(usage.thoughts)) thoughts"),
            ]))
        let info = snapshot.info
        let asked = "\(info.model) @ \(info.endpoint)" + (info.api.isEmpty ? "" : ", \(info.api) API")
        lines.append(StyledLine([Span(NumberFormat.padded("model", 16), .label), Span(asked)]))
        lines.append(StyledLine([Span(NumberFormat.padded("price", 16), .label), Span(price(snapshot.info.account))]))
        if let money = money(snapshot, now: now) { lines.append(money) }
        return lines
    }

    /// `sent 12 = 10 answered + 1 failed (quota 1) + 0 cancelled + 1 under way`
    static func words(_ counts: RequestCounts) -> String {
        let reasons = RequestFailure.allCases.compactMap { why in counts.failed[why].map { "\(why.rawValue) \($0)" } }
        let failed = reasons.isEmpty ? "0 failed" : "\(counts.failedTotal) failed (\(reasons.joined(separator: ", ")))"
        let open = counts.underWay == 0 ? "" : " + \(counts.underWay) under way"
        return "sent \(counts.sent) = \(counts.answered) answered + \(failed) + \(counts.cancelled) cancelled\(open)"
    }

    /// Price, where it is from, and the limits on requests.
    static func price(_ account: AccountInfo) -> String {
        let limits = [account.perMinute.map { "\($0) a minute" }, account.perDay.map { "\($0) a day" }]
            .compactMap { $0 }
        let bounds = limits.isEmpty ? "" : "; at most \(limits.joined(separator: ", "))"
        switch account.pricing {
        case .free: return "free" + bounds
        case .unknown: return "unknown" + bounds
        case .known(let price, let date):
            return "\(price.description) (\(date.map { "as of \($0)" } ?? "--price"))" + bounds
        }
    }

    private static func dollars(_ amount: Double) -> String { "$" + NumberFormat.fixed(amount, amount < 0.1 ? 4 : 2) }
}
