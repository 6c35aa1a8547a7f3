import Basics
import Connections
import Vision

/// Everything a screen may show, as one value folded from events (``apply(_:)``). Live and replay share it.
package struct Snapshot: Recorded {
    /// Changes with every event: equal revisions need no redraw.
    package internal(set) var revision: UInt64 = 0
    /// Time of the newest event, seconds since the session started.
    package internal(set) var time = 0.0
    package internal(set) var info = SessionInfo()
    package internal(set) var state = SessionState.starting
    /// When the present state began.
    package internal(set) var stateSince = 0.0
    package internal(set) var speed = 1.0
    package internal(set) var dryRun = false
    package internal(set) var stopReason: StopReason?

    package internal(set) var loops: [LoopName: LoopStatus] = [:]
    package internal(set) var reading: Reading?
    package internal(set) var readingTime = 0.0
    /// The newest few, for the decisions that are based on one of them.
    var readings = Ring<Reading>(capacity: 8)
    /// Newest last.
    package internal(set) var actions = Ring<ActionLine>(capacity: 200)
    package internal(set) var intent: Intent?
    /// What the model that plans was asked last, and what it said.
    package internal(set) var consultation: Consultation?
    package internal(set) var stuck = StuckStatus()
    package internal(set) var quality: QualityReport?
    package internal(set) var qualitySeconds = SecondsHistory()

    /// Newest last; those that still stream have no `end`.
    package internal(set) var interpretations = Ring<Interpretation>(capacity: 100)
    package internal(set) var perspectives: [Perspective] = []
    /// Kinds of requests that fail.
    package internal(set) var troubles: [RequestKind: EndpointTrouble] = [:]
    var newestTrouble: RequestKind?
    /// Kinds of which nothing usable has come for a while.
    package internal(set) var silences: [RequestKind: Silence] = [:]
    /// Why no model request is made; it may be over by itself since (``hold(at:)``).
    package internal(set) var lastHold: HoldReport?
    /// The same of one kind of requests alone.
    var kindHolds: [RequestKind: HoldReport] = [:]
    package internal(set) var spending = SpendHistory()
    package internal(set) var subtitle: Subtitle?
    package internal(set) var voice = VoiceStatus()

    package internal(set) var occupancy = Occupancy()
    /// The host that each lane served last, by the lane's index.
    package internal(set) var laneHosts: [Int: Origin] = [:]
    /// The most lanes that were taken at once in each half second since the pool was first heard of.
    package internal(set) var occupancyHistory = Ring<Int>(capacity: 240)
    var occupancySampledAt = -Double.infinity
    static let occupancyPeriod = 0.5

    /// In the order they will be closed.
    package internal(set) var resources: [ResourceStatus] = []
    package internal(set) var audit: Audit?
    package internal(set) var notices = Ring<Notice>(capacity: 50)
    /// Where the session is written to; `nil` when it is not.
    package internal(set) var journal: JournalStatus?
    package internal(set) var statistics = Statistics()

    package init() {}

    /// It was changed by something else than an event.
    package mutating func markChanged() { revision += 1 }
}

/// The heartbeat of one loop.
package struct LoopStatus: Recorded {
    package var beats = 0
    package var firstBeat = 0.0
    package var lastBeat = 0.0
    /// How far apart beats should be at the most, seconds.
    package var interval = 0.0
    package var latency = LatencyRecord()
    /// Newest last, seconds.
    var recentLatencies = Ring<Double>(capacity: 60)
    /// Times of the newest beats: their spread is the rate. What is told of both is the pace.
    var recentBeats = Ring<Double>(capacity: 20)
    /// Told to rest (paused, ended): its silence is not a fault.
    package var isResting = false
    /// Beats that came later than twice the interval after the one before.
    package var late = 0
    /// Latencies second by second, and the pace as it was told last: what a screen shows.
    package var seconds = SecondsHistory()
    package var pace = LoopPace()
    /// Latencies over the whole run.
    package var history = RunHistory()
    /// Times it threw or went silent, and was started again, over the whole run.
    package var failures = 0
    package var restarts = 0
    /// Why it does not run at the moment; `nil` while it does.
    package var failure: LoopFailure?

    package var isDead: Bool { failure.map { $0.restartsAt == nil } ?? false }

    package init() {}

    /// Beats a second over the newest beats; `nil` before the second.
    package var rate: Double? {
        guard let first = recentBeats.first, let last = recentBeats.last, last > first else { return nil }
        return Double(recentBeats.count - 1) / (last - first)
    }
}

/// A loop that failed and does not run.
package struct LoopFailure: Sendable, Codable, Equatable {
    package var message: String
    package var time: Double
    /// The how manieth restart in a row is to come; where none is, how many there were.
    package var restart: Int
    /// When it is started again; `nil`: it is not.
    package var restartsAt: Double?
}

/// A decision and what became of it.
package struct ActionLine: Recorded {
    package var time = 0.0
    package var decision = Decision()
    package var outcome: ActionOutcome?
    package var verdict: Verdict?
    /// What was read from the frame behind it.
    package var reading: Reading?
    /// What a model wanted at that moment, and what it had been asked.
    package var intent: Intent?
    package var consultation: Consultation?

    package init() {}
    init(time: Double, decision: Decision) { (self.time, self.decision) = (time, decision) }
}

package struct StuckStatus: Sendable, Codable, Equatable {
    package var isStuck = false
    package var repeats = 0
    package var trying: ActionKind?
    /// When it became stuck, in seconds since the session started.
    package var since: Double?
}

/// Model requests fail; the agent plays on by its own tiers.
package struct EndpointTrouble: Sendable, Codable, Equatable {
    package var phase: Phase?
    package var message: String
    /// When the first failure in a row happened.
    package var since: Double
    package var failures: Int
    /// The only kind that fails of those that are asked; `nil`: all do.
    package var kind: RequestKind?
}

package struct Subtitle: Sendable, Codable, Equatable {
    package var utterance: Utterance
    package var time: Double
}

package struct ResourceStatus: Sendable, Codable, Equatable {
    package enum Phase: Sendable, Codable, Equatable {
        case armed
        case closing(since: Double)
        case done(Receipt)
    }
    package var id: ResourceID
    package var name: String
    package var step: Int
    package var phase: Phase
}

package struct Notice: Recorded {
    package var time = 0.0
    package var text = ""

    package init() {}
    init(time: Double, text: String) { (self.time, self.text) = (time, text) }
}
