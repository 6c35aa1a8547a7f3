import Connections
import Foundation
import Testing
import Vision

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record

/// Whatever the width, a number stands with what it is the number of, or not at all. Everything that is shown with a
/// label is taken out of the rows; what is left must hold no digit.
@Suite("Numbers and their labels", .shared)
struct LabelTests {
    /// Sessions with many large figures in all places: at play, stuck and failing, being closed.
    private static let snapshots: [(name: String, snapshot: Snapshot)] = {
        var busy = Script.running(decisions: 3)
        var pool = busy.occupancy
        (pool.opened, pool.closed, pool.failed, pool.peak) = (42_117, 42_109, 1_234, 10)
        (pool.requests, pool.answered, pool.queued) = (42_118, 40_877, 17)
        pool.failedByPhase = [.connecting: 1_001, .waiting: 222, .receiving: 11]
        var done = Interpretation(id: 9, perspective: .comprehensive, frame: 123_456, startedAt: 9)
        done.firstPieceAfter = 12.4
        done.end = .truncated
        var quality = QualityReport()
        (quality.value, quality.kills, quality.deaths, quality.peopleMet) = (0.57, 1_234, 567, 89)
        (quality.places, quality.level) = (Array(repeating: "p", count: 321), 45)
        var reading = busy.reading ?? Reading()
        (reading.enemies, reading.targetHealth, reading.sneaking, reading.detection) = (12, 87, true, 0.34)
        let kinds: [EngineEvent.Kind] = [
            .occupancy(pool), .quality(quality), .perceived(reading, latency: 0.1), .skipped(123_456), .dryRun(true),
            .interpretationStarted(done), .interpretationEnded(done),
            .spent(TokenUsage(prompt: 1_234_567, candidates: 1, thoughts: 1)),
            .intent(Intent(kind: .engageEnemy, reason: "", frame: 9, gameTime: 0, lifetime: 99)),
        ]
        for kind in kinds { busy.apply(EngineEvent(time: 9.8, kind: kind)) }
        var stuck = busy
        for kind in [
            EngineEvent.Kind.stuck(.detected(similarity: 0.99, repeats: 123)),
            .stuck(.recovering(action: .turnLeft, attempt: 1)),
            .endpointFailing(.interpretation, phase: .waiting, message: "no answer"),
        ] { stuck.apply(EngineEvent(time: 9.9, kind: kind)) }
        return [("busy", busy), ("stuck", stuck), ("stopping", Script.stopping())]
    }()

    /// What is shown with its label, as a person reads it; a decision begins with its time, a lane with its number.
    private static let labelled = [
        #"^(\d\d:)?\d\d\.\d (?=\w)"#, #" ?\d+ [·○?»T↑…↓×⋯] \w+( [\d.]+s)?"#, #"· free [\d ]+"#,
        #"\d\d:\d\d:\d\d( / \d\d:\d\d:\d\d)?"#, #"cycles \d+( \d{3})*"#, #"seed \d+"#, #"(^| )\dx( |$)"#,
        #"gemini-2\.5[-a-z…]*"#,
        #"127\.0\.0\.1:4711( \d/\d)?|http[:/\d.]*…"#, #"[\d ]*\d done"#, #"\d+ dry"#, #"refused \d+"#, #"verified \d+"#,
        #"no effect \d+"#, #"unverifiable \d+"#, #"\? \d+"#, #"\d+ newer"#, #"[\d.]+[mµ]?s ago"#, #"[\d.]+[mµ]?s old"#,
        #"skipped [\d ]*\d"#, #"\+\d+ more"#, #"connections \d+/\d+"#, #"opened \d+"#, #"closed \d+"#, #"failed \d+"#,
        #"peak \d+"#, #"queued \d+"#, #"oldest [\d.]+[mµ]?s"#, #"[↑↓] ?[\d.]+[BkM]"#, #"answered \d+/\d+"#,
        #"! \d+ \w+"#,
        #"#\d+"#, #"first (piece )?[\d.]+[mµ]?s"#, #"tokens [\d ]*\d"#, #"✓ [\d.]+[mµ]?s"#, #"\d+ truncated"#,
        #"\d+ failed"#,
        #"\d+ armed"#, #"\d+/\d+ closed"#, #"in [\d.]+[mµ]?s"#, #"after [\d.]+[mµ]?s"#, #"closing [\d.]+[mµ]?s"#,
        #"[hms]p \d+"#,
        #"enemies \d+"#, #"target \d+%"#, #"combat \d+%"#, #"same [\d.]+"#, #"\d+s left"#, #"places \d+"#,
        #"people \d+"#,
        #"kills \d+"#, #"deaths \d+"#, #"level \d+"#, #"quality [\d.]+"#, #"seen \d+%"#, #"stuck \d+x"#,
        #"\+\d+ waiting"#,
        #"(SILENT|late|thinking) [\d.]+s"#, #"fails?, \d+x"#, #"[\d.]+/s"#, #"silent ?[\d.]+s"#, #"\d-\d"#,
        #"[\d/]+ \w+( [\d.]+s)? ↓ ?[\d.]+[BkM]"#, #"^\d/\d$"#,
    ].joined(separator: "|")

