import Canvas
import Record

/// Remembers how things stood when the person was last there: their last key press before they were away. A value, fed
/// with each frame and each key press.
struct AwayWatch: Sendable {
    /// Seconds without a key press after which somebody counts as having been away.
    static let absence = 60.0

    struct Mark: Sendable {
        var snapshot: Snapshot
        var time: Double
    }

    /// When the latest absence began; until there was one, when the screen was first drawn.
    private(set) var left: Mark?
    private var last: Mark?
    /// The longest time without a decision since `left`, and since `last`.
    private var silence = 0.0
    private var newSilence = 0.0
    private var cycles = 0
    private var decidedAt: Double?

    /// A frame is drawn.
    mutating func see(_ snapshot: Snapshot, now: Double) {
        if left == nil { (left, last) = (Mark(snapshot: snapshot, time: now), Mark(snapshot: snapshot, time: now)) }
        newSilence = max(newSilence, silence(until: now))
        // Where nothing is to be decided, silence is no fault.
        guard snapshot.statistics.cycles != cycles || snapshot.state != .running || decidedAt == nil else { return }
        (cycles, decidedAt) = (snapshot.statistics.cycles, now)
    }

    /// A key was pressed. Returns how long the person was away, if they were.
    mutating func press(_ snapshot: Snapshot, now: Double) -> Double? {
        see(snapshot, now: now)
        defer { (last, newSilence) = (Mark(snapshot: snapshot, time: now), 0) }
        guard let last, now - last.time >= Self.absence else {
            silence = max(silence, newSilence)
            return nil
        }
        (left, silence) = (last, newSilence)
        return now - last.time
    }

    /// What has happened since the person left; `nil` before the first frame.
    func summary(_ snapshot: Snapshot, now: Double) -> AwaySummary? {
        left.map {
            AwaySummary(
                since: $0.snapshot, to: snapshot, seconds: now - $0.time,
                longestSilence: max(silence, newSilence, silence(until: now)))
        }
    }

    private func silence(until now: Double) -> Double { decidedAt.map { max(0, now - $0) } ?? 0 }
}

/// What happened between two snapshots of a session.
struct AwaySummary: Equatable, Sendable {
    var seconds: Double
    var decisions: Int
    var actions: Int
    var deaths: Int
    /// Those that had not been seen before, in the order in which they were.
    var places: [String]
    var stuckEpisodes: Int
    /// What requests cost, and what those can have cost at the most whose usage was not told.
    var spent: Money
    var unreported: Money
    var requests: Int
    var failedRequests: Int
    var failedActions: Int
    var loopFailures: Int
    /// Seconds without a decision while the agent was to decide.
    var longestSilence: Double
    /// What was told meanwhile, the newest last.
    var notices: [Notice]

    init(since old: Snapshot, to new: Snapshot, seconds: Double, longestSilence: Double) {
        self.seconds = seconds
        self.longestSilence = longestSilence
        let (before, after) = (old.statistics, new.statistics)
        decisions = after.cycles - before.cycles
        actions = after.executed - before.executed
        deaths = (new.quality?.deaths ?? 0) - (old.quality?.deaths ?? 0)
        let known = Set(old.quality?.places ?? [])
        places = (new.quality?.places ?? []).filter { !known.contains($0) }
        stuckEpisodes = after.stuck.episodes - before.stuck.episodes
        spent = after.spend.total - before.spend.total
        unreported = after.spend.unreported - before.spend.unreported
        func sum(_ statistics: Statistics, _ count: (RequestCounts) -> Int) -> Int {
            statistics.requests.values.reduce(0) { $0 + count($1) }
        }
        requests = sum(after) { $0.sent } - sum(before) { $0.sent }
        failedRequests = sum(after) { $0.failedTotal } - sum(before) { $0.failedTotal }
        failedActions = after.actionErrors - before.actionErrors
        func failures(_ snapshot: Snapshot) -> Int { snapshot.loops.values.reduce(0) { $0 + $1.failures } }
        loopFailures = failures(new) - failures(old)
        let fresh = new.notices.total - old.notices.total
        notices = Array(new.notices.suffix(max(0, fresh)))
    }
}
