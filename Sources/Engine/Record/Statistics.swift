/// What a session adds up to. Every figure is counted from events; none is estimated.
package struct Statistics: Recorded {
    package init() {}

    // Perception
    package var perceptions = 0
    package var skippedFrames = 0
    package var perceiveLatency = LatencyRecord()

    // Decisions. A cycle is a frame that was perceived and led to a decision.
    package var cycles = 0
    package var decisionsBySource: [DecisionSource: Int] = [:]
    package var decideLatency = LatencyRecord()
    /// Of the decisions that reflexes made.
    package var reflexLatency = LatencyRecord()

    // Actions
    package var executed = 0
    package var executedBySource: [DecisionSource: Int] = [:]
    package var dryRun = 0
    package var interrupted = 0
    package var actionErrors = 0
    package var refused: [Refusal: Int] = [:]
    package var actionKinds: [ActionKind: Int] = [:]
    package var actLatency = LatencyRecord()
    /// Age of the frame behind an action when its first key went down.
    package var frameAge = LatencyRecord()
    package var verdicts: [Verdict: Int] = [:]
    package var verdictsByKind: [ActionKind: [Verdict: Int]] = [:]

    // Stuck
    package struct Stuck: Sendable, Codable, Equatable {
        package var episodes = 0
        package var recoveriesTried = 0
        package var recoveriesVerified = 0
        package var longestRepeat = 0
    }
    package var stuck = Stuck()

    // Menus and people
    package var menusOpened = 0

    // Learner
    package var lessons = 0
    package var learner = LearnerSummary()

    // Model
    package var interpretations = 0
    package var interpretationsFinished = 0
    package var interpretationsTruncated = 0
    package var interpretationsFailed = 0
    package var interpretationsCancelled = 0
    package var interpreterFramesDropped = 0
    package var firstPiece = LatencyRecord()
    package var interpretationLatency = LatencyRecord()
    package var plans = 0
    package var planFailures = 0
    package var planLatency = LatencyRecord()
    package var intents = 0
    /// Intents that were too old when they came: the game had gone on further than they live.
    package var lateIntents = 0
    package var usage = TokenUsage()
    /// Every model request, by what it was for.
    package var requests: [RequestKind: RequestCounts] = [:]
    package var spend = Spend()

    // Voice
    package var spoken = 0
    /// Of those, the ones that were heard to the end.
    package var aloud = 0
    package var unspoken: [UtteranceDrop: Int] = [:]

    // Time
    /// Seconds spent paused, closed intervals only.
    package var pausedTime = 0.0

    // Quality
    package var firstQuality: Double?
    package var lastQuality: Double?
    package var qualitySum = 0.0
    package var qualityCount = 0
    package var qualityRun = RunHistory()

    package var refusedTotal: Int { refused.values.reduce(0, +) }
    package var verified: Int { verdicts[.verified] ?? 0 }
    package var noEffect: Int { verdicts[.noEffect] ?? 0 }
    package var unverifiable: Int { verdicts[.unverifiable] ?? 0 }
    /// Verified share of the actions that could be judged; `nil` when none could.
    package var successRate: Double? {
        verified + noEffect == 0 ? nil : Double(verified) / Double(verified + noEffect)
    }
    package var averageQuality: Double? { qualityCount == 0 ? nil : qualitySum / Double(qualityCount) }
}

extension Int {
    /// Adds what an event tells to a sum. A journal may come from anywhere, and tell any figure any number of times:
    /// the sum stays small enough to be counted on.
    mutating func add(_ told: Int) {
        let bound = 1_000_000_000_000_000
        let (sum, overflow) = addingReportingOverflow(told)
        self = overflow || sum.magnitude > bound ? (told < 0 ? -bound : bound) : sum
    }
}
