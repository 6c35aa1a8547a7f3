import Canvas
import Engine
import Record

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

    /// Spend, its rate, and what it comes to; nothing before the first request, and where nothing
    /// costs anything.
    static func money(_ snapshot: Snapshot, now: Double) -> [Piece] {
        let s = snapshot.statistics
        let account = snapshot.info.account
        guard !s.requests.isEmpty, account.pricing != .free else { return [] }
        if account.pricing == .unknown, s.spend.total == .zero {
            return [Piece("price unknown", .warning), Piece("\(NumberFormat.count(s.usage.total)) tokens")]
        }
        let isOver = account.budget.map { s.spend.total + s.spend.unreported >= $0 } ?? false
        let budget = account.budget.map { " of \($0)" } ?? ""
        var pieces = [Piece("spend", "\(s.spend.total)\(budget)", isOver ? Style(.bad, .bold) : .bold)]
        let dollars = NumberFormat.dollars
        let rate = snapshot.spending.perHour(at: now)
        if let rate { pieces += [Piece("\(dollars(rate))/h"), Piece("\(dollars(rate * 24))/day")] }
        if let end = snapshot.projectedSpend(at: now) { pieces.append(Piece("\(dollars(end)) at the end", .dim)) }
        if !isOver, let left = snapshot.budgetLasts(at: now) {
            pieces.append(Piece("budget lasts \(NumberFormat.duration(left))", left < 600 ? .warning : .dim))
        }
        if s.spend.unreported > .zero { pieces.append(Piece("+\(s.spend.unreported) at most unreported", .dim)) }
        if s.spend.unpriced > 0 { pieces.append(Piece("\(s.spend.unpriced) of unknown price", .warning)) }
        return pieces
    }

    /// The whole account, for the zoomed panel: requests by kind, tokens, price, limits, API.
    static func whole(_ snapshot: Snapshot, _ glyphs: Glyphs, now: Double) -> [StyledLine] {
        let s = snapshot.statistics
        guard !s.requests.isEmpty else { return [] }
        func row(_ label: String, _ value: String) -> StyledLine {
            StyledLine([Span(NumberFormat.padded(label, 16), .label), Span(value)])
        }
        func count(_ tokens: Int) -> String { NumberFormat.count(tokens) }
        let (usage, info) = (s.usage, snapshot.info)
        let asked = "\(count(usage.prompt)) in (\(count(usage.cached)) cached)"
        let requests = RequestKind.allCases.compactMap { kind in
            s.requests[kind].map { row(kind.rawValue + "s", FinalReport.Account.Requests(kind, $0).words) }
        }
        let facts = [
            row("tokens", "\(asked), \(count(usage.candidates)) out, \(count(usage.thoughts)) thoughts"),
            row("model", "\(info.model) @ \(info.endpoint)" + (info.api.isEmpty ? "" : ", \(info.api) API")),
            row("price", info.account.words),
            StyledLine.fitting(money(snapshot, now: now), columns: .max, gap: "  ", glyphs),
        ]
        return requests + facts.filter { $0.width > 0 }
    }
}
