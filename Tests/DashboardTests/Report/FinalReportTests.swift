import Connections
import FoundationEssentials
import Testing

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record

@Suite("Final report", .shared)
struct FinalReportTests {
    private static let hostile = "a\"\\\u{0}\u{1b}[31m\n\u{202e}é漢🙂\u{7f}</script>"

    @Test("what is written can be read, and is the same")
    func roundTrip() throws {
        let figures = FinalReport.DashboardFigures(
            frames: 10, framesSkipped: 1, writtenBytes: 1234, cpuSeconds: 0.5, slowestFrameSeconds: 0.011)
        for snapshot in [Script.ended(), Script.ended(clean: false), Snapshot(), Script.stopping()] {
            for report in [FinalReport(snapshot), FinalReport(snapshot, dashboard: figures)] {
                #expect(try FinalReport(json: report.json()) == report)
            }
        }
    }

    @Test("names are what they were, and what is not known is null and not left out")
    func names() throws {
        let text = try FinalReport(Snapshot()).json()
        for name in [
            "\"format_version\" : 2", "\"exit_code\" : 3", "\"reason\" : \"none\"", "\"playtime_seconds\" : 0",
            "\"limit_seconds\" : null", "\"success_share\" : null", "\"p95_seconds\" : null", "\"sent_bytes\" : 0",
            "\"left_open\" : 0", "\"metrics\" : null", "\"audit\" : null", "\"dashboard\" : null",
            "\"recoveries_verified\" : 0", "\"total_tokens\" : 0", "\"problems\" : [", "\"is_clean\" : false",
        ] { #expect(text.contains(name), "\(name)") }
        let ended = try FinalReport(Script.ended()).json()
        let names = [
            "\"name\" : \"menuInCombat\"", "\"span_seconds\" : 1", "\"late_beats\" : ", "\"took_seconds\" : 0.012",
        ]
        for name in names {
            #expect(ended.contains(name), "\(name)")
        }
    }

    @Test("any text and any number gives valid JSON and lines that fit")
    func hostileInput() throws {
        var snapshot = Script.ended()
        var info = SessionInfo()
        info.game = Self.hostile
        info.model = String(repeating: Self.hostile, count: 100)
        var learner = LearnerSummary()
        learner.experiences = .max
        learner.averageReward = .nan
        learner.uplift = -.infinity
        var quality = QualityReport()
        quality.value = .infinity
        quality.places = [Self.hostile, ""]
        var pool = snapshot.occupancy
        pool.origins[Self.hostile + String(repeating: "x", count: 200)] = Occupancy.OriginTotals()
        let id = ResourceID(99)
        let receipt = Receipt(resource: id, name: Self.hostile, step: 4, result: .failed(Self.hostile), duration: .nan)
        let kinds: [EngineEvent.Kind] = [
            .started(info), .lesson(learner), .quality(quality), .occupancy(pool),
            .armed(id, name: Self.hostile, step: 4), .closed(receipt), .beat(.game, latency: .nan, interval: 0),
            .endpointFailing(.interpretation, phase: nil, message: Self.hostile), .ended(.error(Self.hostile)),
        ]
        for kind in kinds { snapshot.apply(EngineEvent(time: 1e9, kind: kind)) }
        let report = FinalReport(snapshot)
        let text = try report.json()
        let again = try FinalReport(json: text)
        #expect(again.session.game == Self.hostile && again.outcome.reason == "error")
        #expect(again.learner.averageReward.isNaN)
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
        for line in FinalStatistics.plainLines(report).map(\.text) + Transcript.lines(report).map(\.text) {
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "\(line)")
        }
        #expect(FinalStatistics.plainLines(report).allSatisfy { TextWidth.of($0.text) <= 80 })
    }

    @Test("the screen, the transcript and the JSON tell the same figures")
    func oneSource() throws {
        let report = FinalReport(Script.ended())
        let read = try FinalReport(json: report.json())
        // Both are made from what the JSON says: nothing in them comes from elsewhere.
        #expect(FinalStatistics.plainLines(read) == FinalStatistics.plainLines(report))
        #expect(FinalStatistics.lines(read, width: 118) == FinalStatistics.lines(report, width: 118))
        let plain = FinalStatistics.plainLines(report).map(\.text).joined(separator: "\n")
        let screen = FinalStatistics.lines(report, width: 78).map(\.plain).joined(separator: "\n")
        for figure in [
            "\(report.totals.cycles)", "\(report.connections.opened) = \(report.connections.closed)",
            "\(NumberFormat.count(report.interpreter.totalTokens)) (prompt",
            "\(report.stuck.recoveriesVerified) verified of",
        ] {
            #expect(plain.contains(figure) && screen.contains(figure), "\(figure)")
        }
        #expect(report.connections.opened == report.connections.closed + report.connections.leftOpen)
    }

    @Test("loops are told with percentiles, lateness and their whole run")
    func loops() throws {
        let report = FinalReport(Script.ended())
        let loop = try #require(report.loops.first { $0.name == "perception" })
        #expect(loop.beats == 4 && loop.lateBeats == 3 && loop.beatsPerSecond.value == 0.5)
        #expect(loop.run.means.count == 9 && loop.run.known.count == 4)
        let lines = FinalStatistics.plainLines(report).map(\.text)
        let head = "  loop        beats   /s    p50    p95    p99    max   late  whole run"
        #expect(lines.contains { $0.hasPrefix(head) })
        #expect(lines.contains { $0.hasPrefix("  perception      4  0.5") })
    }

    @Test(
        "where the report goes",
        arguments: [
            ("json", ReportTarget.standardOutput), ("run.json", .file("run.json")),
            ("/tmp/a.json", .file("/tmp/a.json")), (".json", nil), ("/tmp/.json", nil), ("text", nil), ("", nil),
        ] as [(String, ReportTarget?)])
    func target(argument: String, expected: ReportTarget?) {
        #expect(ReportTarget(argument: argument) == expected)
    }

    @Test("a report that cannot be written is told before anything is played")
    func unwritable() {
        #expect(throws: ReportError.self) { try ReportTarget.file("/nowhere/at/all/run.json").check() }
        #expect(throws: ReportError.self) { try ReportTarget.file("/dev/null/run.json").check() }
    }
}

extension FinalReport {
    /// Reads what ``json()`` wrote.
    init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "not a number")
        self = try decoder.decode(FinalReport.self, from: Data(json.utf8))
    }
}
