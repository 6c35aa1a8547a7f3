import Canvas
import Engine

/// What is said of the account of model requests: why nothing is asked, who decides meanwhile, and what it all costs.
enum AccountLines {
    /// Why no request is made, and for how long; `nil` while they are.
    static func hold(_ snapshot: Snapshot, _ glyphs: Glyphs, now: Double) -> String? {
        guard let hold = snapshot.hold(at: now) else { return nil }
        let mark = hold.reason.isFinal ? glyphs.held : glyphs.paused
        // The countdown first: what a server calls its quota may fill the row.
        let wait = hold.until.map { "asks again in \(NumberFormat.age($0 - now)): " } ?? ""
        return "\(mark) \(wait)\(hold.reason.description)"
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
            line += Span("  \(NumberFormat.dollars(rate))/h  \(NumberFormat.dollars(rate * 24))/day", .text)
        }
        if let end = snapshot.projectedSpend(at: now) { line += Span("  \(NumberFormat.dollars(end)) at the end", .dim) }
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
            return StyledLine([Span("\(NumberFormat.padded(kind.rawValue + "s", 16))", .label), Span(FinalReport.Account.Requests(kind, counts).words)])
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
        lines.append(StyledLine([Span(NumberFormat.padded("price", 16), .label), Span(snapshot.info.account.words)]))
        if let money = money(snapshot, now: now) { lines.append(money) }
        return lines
    }
}
