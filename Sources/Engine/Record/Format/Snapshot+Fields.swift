import Basics
import Connections
import Vision

// The names of all that is folded from events, as a journal has them.

extension Snapshot {
    /// All but the newest readings, which only the next decisions are told with.
    package static let fields: [Field<Self>] = [
        Field("revision", \.revision), Field("time", \.time), Field(in: "info", \.info), Field("state", \.state),
        Field("stateSince", \.stateSince), Field("speed", \.speed), Field("dryRun", \.dryRun),
        Field("stopReason", \.stopReason), Field(in: "loops", \.loops), Field(in: "reading", \.reading),
        Field("readingTime", \.readingTime), Field(in: "actions", \.actions), Field("intent", \.intent),
        Field("consultation", \.consultation), Field("stuck", \.stuck), Field(in: "quality", \.quality),
        Field(in: "qualitySeconds", \.qualitySeconds), Field(in: "interpretations", \.interpretations),
        Field("perspectives", \.perspectives), Field("troubles", \.troubles), Field("newestTrouble", \.newestTrouble),
        Field("silences", \.silences), Field("hold", \.lastHold), Field("kindHolds", \.kindHolds),
        Field(in: "spending", \.spending), Field("subtitle", \.subtitle), Field(in: "voice", \.voice),
        Field(in: "occupancy", \.occupancy), Field("laneHosts", \.laneHosts),
        Field(in: "occupancyHistory", \.occupancyHistory), Field("occupancySampledAt", \.occupancySampledAt),
        Field("resources", \.resources), Field("audit", \.audit), Field(in: "notices", \.notices),
        Field("journal", \.journal), Field(in: "statistics", \.statistics),
    ]
}

extension LoopStatus {
    package static let fields: [Field<Self>] = [
        Field("beats", \.beats), Field("firstBeat", \.firstBeat), Field("lastBeat", \.lastBeat),
        Field("interval", \.interval), Field(in: "latency", \.latency).dense, Field("resting", \.isResting),
        Field("late", \.late), Field(in: "seconds", \.seconds), Field("pace", \.pace),
        Field(in: "history", \.history).dense, Field("failures", \.failures), Field("restarts", \.restarts),
        Field("failure", \.failure),
    ]
}

extension ActionLine {
    package static let fields: [Field<Self>] = [
        Field("time", \.time), Field(in: "decision", \.decision), Field("outcome", \.result), Field("verdict", \.verdict),
        Field(in: "reading", \.reading), Field("intent", \.intent), Field("consultation", \.consultation),
    ]

    /// The outcome without the decision, which stands beside it.
    private struct Result: Codable, Equatable {
        var fate: ActionFate
        var frameAge: Double?
        var duration: Double
    }

    private var result: Result? {
        get { outcome.map { Result(fate: $0.fate, frameAge: $0.frameAge, duration: $0.duration) } }
        set {
            outcome = newValue.map {
                ActionOutcome(decision: decision, fate: $0.fate, frameAge: $0.frameAge, duration: $0.duration)
            }
        }
    }
}

extension Decision {
    package static let fields: [Field<Self>] = [
        Field("id", \.id), Field("action", \.action), Field("source", \.source), Field("priority", \.priority),
        Field("reason", \.reason), Field("frame", \.frame), Field("scene", \.scene),
    ]
}

extension Interpretation {
    package static let fields: [Field<Self>] = [
        Field("id", \.id), Field("perspective", \.perspective), Field("frame", \.frame), Field("startedAt", \.startedAt),
        Field("text", \.text), Field("firstPieceAfter", \.firstPieceAfter), Field("duration", \.duration),
        Field("usage", \.usage), Field("modelVersion", \.modelVersion), Field("end", \.end),
    ]
}

extension Notice {
    package static let fields: [Field<Self>] = [Field("time", \.time), Field("text", \.text)]
}

extension Statistics {
    package static let fields: [Field<Self>] = [
        Field("perceptions", \.perceptions), Field("skippedFrames", \.skippedFrames),
        Field(in: "perceiveLatency", \.perceiveLatency).dense,
        Field("cycles", \.cycles), Field("decisionsBySource", \.decisionsBySource),
        Field(in: "decideLatency", \.decideLatency).dense, Field(in: "reflexLatency", \.reflexLatency).dense,
        Field("executed", \.executed), Field("executedBySource", \.executedBySource), Field("dryRun", \.dryRun),
        Field("interrupted", \.interrupted), Field("actionErrors", \.actionErrors), Field("refused", \.refused),
        Field("actionKinds", \.actionKinds).dense, Field(in: "actLatency", \.actLatency).dense,
        Field(in: "frameAge", \.frameAge).dense, Field("verdicts", \.verdicts),
        Field("verdictsByKind", \.verdictsByKind).dense, Field("stuck", \.stuck), Field("menusOpened", \.menusOpened),
        Field("lessons", \.lessons), Field(in: "learner", \.learner),
        Field("interpretations", \.interpretations), Field("interpretationsFinished", \.interpretationsFinished),
        Field("interpretationsTruncated", \.interpretationsTruncated),
        Field("interpretationsFailed", \.interpretationsFailed),
        Field("interpretationsCancelled", \.interpretationsCancelled),
        Field("interpreterFramesDropped", \.interpreterFramesDropped),
        Field(in: "firstPiece", \.firstPiece).dense,
        Field(in: "interpretationLatency", \.interpretationLatency).dense,
        Field("plans", \.plans), Field("planFailures", \.planFailures), Field(in: "planLatency", \.planLatency).dense,
        Field("intents", \.intents), Field("lateIntents", \.lateIntents), Field("usage", \.usage),
        Field("requests", \.requests), Field("spend", \.spend),
        Field("spoken", \.spoken), Field("aloud", \.aloud), Field("unspoken", \.unspoken),
        Field("pausedTime", \.pausedTime),
        Field("firstQuality", \.firstQuality), Field("lastQuality", \.lastQuality), Field("qualitySum", \.qualitySum),
        Field("qualityCount", \.qualityCount), Field(in: "qualityRun", \.qualityRun).dense,
    ]
}
