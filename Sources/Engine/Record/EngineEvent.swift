import Connections
import Vision

/// Something that happened, with the time it happened. All that is shown is folded from these.
package struct EngineEvent: Sendable, Codable {
    /// Seconds since the session started.
    package let time: Double
    package let kind: Kind

    package init(time: Double, kind: Kind) { (self.time, self.kind) = (time, kind) }

    package enum Kind: Sendable, Codable {
        // Session
        case started(SessionInfo)
        case state(SessionState)
        case notice(String)
        /// How many times faster than life the game runs; 0 is lock-step.
        case speed(Double)
        case dryRun(Bool)

        // Loops
        /// A loop came round: how long its work took, and how far apart its beats should be at the most, in seconds.
        case beat(LoopName, latency: Double, interval: Double)
        /// A loop will not beat for a while because it was told to rest (paused) or has ended.
        case resting(LoopName, Bool)
        /// A loop threw or went silent; the how manieth restart in a row follows in so many seconds.
        case loopFailed(LoopName, message: String, restart: Int, in: Double)
        case loopRestarted(LoopName)
        /// A loop failed again after so many restarts in a row, or cannot be stopped: it is not started again, and
        /// input is held.
        case loopDead(LoopName, message: String, restarts: Int)

        // Gameplay
        case perceived(Reading, latency: Double)
        /// Frames that were overwritten before anybody looked at them.
        case skipped(Int)
        /// How long that took, in seconds. A journal's lines do not tell it: its snapshots do, of all decisions
        /// together.
        case decided(Decision, latency: Double?)
        case acted(ActionOutcome)
        case verified(decision: Int, action: ActionKind, Verdict)
        case lesson(LearnerSummary)
        case stuck(StuckReport)
        case intent(Intent)
        case quality(QualityReport)
        /// What earlier sessions learnt was taken up.
        case learnerResumed(LearnerSummary)

        // Model
        case interpretationStarted(Interpretation)
        case interpretationText(id: Int, piece: String)
        case interpretationEnded(Interpretation)
        /// Which perspective each interpreter place now looks from.
        case perspectives([Perspective])
        case frameDropped
        /// Model requests of a kind fail: in which phase (where one is known) and why.
        case endpointFailing(RequestKind, phase: Phase?, message: String)
        /// Those of a kind that had failed work again.
        case endpointRecovered(RequestKind)
        case consulted(Consultation)
        case planned(latency: Double, ok: Bool)
        case spent(TokenUsage)
        /// What the account of model requests tells: sent, ended, held.
        case account(AccountReport)

        // Voice
        case spoken(Utterance)
        case unspoken(Utterance, UtteranceDrop)
        case voice(VoiceStatus)

        // Connections
        case occupancy(Occupancy)

        // Cleanup
        case armed(ResourceID, name: String, step: Int)
        case closing(ResourceID)
        case closed(Receipt)
        case audited(Audit)
        /// Where the session is written to, and how that goes.
        case journal(JournalStatus)
        case ended(StopReason)

        /// Whether this version knows events of this name.
        package static func isKnown(_ name: String) -> Bool { CodingKeys(stringValue: name) != nil }
    }
}

/// How a session's journal goes.
package struct JournalStatus: Recorded {
    package var path = ""
    /// What was written so far.
    package var bytes = 0
    /// Events that could not be written.
    package var dropped = 0
    /// Why nothing is written now, and what to do; `nil` while all is well.
    package var trouble: String?
    /// Bytes that are left on its disk; `nil` while that is not known.
    package var free: Int?
    /// When events were last lost, in seconds since the session started. Folded, not told.
    package internal(set) var lostAt: Double?

    package init() {}
    package static let fields = [
        Field("path", \Self.path), Field("bytes", \.bytes), Field("dropped", \.dropped), Field("trouble", \.trouble),
        Field("free", \.free), Field("lostAt", \.lostAt),
    ]
}

/// The loops whose heartbeat is watched.
package enum LoopName: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case perception, reasoning, action, learning, cycle, interpreter, planner, game
}

/// Where a session is.
package enum SessionState: String, Sendable, Codable, CaseIterable {
    case starting, running, paused, stepping, operatorDrives, held, stopping, ended

    /// The session is being closed, or is closed.
    package var isClosing: Bool { self == .stopping || self == .ended }
}

/// What a session was started with, for the header and the final report.
package struct SessionInfo: Recorded {
    /// How the stages are scheduled.
    package enum Mode: String, Sendable, Codable, CaseIterable { case parallel, sequential }

    package var mode = Mode.parallel
    package var game = ""
    /// The model asked for.
    package var model = ""
    /// Where it is asked, such as `http://127.0.0.1:4711 (embedded)`.
    package var endpoint = ""
    /// The API it is asked by: `gemini` or `openai`.
    package var api = ""
    package var seed: UInt64 = 0
    package var dryRun = false
    /// There is nothing to press: the agent looks on and decides nothing.
    package var isWatched = false
    /// Seconds; `nil` without a limit.
    package var duration: Double?
    package var limit = 0
    package var limitPerHost = 0
    package var account = AccountInfo()
    /// Where the session's metrics are served, such as `http://127.0.0.1:9464/metrics`; `nil` when they are not.
    package var metrics: String?

    package init() {}
}

/// What the learner knows so far.
package struct LearnerSummary: Recorded {
    package var experiences = 0
    package var states = 0
    package var averageReward = 0.0
    /// Decisions its advice was taken for, and their mean reward over the heuristic's in the same states; `nil` before
    /// there are enough of both.
    package var advised = 0
    package var uplift: Double?

    package init() {}
    package init(
        experiences: Int, states: Int = 0, averageReward: Double = 0, advised: Int = 0, uplift: Double? = nil
    ) {
        (self.experiences, self.states, self.averageReward) = (experiences, states, averageReward)
        (self.advised, self.uplift) = (advised, uplift)
    }
}

/// One step of a stuck episode.
package enum StuckReport: Sendable, Codable, Equatable {
    /// The agent does not move although it tries: how alike the frames are, and for how many actions.
    case detected(similarity: Double, repeats: Int)
    case recovering(action: ActionKind, attempt: Int)
    /// The recovery was judged from later frames.
    case judged(recovered: Bool, change: Double)
}

/// How well the game goes, computed from what was seen only.
package struct QualityReport: Recorded {
    /// 0...1.
    package var value = 0.0
    /// Share of the formula's weight that could be observed, 0...1.
    package var coverage = 0.0
    package var places: [String] = []
    package var peopleMet = 0
    package var kills = 0
    package var deaths = 0
    package var level: Int?
    package var achievements = 0

    package init() {}
    package init(
        value: Double, coverage: Double = 0, places: [String] = [], peopleMet: Int = 0, kills: Int = 0,
        deaths: Int = 0, level: Int? = nil, achievements: Int = 0
    ) {
        (self.value, self.coverage, self.places, self.peopleMet) = (value, coverage, places, peopleMet)
        (self.kills, self.deaths, self.level, self.achievements) = (kills, deaths, level, achievements)
    }
}
