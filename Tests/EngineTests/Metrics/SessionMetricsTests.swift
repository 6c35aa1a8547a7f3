import FoundationEssentials
import Testing

@testable import Basics
@testable import Connections
@testable import Metrics
@testable import Record

@Suite("A session in figures", .shared)
struct SessionMetricsTests {
    private func snapshot(_ more: [EngineEvent.Kind] = []) -> Snapshot {
        var snapshot = Snapshot()
        for event in Recordings.events(seconds: 60, seed: 5).dropLast(3) { snapshot.apply(event) }
        for kind in more { snapshot.apply(EngineEvent(time: 61, kind: kind)) }
        return snapshot
    }

    private func text(_ snapshot: Snapshot, now: Double = 61, process: ProcessFigures = .read()) -> String {
        SessionMetrics(snapshot: snapshot, now: now, version: "1.2.3", process: process).text
    }

    @Test("every line is of the format, names follow the conventions, and no series is there twice")
    func wellFormed() throws {
        var info = SessionInfo()
        info.account.budget = Money(nanodollars: 5_000_000_000)
        for snapshot in [Snapshot(), snapshot(), snapshot([.started(info), .journal(JournalStatus())])] {
            let page = try Scraped(text(snapshot))
            for (name, type) in page.types {
                #expect(name.hasPrefix("singularis_") || name.hasPrefix("process_"))
                #expect(name.hasSuffix("_total") == (type == "counter"), "\(name)")
                if type == "histogram" { #expect(name.hasSuffix("_seconds")) }
            }
            let series = page.samples.map { "\($0.name)\($0.labels.sorted { $0.key < $1.key })" }
            #expect(Set(series).count == series.count)
            #expect(page.samples.allSatisfy { $0.value.isFinite && $0.value >= 0 })
        }
    }

    @Test("the figures are those of the session")
    func figures() throws {
        let snapshot = snapshot()
        let (page, statistics) = (try Scraped(text(snapshot)), snapshot.statistics)
        #expect(page["singularis_build_info", ["version": "1.2.3"]] == 1)
        #expect(page["singularis_cycles_total"] == Double(statistics.cycles) && statistics.cycles > 0)
        #expect(page["singularis_decisions_total"] == Double(statistics.cycles))
        let byModel = Double(statistics.decisionsBySource[.model] ?? -1)
        #expect(page["singularis_decisions_total", ["source": "model"]] == byModel)
        #expect(page["singularis_actions_total"] == Double(statistics.cycles))
        #expect(page["singularis_actions_executed_total"] == Double(statistics.executed))
        let stale = Double(statistics.refused[.stale] ?? -1)
        #expect(page["singularis_actions_refused_total", ["reason": "stale"]] == stale)
        #expect(
            page["singularis_model_requests_total", ["kind": "interpretation", "outcome": "answered"]]
                == Double(statistics.requests[.interpretation]?.answered ?? -1))
        #expect(page["singularis_spend_dollars_total"] == statistics.spend.total.dollars)
        let perceptions = Double(statistics.perceptions)
        #expect(page["singularis_stage_duration_seconds_count", ["stage": "perceive"]] == perceptions)
        #expect(page["singularis_deaths_total"] == snapshot.quality.map { Double($0.deaths) })
        #expect(page["singularis_lanes"] == 3 && page["singularis_lanes", ["phase": "free"]].map { $0 >= 2 } == true)
        #expect(page["singularis_loop_beats_total", ["loop": "perception"]] == 600)
        #expect(page["singularis_budget_dollars"] == nil && page["singularis_journal_failing"] == nil)
        #expect(page["process_resident_memory_bytes"].map { $0 > 1e6 } == true)
        #expect(page["process_open_fds"].map { $0 > 2 } == true)
        let start = try #require(page["process_start_time_seconds"])
        #expect(start <= Date().timeIntervalSince1970 + 1 && start > Date().timeIntervalSince1970 - 86_400)
    }

    @Test("no text that a model or a game wrote is in it, whatever it is")
    func noTexts() {
        let snapshot = snapshot([
            .notice("notice-text"), .loopFailed(.game, message: "failure-text", restart: 1, in: 2),
            .endpointFailing(.plan, phase: nil, message: "trouble-text"),
        ])
        let page = text(snapshot)
        let words = [
            "road ahead", "town", "what now", "go on", "a line", "notice-text", "failure-text", "trouble-text",
        ]
        for word in words { #expect(!page.contains(word), "\(word)") }
    }

    @Test("why no request is made, and for how long requests fail, is told while it is so")
    func holds() throws {
        let budget = EngineEvent.Kind.account(.held(HoldReport(reason: .budget(.zero), until: nil)))
        let quota = EngineEvent.Kind.account(
            .heldKind(.plan, HoldReport(reason: .serverQuota(id: "q", value: "5"), until: 70)))
        let failing = EngineEvent.Kind.endpointFailing(.speech, phase: nil, message: "refused")
        let snapshot = snapshot([budget, quota, failing])
        let early = try Scraped(text(snapshot, now: 65))
        #expect(early["singularis_model_hold"] == 2 && early["singularis_model_hold", ["reason": "budget"]] == 1)
        #expect(early["singularis_model_failing_seconds", ["kind": "speech"]] == 4)
        #expect(try Scraped(text(snapshot, now: 71))["singularis_model_hold"] == 1)
    }

    @Test("input that is held tells by whom")
    func held() throws {
        let byPerson = try Scraped(text(snapshot([.state(.held)])))
        #expect(byPerson["singularis_input_held", ["reason": "operator"]] == 1)
        #expect(byPerson["singularis_input_held"] == 1)
        let byLoop = try Scraped(text(snapshot([.state(.held), .loopDead(.game, message: "x", restarts: 3)])))
        #expect(byLoop["singularis_input_held", ["reason": "loop"]] == 1 && byLoop["singularis_input_held"] == 1)
        #expect(try Scraped(text(snapshot()))["singularis_input_held"] == 0)
    }

    @Test("every metric that the Grafana dashboard and the alert rules name is served")
    func assets() throws {
        var info = SessionInfo()
        info.account.budget = Money(nanodollars: 1_000_000_000)
        let full = snapshot([.started(info), .journal(JournalStatus()), .quality(QualityReport(value: 1))])
        let served = Set(try Scraped(text(full)).samples.map(\.name) + ["up"])
        let assets = try Assets.find(environment: [:])
        let panels = try assets.text("grafana/singularis.json")
        let dashboard = try JSONDecoder().decode(JSONValue.self, from: Data(panels.utf8))
        let queries = dashboard.strings(named: ["expr", "definition", "query"])
        let rules = try assets.text("prometheus/singularis.yml").split(separator: "\n")
            .filter { $0.contains("expr:") }.map(String.init)
        #expect(queries.count > 20 && rules.count > 4)
        for query in queries + rules {
            let names = query.matches(of: #/\b(?:singularis|process)_[a-z_]+|\bup\b/#).map { String($0.output) }
            #expect(!names.isEmpty || query == "prometheus", "\(query)")
            for name in names { #expect(served.contains(name), "\(name) in \(query)") }
        }
    }
}

extension JSONValue {
    /// The texts of all members of these names, however deep.
    fileprivate func strings(named names: Set<String>) -> [String] {
        switch self {
        case .object(let members):
            members.flatMap { name, value -> [String] in
                if names.contains(name), case .string(let text) = value { return [text] }
                return value.strings(named: names)
            }
        case .array(let values): values.flatMap { $0.strings(named: names) }
        default: []
        }
    }
}
