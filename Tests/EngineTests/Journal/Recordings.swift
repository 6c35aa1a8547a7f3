import FoundationEssentials
import Glibc
import Testing

@testable import Basics
@testable import Connections
@testable import Engine
@testable import Games
@testable import Journal
@testable import Record
@testable import Vision

/// A folder of a test's own, gone with it.
final class JournalPlace: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/singularis-journal-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template).map { String(cString: $0) })
        path = made
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "session.jsonl") -> String { path + "/" + name }
    func bytes(_ name: String = "session.jsonl") throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: file(name))))
    }
    func write(_ bytes: [UInt8], _ name: String = "session.jsonl") throws {
        try Data(bytes).write(to: URL(filePath: file(name)))
    }
}

/// Events as a hub tells them, for journals to be made of.
enum Recordings {
    static func decision(_ id: Int, source: DecisionSource = .heuristic) -> Decision {
        Decision(
            id: id, action: id.isMultiple(of: 3) ? .turnLeft : .moveForward, source: source, priority: .normal,
            reason: "road ahead \(id)", frame: UInt64(id), scene: .wilderness)
    }

    /// So many seconds of a session, told by a seed: what comes in masses, and now and then everything else.
    static func events(seconds: Int, seed: UInt64, decisionsASecond: Int = 2) -> [EngineEvent] {
        var random = SeededGenerator(seed: seed)
        var events: [EngineEvent] = []
        var time = 0.0
        func post(_ kind: EngineEvent.Kind) {
            time += 0.0007
            events.append(EngineEvent(time: (time * 1e4).rounded() / 1e4, kind: kind.told))
        }
        var info = SessionInfo()
        (info.game, info.seed, info.model) = ("embedded world", .max, "a model")
        post(.started(info))
        for id in 0..<3 { post(.armed(ResourceID(id), name: "resource \(id)", step: 1 + id)) }
        post(.state(.running))
        var next = 0
        var looks = 0
        for second in 0..<seconds {
            time = max(time, Double(second))
            for beat in 0..<10 {
                post(.beat(.perception, latency: random.unit() / 100, interval: 0.1))
                var reading = Reading()
                (reading.frame, reading.gameTime) = (UInt64(second * 10 + beat), time)
                reading.health = random.unit() * 100
                post(.perceived(reading, latency: random.unit() / 100))
                if random.chance(0.5) { post(.frameDropped) }
            }
            for _ in 0..<decisionsASecond {
                let decision = decision(next, source: random.chance(0.5) ? .reflex : .model)
                next += 1
                post(.decided(decision, latency: random.unit() / 1000))
                let fates: [ActionFate] = [
                    .executed, .executed, .dryRun, .refused(.stale), .interrupted, .failed("no window"),
                ]
                let fate = fates[Int(random.next() % 6)]
                let (age, duration) = (random.unit(), random.unit())
                post(.acted(ActionOutcome(decision: decision, fate: fate, frameAge: age, duration: duration)))
                post(.verified(decision: decision.id, action: decision.action, .verified))
            }
            looks += 1
            var look = Interpretation(
                id: looks, perspective: .allCases[looks % 5], frame: UInt64(second), startedAt: time)
            post(.account(.sent(.interpretation)))
            post(.interpretationStarted(look))
            for piece in ["A town ", "by day\u{1F30D}", " \u{1B}[31mred\u{1B}[0m \"quoted\" \\"] {
                post(.interpretationText(id: looks, piece: piece))
                look.text += piece
            }
            (look.duration, look.usage) = (random.unit() * 3, TokenUsage(prompt: 600, candidates: 20, thoughts: 0))
            look.end = random.chance(0.8) ? .finished(reason: "STOP") : .failed("waiting: timed out")
            post(.interpretationEnded(look))
            post(.account(.ended(.interpretation, .answered, cost: Money(nanodollars: 12_345), unreported: .zero)))
            var occupancy = Occupancy()
            occupancy.lanes = (0..<3).map(Occupancy.Lane.init(index:))
            if random.chance(0.6) {
                (occupancy.lanes[1].phase, occupancy.lanes[1].age) = (.receiving, random.unit())
                occupancy.lanes[1].origin = Origin(scheme: .https, host: "example.org", port: 443)
            }
            post(.occupancy(occupancy))
            switch random.next() % 12 {
            case 0: post(.notice("something happened at \(second)"))
            case 1: post(.stuck(.detected(similarity: 0.99, repeats: 4)))
            case 2: post(.stuck(.judged(recovered: true, change: 0.5)))
            case 3:
                post(
                    .quality(
                        QualityReport(
                            value: 0.5, coverage: 0.6, places: ["A"], deaths: second / 10, achievements: 1)))
            case 4: post(.endpointFailing(.plan, phase: .connecting, message: "refused"))
            case 5: post(.endpointRecovered(.plan))
            case 6: post(.account(.held(HoldReport(reason: .serverQuota(id: "q", value: "5"), until: time + 3))))
            case 7: post(.consulted(Consultation(frame: 1, prompt: "what now?", answer: "go on \(second)")))
            case 8: post(.intent(Intent(kind: .explore, reason: "why not", frame: 1, gameTime: time, lifetime: 20)))
            case 9: post(.spoken(Utterance(text: "a line", priority: .high, topic: "plan")))
            case 10: post(.state(second.isMultiple(of: 2) ? .paused : .running))
            default: post(.voice(VoiceStatus()))
            }
        }
        post(.closed(Receipt(resource: ResourceID(0), name: "resource 0", step: 1, result: .timedOut, duration: 2)))
        post(.audited(Audit()))
        post(.ended(.signal("SIGTERM")))
        return events
    }

    /// Writes events as the thread of a session does, one turn for each second of their time. Returns what the
    /// session's snapshot was at the end of each turn.
    @discardableResult
    static func write(_ events: [EngineEvent], to path: String, pictures: Bool = false) throws -> [Snapshot] {
        let header = JournalHeader(
            version: "test", session: "test", started: Date(timeIntervalSince1970: 0), settings: SessionInfo())
        var file = try JournalFile(creating: path)
        try file.append(header.line)
        let writer = JournalWriter(file, pictures: pictures)
        var (live, turns) = (Snapshot(), [Snapshot]())
        func turn(isLast: Bool = false) {
            writer.writeOnce({ [live] drain in drain(); return live }, isLast: isLast)
            turns.append(live)
        }
        for event in events {
            if Int(event.time) > Int(live.time) { turn() }
            live.apply(event)
            writer.take(event) { nil }
        }
        turn(isLast: true)
        return turns
    }
}
