import Canvas
import Engine
import FoundationEssentials
import Record

/// What a session came to, as one value: the final screen, the transcript and the JSON report are all made from it, so
/// they cannot disagree. A figure more is a property here and a line in ``FinalStatistics``.
///
/// The names are those of the JSON report, there in snake case, and stay what they are: other programs read them.
/// A name says the unit; a figure that is not known is null, and never left out.
struct FinalReport: Codable, Equatable, Sendable {
    /// Raised when a name changes its meaning or goes away; not when one is added.
    var formatVersion = 2
    var outcome: Outcome
    var session: SessionFacts
    var totals: Totals
    var actions: Actions
    /// How decisions came about, in the order of the tiers; those that made none are left out.
    var decisions: [Count]
    var timing: Timing
    var quality: Quality
    var learner: Learner
    var stuck: Statistics.Stuck
    var interpreter: InterpreterFigures
    var account: Account
    var voice: Voice
    var loops: [Loop]
    var connections: Connections
    var cleanup: [Closing]
    var audit: OrNull<Audited>
    /// `nil` without a dashboard.
    var dashboard: OrNull<DashboardFigures>

    /// `isInterim` says that the session goes on: what is open now is as it should be.
    init(_ snapshot: Snapshot, dashboard: DashboardFigures? = nil, isInterim: Bool = false) {
        let statistics = snapshot.statistics
        outcome = Outcome(snapshot, isInterim: isInterim)
        session = SessionFacts(snapshot)
        totals = Totals(snapshot)
        actions = Actions(statistics)
        decisions = DecisionSource.allCases.compactMap { source in
            statistics.decisionsBySource[source].map { Count(name: source.rawValue, count: $0) }
        }
        timing = Timing(statistics)
        quality = Quality(snapshot)
        learner = Learner(statistics)
        stuck = statistics.stuck
        interpreter = InterpreterFigures(snapshot)
        account = Account(snapshot)
        voice = Voice(snapshot)
        loops = LoopName.allCases.compactMap { name in snapshot.loops[name].map { Loop(name, $0) } }
        connections = Connections(snapshot.occupancy)
        cleanup = snapshot.resources.map { Closing($0, isInterim: isInterim) }
        audit = OrNull(snapshot.audit.map(Audited.init))
        self.dashboard = OrNull(dashboard)
    }

    struct Count: Codable, Equatable, Sendable {
        var name: String
        var count: Int
    }

    struct Outcome: Codable, Equatable, Sendable {
        /// key, duration, video_ended, signal, terminal_lost, error, or none when the session has not ended; killed in
        /// the report of a journal that has no end and whose writer is gone.
        var reason: String
        /// The reason in words.
        var description: String
        var exitCode: Int
        var isClean: Bool
        /// Told while the session goes on: the exit code is that of a session which never ends.
        var isInterim: Bool
        /// What is not as it should be, a sentence each; the error that ended the session first.
        var problems: [String]

        init(_ snapshot: Snapshot, isInterim: Bool) {
            self.isInterim = isInterim
            exitCode = Int(snapshot.exitCode)
            problems = snapshot.deadLoops.map { name, failure in
                let times = failure.restart == 0 ? "" : ", after restart \(failure.restart)"
                let since = NumberFormat.clock(failure.time)
                return "the \(name.rawValue) loop did not work from \(since) on\(times), and "
                    + "input was held: \(failure.message)"
            }
            if snapshot.stopReason != nil { problems += snapshot.leftOpen }
            reason = snapshot.stopReason?.name ?? "none"
            description = snapshot.stopReason?.words ?? (isInterim ? "still running" : "not ended")
            if case .error = snapshot.stopReason { problems.insert(description, at: 0) }
            isClean = snapshot.stopReason != nil && problems.isEmpty
        }
    }

    struct SessionFacts: Codable, Equatable, Sendable {
        var game: String
        var model: String
        var endpoint: String
        /// parallel or sequential.
        var mode: String
        /// Where metrics were served; null when they were not.
        var metrics: OrNull<String>
        var seed: UInt64
        var isDryRun: Bool
        /// Null without a limit.
        var limitSeconds: OrNull<Double>
        /// From start to end, pauses included.
        var elapsedSeconds: Double

        init(_ snapshot: Snapshot) {
            game = snapshot.info.game
            model = snapshot.info.model
            endpoint = snapshot.info.endpoint
            mode = snapshot.info.mode.rawValue
            metrics = OrNull(snapshot.info.metrics)
            seed = snapshot.info.seed
            isDryRun = snapshot.dryRun
            limitSeconds = OrNull(snapshot.info.duration)
            elapsedSeconds = snapshot.time
        }
    }

    struct Totals: Codable, Equatable, Sendable {
        var cycles: Int
        /// Actions executed.
        var actions: Int
        /// Elapsed without pauses.
        var playtimeSeconds: Double
        var pausedSeconds: Double
        var dryRunActions: Int
        var refusedActions: Int
        /// By reason, the most frequent first.
        var refusals: [Count]
        var interruptedActions: Int
        var actionErrors: Int
        var perceptions: Int
        var skippedFrames: Int

        init(_ snapshot: Snapshot) {
            let s = snapshot.statistics
            let pausedNow = snapshot.state == .paused ? snapshot.time - snapshot.stateSince : 0
            pausedSeconds = s.pausedTime + pausedNow
            playtimeSeconds = max(0, snapshot.time - pausedSeconds)
            cycles = s.cycles
            actions = s.executed
            dryRunActions = s.dryRun
            refusedActions = s.refusedTotal
            refusals = FinalReport.ranked(s.refused.map { ($0.key.rawValue, $0.value) })
            interruptedActions = s.interrupted
            actionErrors = s.actionErrors
            perceptions = s.perceptions
            skippedFrames = s.skippedFrames
        }
    }

    /// The most frequent first; those of one count by name.
    static func ranked(_ counts: [(String, Int)]) -> [Count] {
        counts.filter { $0.1 > 0 }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map { Count(name: $0.0, count: $0.1) }
    }
}

extension FinalReport {
    /// The report as a JSON document, valid whatever the session said.
    func json() throws -> String { try Self.json(self) }

    /// JSON for people and programs, as all reports are written: names in snake case, a number that is none is a word.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "not a number")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// A value that is written as null when it is not known: a reader finds the same names in every report.
struct OrNull<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    var value: Value?

    init(_ value: Value?) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}