    @Test("no number stands without its label, at any width", arguments: snapshots.indices)
    func labels(index: Int) throws {
        let (name, snapshot) = Self.snapshots[index]
        let labelled = try Regex(Self.labelled)
        var seen: Set<String> = []
        for size in Self.sizes {
            for focus in Layout.tier(of: size) == .single ? PanelID.allCases : [.picture] {
                var state = DashboardState()
                state.view.focus = focus
                let rows = state.compose(snapshot, frame: nil, now: 10.1, size: size, look: .unicode).rows
                let parts = Self.withoutLoops(rows).flatMap(Self.parts)
                for part in parts where seen.insert(part).inserted {
                    let rest = part.replacing(labelled, with: "~")
                    if rest.unicodeScalars.contains(where: Self.isDigit) {
                        Issue.record("\(name) \(size): '\(part)' leaves '\(rest)'")
                    }
                }
            }
        }
    }

    /// Every width, each panel alone and side by side with the others; some taller ones.
    private static let sizes =
        (40...160).map { Size($0, 10) } + (80...160).map { Size($0, 24) } + (120...160).map { Size($0, 36) }
        + stride(from: 40, to: 80, by: 4).map { Size($0, 20) }

    /// What stands between borders and holds a digit, without graphs and the numbers of panels, with single blanks.
    private static func parts(_ row: String) -> [String] {
        row.unicodeScalars.split(whereSeparator: borders.contains).compactMap { part in
            guard part.contains(where: isDigit) else { return nil }
            let words = part.filter { !graphs.contains($0) && !(0x2800...0x28FF).contains($0.value) }
            return words.split(separator: " ").map { String($0) }.joined(separator: " ")
        }
    }

    private static let borders = Set("│╭╮╰╯─┐┌┘└".unicodeScalars)
    private static let graphs = Set("▁▂▃▄▅▆▇█■□⁰¹²³⁴⁵⁶⁷⁸⁹".unicodeScalars)
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// Figures of loops that stand below the heading of their column are taken out; without a heading they stay.
    private static func withoutLoops(_ rows: [String]) -> [String] {
        guard let heading = rows.firstIndex(where: { $0.contains("/s silent") }) else { return rows }
        var rows = rows
        rows[heading] = rows[heading].replacing("p50", with: "").replacing("p95", with: "")
        let names = LoopName.allCases.map(\.rawValue)
        return rows.indices.map { y in
            guard y > heading, let name = names.first(where: { rows[y].firstRange(of: " \($0) ") != nil })
            else { return rows[y] }
            guard let start = rows[y].range(of: name), let end = rows[y][start.upperBound...].firstIndex(of: "│")
            else { return rows[y] }
            return rows[y].replacingCharacters(in: start.upperBound..<end, with: "")
        }
    }
}
