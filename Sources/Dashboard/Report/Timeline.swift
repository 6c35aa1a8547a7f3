import Canvas
import Connections
import Record

/// What happened in a session that a person wants to be told of, from its events. A value, and bounded: of a long
/// session the beginning and the end are kept, and how much is left out between them.
struct Timeline: Equatable, Sendable {
    struct Entry: Codable, Equatable, Sendable {
        /// state, notice, stuck, death, place, endpoint, hold, loop, learner, setting, journal or end.
        var kind: String
        var text: String
        /// Seconds since the session started.
        var timeSeconds: Double
        /// How often it happened, and when for the last time, with little else between.
        var times = 1
        var lastSeconds: Double
    }

    /// The names of the events that it is made from.
    static let events: Set<String> = [
        "state", "notice", "speed", "dryRun", "loopFailed", "loopRestarted", "loopDead", "stuck", "quality",
        "learnerResumed", "endpointFailing", "endpointRecovered", "account", "journal", "ended",
    ]
    /// Entries that are kept of the beginning, and as many of the end.
    static let half = 200
    /// How far back the same is looked for, in entries.
    private static let near = 8

    private(set) var entries: [Entry] = []
    /// Entries that are not kept, after the first ``half``.
    private(set) var omitted = 0
    private var places: Set<String> = []
    private var deaths = 0
    private var failing: [RequestKind: Int] = [:]
    private var held: Set<String> = []

    /// How loud an entry is.
    static func role(_ kind: String) -> Role {
        switch kind {
        case "death", "loop": .bad
        case "stuck", "endpoint", "hold", "journal": .warning
        default: .text
        }
    }

    mutating func apply(_ event: EngineEvent) {
        let time = event.time
        switch event.kind {
        case .state(let state): add("state", state == .operatorDrives ? "a person drives" : state.rawValue, time)
        case .notice(let text): add("notice", text, time)
        case .speed(let speed):
            add("setting", speed == 0 ? "lock-step" : "speed \(NumberFormat.fixed(speed, 1))x", time)
        case .dryRun(let isOn): add("setting", isOn ? "dry run: no key is sent" : "keys are sent", time)
        case .loopFailed(let name, let why, _, _): add("loop", "the \(name.rawValue) loop failed: \(why)", time)
        case .loopRestarted(let name): add("loop", "the \(name.rawValue) loop was started again", time)
        case .loopDead(let name, let why, _): add("loop", "the \(name.rawValue) loop was given up: \(why)", time)
        case .stuck(.detected(_, let repeats)): add("stuck", "stuck: \(repeats) actions without effect", time)
        case .stuck(.judged(recovered: true, _)): add("stuck", "no longer stuck", time)
        case .stuck: break
        case .quality(let report): progress(report, time)
        case .learnerResumed(let summary): add("learner", "\(summary.experiences) earlier experiences taken up", time)
        case .endpointFailing(let kind, let phase, let message):
            failing[kind, default: 0] += 1
            guard failing[kind] == 1 else { break }
            let words = phase.map { " (\($0.rawValue))" } ?? ""
            add("endpoint", "\(kind.rawValue) requests fail\(words): \(message)", time)
        case .endpointRecovered(let kind):
            let times = failing.removeValue(forKey: kind) ?? 0
            let words = times == 0 ? "" : times == 1 ? ", after 1 failure" : ", after \(times) failures"
            add("endpoint", "\(kind.rawValue) requests work again\(words)", time)
        case .account(let report): hold(report, time)
        case .journal(let status): if let trouble = status.trouble { add("journal", trouble, time) }
        case .ended(let reason): add("end", reason.words, time)
        default: break
        }
    }

    private mutating func progress(_ report: QualityReport, _ time: Double) {
        for place in report.places where places.insert(place).inserted { add("place", "new place: \(place)", time) }
        if report.deaths > deaths { add("death", "death \(report.deaths)", time) }
        deaths = max(deaths, report.deaths)
    }

    private mutating func hold(_ report: AccountReport, _ time: Double) {
        switch report {
        case .held(let hold): tell(hold, of: "", time)
        case .heldKind(let kind, let hold): tell(hold, of: "\(kind.rawValue): ", time)
        case .silent(let kind, let silence?):
            let words = "\(silence.requests) requests without a usable answer: \(silence.message)"
            add("endpoint", "\(kind.rawValue): \(words)", time)
        case .silent(let kind, nil): add("endpoint", "\(kind.rawValue): answers can be used again", time)
        case .sent, .ended: break
        }
    }

    private mutating func tell(_ hold: HoldReport?, of whom: String, _ time: Double) {
        if let reason = hold?.reason {
            // Short waits after failures that were told.
            guard !reason.isPassing, !reason.isBackoff else { return }
            held.insert(whom)
            add("hold", whom + reason.description, time)
        } else if held.remove(whom) != nil {
            add("hold", whom + "requests are made again", time)
        }
    }

    private mutating func add(_ kind: String, _ text: String, _ time: Double) {
        // A hostile journal may hold a book in a line.
        let text = TextWidth.sanitized(text, limit: 400)
        if let same = entries.suffix(Self.near).lastIndex(where: { $0.kind == kind && $0.text == text }) {
            entries[same].times += 1
            entries[same].lastSeconds = max(entries[same].lastSeconds, time)
            return
        }
        entries.append(Entry(kind: kind, text: text, timeSeconds: time, lastSeconds: time))
        if entries.count > 2 * Self.half {
            entries.remove(at: Self.half)
            omitted += 1
        }
    }
}
