import Engine
import Glibc
import Record

/// The figures of the game: what was done, how well, how fast.
extension FinalReport {
    /// Durations of one kind. Everything but the count is null when there was none.
    struct Spread: Codable, Equatable, Sendable {
        var count: Int
        var averageSeconds: OrNull<Double>
        var p50Seconds: OrNull<Double>
        var p95Seconds: OrNull<Double>
        var p99Seconds: OrNull<Double>
        var maxSeconds: OrNull<Double>

        init(_ record: LatencyRecord) {
            count = record.count
            averageSeconds = OrNull(record.average)
            p50Seconds = OrNull(record.percentile(50))
            p95Seconds = OrNull(record.percentile(95))
            p99Seconds = OrNull(record.percentile(99))
            maxSeconds = OrNull(record.maximum)
        }
    }

    struct Actions: Codable, Equatable, Sendable {
        /// Verified over verified and without effect.
        var successShare: OrNull<Double>
        var verified: Int
        var noEffect: Int
        var unverifiable: Int
        /// Executed, and not looked at afterwards: another one came, or the session ended, before it could be.
        var notJudged: Int
        var reflexes: Int
        var reflexShare: OrNull<Double>
        var menusOpened: Int
        var kindsKnown: Int
        /// Executed actions by kind, the most frequent first.
        var kinds: [Kind]
        /// Entropy over the logarithm of the number of kinds: 1 when all are used alike. Null with fewer than two.
        var evenness: OrNull<Double>

        struct Kind: Codable, Equatable, Sendable {
            var name: String
            var count: Int
            var successShare: OrNull<Double>
        }

        init(_ s: Statistics) {
            successShare = OrNull(s.successRate)
            (verified, noEffect, unverifiable) = (s.verified, s.noEffect, s.unverifiable)
            notJudged = max(0, s.executed - verified - noEffect - unverifiable)
            reflexes = s.executedBySource[.reflex] ?? 0
            reflexShare = OrNull(s.executed == 0 ? nil : Double(reflexes) / Double(s.executed))
            menusOpened = s.menusOpened
            // A game that is steered is played by those kinds alone, and another has none of them.
            let isSteered = s.actionKinds.keys.contains(where: \.isSteered)
            kindsKnown = ActionKind.allCases.count { $0.isSteered == isSteered }
            let sorted = s.actionKinds.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            kinds = sorted.map { kind, count in
                let verdicts = s.verdictsByKind[kind] ?? [:]
                let (good, bad) = (verdicts[.verified] ?? 0, verdicts[.noEffect] ?? 0)
                let share = good + bad == 0 ? nil : Double(good) / Double(good + bad)
                return Kind(name: kind.rawValue, count: count, successShare: OrNull(share))
            }
            evenness = OrNull(Self.evenness(s.actionKinds.values.map { $0 }))
        }

        static func evenness(_ counts: [Int]) -> Double? {
            let total = Double(counts.reduce(0, +))
            guard counts.count > 1, total > 0 else { return nil }
            let entropy = counts.reduce(0.0) { sum, count in
                let p = Double(count) / total
                return p > 0 ? sum - p * log(p) : sum
            }
            return entropy / log(Double(counts.count))
        }
    }

    struct Timing: Codable, Equatable, Sendable {
        var perceiving: Spread
        var deciding: Spread
        var reflexes: Spread
        var acting: Spread
        /// Age of the frame behind an action when its first key went down.
        var frameAge: Spread

        init(_ s: Statistics) {
            perceiving = Spread(s.perceiveLatency)
            deciding = Spread(s.decideLatency)
            reflexes = Spread(s.reflexLatency)
            acting = Spread(s.actLatency)
            frameAge = Spread(s.frameAge)
        }
    }

    /// How well the game went, computed from what was seen only. Shares are 0...1.
    struct Quality: Codable, Equatable, Sendable {
        var average: OrNull<Double>
        var first: OrNull<Double>
        var last: OrNull<Double>
        var run: Run
        var places: [String]
        var peopleMet: OrNull<Int>
        var kills: OrNull<Int>
        var deaths: OrNull<Int>
        var level: OrNull<Int>
        var achievements: OrNull<Int>

        init(_ snapshot: Snapshot) {
            let s = snapshot.statistics
            average = OrNull(s.averageQuality)
            first = OrNull(s.firstQuality)
            last = OrNull(s.lastQuality)
            run = Run(s.qualityRun)
            places = snapshot.quality?.places ?? []
            peopleMet = OrNull(snapshot.quality?.peopleMet)
            kills = OrNull(snapshot.quality?.kills)
            deaths = OrNull(snapshot.quality?.deaths)
            level = OrNull(snapshot.quality?.level)
            achievements = OrNull(snapshot.quality?.achievements)
        }
    }

    /// Means over equal spans of the whole run, oldest first; null where nothing was measured.
    struct Run: Codable, Equatable, Sendable {
        var spanSeconds: Double
        var means: [OrNull<Double>]

        init(_ history: RunHistory) {
            spanSeconds = history.span
            means = history.means.map { OrNull($0) }
        }

        var known: [Double] { means.compactMap(\.value) }
    }

    struct Learner: Codable, Equatable, Sendable {
        var lessons: Int
        var experiences: Int
        /// Of the experiences, those of earlier sessions.
        var resumedExperiences: Int
        var states: Int
        var averageReward: Double
        var advisedDecisions: Int
        /// Mean reward of advised decisions over the heuristic's in the same states.
        var upliftReward: OrNull<Double>

        init(_ s: Statistics) {
            lessons = s.lessons
            experiences = s.learner.experiences
            resumedExperiences = max(0, experiences - lessons)
            states = s.learner.states
            averageReward = s.learner.averageReward
            advisedDecisions = s.learner.advised
            upliftReward = OrNull(s.learner.uplift)
        }
    }

    struct Loop: Codable, Equatable, Sendable {
        var name: String
        var beats: Int
        var beatsPerSecond: OrNull<Double>
        var latency: Spread
        /// Beats that came later than twice the loop's interval.
        var lateBeats: Int
        /// Times it threw or went silent, and times it was started again.
        var failures: Int
        var restarts: Int
        /// Given up: it did not run at the end.
        var isDead: Bool
        /// Latencies, seconds.
        var run: Run

        init(_ name: LoopName, _ loop: LoopStatus) {
            self.name = name.rawValue
            beats = loop.beats
            let span = loop.lastBeat - loop.firstBeat
            beatsPerSecond = OrNull(loop.beats > 1 && span > 0 ? Double(loop.beats - 1) / span : nil)
            latency = Spread(loop.latency)
            lateBeats = loop.late
            (failures, restarts, isDead) = (loop.failures, loop.restarts, loop.isDead)
            run = Run(loop.history)
        }
    }
}
