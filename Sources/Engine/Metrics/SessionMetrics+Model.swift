import Connections
import Record

extension SessionMetrics {
    /// The pool's lanes and what went through them.
    func addConnections(to page: inout Exposition) {
        let pool = snapshot.occupancy
        var lanes = each(Phase.self) { phase in pool.lanes.count { $0.phase == phase } }
        // Who is queued has no lane yet.
        lanes.removeAll { $0.0 == Phase.queued.rawValue }
        page.add(
            .gauge, "singularis_lanes", "Lanes of the connection pool by what they do; one that is not free is a socket.",
            by: "phase", [("free", pool.lanes.count { $0.phase == nil })] + lanes)
        page.gauge("singularis_lanes_limit", "Sockets open at once at the most.", Double(snapshot.info.limit))
        page.gauge(
            "singularis_lanes_limit_per_host", "Sockets open at once to one host at the most.",
            Double(snapshot.info.limitPerHost))
        page.gauge("singularis_queued_requests", "Requests that wait for a lane.", Double(pool.queued))
        page.gauge("singularis_queue_wait_seconds", "How long the first of them has waited.", pool.oldestWait ?? 0)
        page.counter("singularis_connections_opened_total", "Sockets opened.", pool.opened)
        page.counter("singularis_connections_closed_total", "Sockets closed.", pool.closed)
        page.add(
            .counter, "singularis_http_requests_total", "HTTP requests that are over, by how they ended.",
            by: "outcome", [("answered", pool.answered), ("failed", pool.failed), ("abandoned", pool.abandoned)])
        page.add(
            .counter, "singularis_http_request_failures_total", "HTTP requests that failed, by the phase they were in.",
            by: "phase", each(Phase.self) { pool.failedByPhase[$0] ?? 0 })
        page.counter("singularis_http_sent_bytes_total", "Bytes of requests' bodies.", pool.bytesSent)
        page.counter("singularis_http_received_bytes_total", "Bytes of answers' bodies.", pool.bytesReceived)
    }

    /// What is asked of models, what comes of it, and what it costs.
    func addModel(to page: inout Exposition) {
        let figures = snapshot.statistics
        func counts(_ kind: RequestKind) -> RequestCounts { figures.requests[kind] ?? RequestCounts() }
        page.add(
            .counter, "singularis_model_requests_sent_total", "Model requests that were sent.", by: "kind",
            each(RequestKind.self) { counts($0).sent })
        page.add(
            .gauge, "singularis_model_requests_under_way", "Model requests that are not over.", by: "kind",
            each(RequestKind.self) { counts($0).underWay })
        page.add(
            .counter, "singularis_model_requests_total",
            "Model requests that are over: answered, cancelled, or why they gave nothing of use.",
            RequestKind.allCases.flatMap { kind in
                let ended = [("answered", counts(kind).answered), ("cancelled", counts(kind).cancelled)]
                return (ended + each(RequestFailure.self) { counts(kind).failed[$0] ?? 0 }).map {
                    Exposition.Sample(labels: [("kind", kind.rawValue), ("outcome", $0)], value: $1.metric)
                }
            })
        page.add(
            .gauge, "singularis_model_failing_seconds", "For how long requests of a kind have failed; 0 while they work.",
            by: "kind", each(RequestKind.self) { kind in snapshot.troubles[kind].map { max(0, now - $0.since) } ?? 0 })
        page.histogram(
            "singularis_model_answer_seconds", "From asking to the end of a whole answer.", by: "kind",
            [
                (RequestKind.interpretation.rawValue, figures.interpretationLatency),
                (RequestKind.plan.rawValue, figures.planLatency),
            ])
        page.histogram(
            "singularis_model_first_piece_seconds", "From asking to the first piece of a streamed answer.",
            [("", figures.firstPiece)])
        page.add(
            .counter, "singularis_model_tokens_total", "Tokens that the model counted.", by: "type",
            [
                ("prompt", figures.usage.prompt), ("candidates", figures.usage.candidates),
                ("thoughts", figures.usage.thoughts),
            ])
        page.counter(
            "singularis_model_cached_tokens_total", "Tokens of prompts that the server had in its cache.",
            figures.usage.cached)
        addMoney(to: &page)
    }

    private func addMoney(to page: inout Exposition) {
        let spend = snapshot.statistics.spend
        page.add(
            .counter, "singularis_spend_dollars_total", "Cost of model requests in US dollars, by the usage they told.",
            [Exposition.Sample(value: spend.total.dollars)])
        page.add(
            .counter, "singularis_spend_unreported_dollars_total",
            "The most that requests can have cost beyond that, whose answer broke off before its usage came.",
            [Exposition.Sample(value: spend.unreported.dollars)])
        page.counter(
            "singularis_unpriced_requests_total", "Requests whose price nobody knows.", spend.unpriced)
        if let budget = snapshot.info.account.budget {
            page.gauge("singularis_budget_dollars", "What the session may spend, in US dollars.", budget.dollars)
        }
        if let share = snapshot.budgetShare {
            page.gauge(
                "singularis_budget_used_ratio", "The share of the budget that is spent, with what may be unreported.",
                share)
        }
        let holds = [snapshot.hold(at: now)].compactMap(\.self) + snapshot.kindHolds(at: now).map(\.hold)
        let reasons = Set(holds.map(\.reason.label))
        page.add(
            .gauge, "singularis_model_hold", "1 for a reason why no model request is made.", by: "reason",
            HoldReason.labels.map { ($0, reasons.contains($0)) })
    }
}

extension HoldReason {
    static let labels = [
        "per_minute", "per_day", "server_quota", "server_day", "backoff", "circuit_open", "probing", "budget",
        "one_at_a_time", "price_unknown", "switched_off", "text_only",
    ]

    var label: String {
        switch self {
        case .perMinute: "per_minute"
        case .perDay: "per_day"
        case .serverQuota: "server_quota"
        case .serverDay: "server_day"
        case .backoff: "backoff"
        case .circuitOpen: "circuit_open"
        case .probing: "probing"
        case .budget: "budget"
        case .oneAtATime: "one_at_a_time"
        case .priceUnknown: "price_unknown"
        case .switchedOff: "switched_off"
        case .textOnly: "text_only"
        }
    }
}
