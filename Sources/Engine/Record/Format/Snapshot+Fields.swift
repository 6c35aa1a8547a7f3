import Basics
import Connections
import Vision

// The names of all that is folded from events, as a journal has them.

extension Snapshot {
    /// All but the newest readings, which only the next decisions are told with, and the revision, which counts events.
    package static let fields: [Field<Self>] = [
        Field("time", \.time), Field(in: "info", \.info), Field("state", \.state),
        Field("stateSince", \.stateSince), Field("speed", \.speed), Field("dryRun", \.dryRun),
        Field("stopReason", \.stopReason), Field(in: "loops", \.loops), Field(in: "reading", \.reading),
        Field("readingTime", \.readingTime), Field(in: "consultation", \.consultation), actionLines,
        Field("intent", \.intent), Field("stuck", \.stuck), Field(in: "quality", \.quality),
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

extension Snapshot {
    private enum LineKeys: String, CodingKey { case consultations, lines }

    /// Lines of decisions, and beside them what models were asked and said, which many lines share.
    private static let actionLines = Field<Snapshot>(
        "actions",
        same: { $0.actions == $1.actions },
        write: { new, old, encoder in
            var container = encoder.container(keyedBy: LineKeys.self)
            let known = old.consultations
            let added = new.consultations.filter { known[$0.key] == nil && $0.key != new.consultation?.frame }
            if !added.isEmpty {
                try container.encode(added.values.sorted { $0.frame < $1.frame }, forKey: .consultations)
            }
            try container.encode(Change(from: old.actions, to: new.actions), forKey: .lines)
        },
        read: { snapshot, decoder in
            let container = try decoder.container(keyedBy: LineKeys.self)
            var known = snapshot.consultations
            for new in try container.decodeIfPresent([Consultation].self, forKey: .consultations) ?? [] {
                known[new.frame] = new
            }
            if let newest = snapshot.consultation { known[newest.frame] = newest }
            try snapshot.actions.applyChange(from: container.superDecoder(forKey: .lines))
            for index in snapshot.actions.indices {
                if let missing = snapshot.actions[index].consultation, missing.isBlank {
                    snapshot.actions[index].consultation = known[missing.frame] ?? missing
                }
            }
        })

    /// All that lines of decisions came from, by the frames that were shown.
    private var consultations: [UInt64: Consultation] {
        var all: [UInt64: Consultation] = [:]
        for line in actions { if let one = line.consultation { all[one.frame] = one } }
        return all
    }
}

extension Consultation {
    fileprivate var isBlank: Bool { prompt.isEmpty && answer.isEmpty }
}

extension LoopStatus {
    package static let fields: [Field<Self>] = [
        Field("beats", \.beats), Field("firstBeat", \.firstBeat), Field("lastBeat", \.lastBeat),
        Field("interval", \.interval), Field(in: "latency", \.latency).dense, Field("resting", \.isResting),
        Field("late", \.late), Field(in: "seconds", \.seconds), Field(in: "pace", \.pace),
        Field(in: "history", \.history).dense, Field("failures", \.failures), Field("restarts", \.restarts),
        Field("failure", \.failure),
    ]
}

extension ActionLine {
    package static let fields: [Field<Self>] = [
        Field("time", \.time), Field(in: "decision", \.decision), Field("outcome", \.result),
        Field("verdict", \.verdict),
        Field(in: "reading", \.reading), Field("intent", \.intent), Field("consulted", \.consulted),
    ]

    /// The outcome without the decision, which stands beside it.
    private struct Result: Codable, Equatable {
        var fate: ActionFate
        var frameAge: Double?
        var duration: Double
    }

    /// The frame of the question that was answered: the texts stand beside all lines, once.
    private var consulted: UInt64? {
        get { consultation?.frame }
        set {
            if newValue != consultation?.frame {
                consultation = newValue.map { Consultation(frame: $0, prompt: "", answer: "") }
            }
        }
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
        Field("id", \.id), Field("perspective", \.perspective), Field("frame", \.frame),
        Field("startedAt", \.startedAt),
        Field("text", \.text), Field("firstPieceAfter", \.firstPieceAfter), Field("duration", \.duration),
        Field("usage", \.usage), Field("modelVersion", \.modelVersion), Field("end", \.end),
    ]
}

extension Notice {
    package static let fields: [Field<Self>] = [Field("time", \.time), Field("text", \.text)]
}

extension Statistics {
    package static let fields: [Field<Self>] = [
        Field("perceptions", \.perceptions).dense, Field("skippedFrames", \.skippedFrames),
        Field(in: "perceiveLatency", \.perceiveLatency).dense,
        Field("cycles", \.cycles), Field("decisionsBySource", \.decisionsBySource).dense,
        Field(in: "decideLatency", \.decideLatency).dense, Field(in: "reflexLatency", \.reflexLatency).dense,
        Field("executed", \.executed), Field("executedBySource", \.executedBySource).dense, Field("dryRun", \.dryRun),
        Field("interrupted", \.interrupted).dense, Field("actionErrors", \.actionErrors).dense,
        Field("refused", \.refused),
        Field("actionKinds", \.actionKinds).dense, Field(in: "actLatency", \.actLatency).dense,
        Field(in: "frameAge", \.frameAge).dense, Field("verdicts", \.verdicts),
        Field("verdictsByKind", \.verdictsByKind).dense, Field("stuck", \.stuck),
        Field("menusOpened", \.menusOpened).dense,
        Field("lessons", \.lessons).dense, Field(in: "learner", \.learner).dense,
        Field("interpretations", \.interpretations).dense,
        Field("interpretationsFinished", \.interpretationsFinished).dense,
        Field("interpretationsTruncated", \.interpretationsTruncated),
        Field("interpretationsFailed", \.interpretationsFailed),
        Field("interpretationsCancelled", \.interpretationsCancelled).dense,
        Field("interpreterFramesDropped", \.interpreterFramesDropped).dense,
        Field(in: "firstPiece", \.firstPiece).dense,
        Field(in: "interpretationLatency", \.interpretationLatency).dense,
        Field("plans", \.plans).dense, Field("planFailures", \.planFailures).dense,
        Field(in: "planLatency", \.planLatency).dense,
        Field("intents", \.intents).dense, Field("lateIntents", \.lateIntents).dense, Field("usage", \.usage),
        Field(in: "requests", \.requests), Field("spend", \.spend),
        Field("spoken", \.spoken).dense, Field("aloud", \.aloud).dense, Field("unspoken", \.unspoken).dense,
        Field("pausedTime", \.pausedTime),
        Field("firstQuality", \.firstQuality).dense, Field("lastQuality", \.lastQuality).dense,
        Field("qualitySum", \.qualitySum).dense,
        Field("qualityCount", \.qualityCount).dense, Field(in: "qualityRun", \.qualityRun).dense,
    ]
}
