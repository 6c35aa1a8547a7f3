import Basics
import Vision

extension Snapshot {
    /// Folds what perception, decisions, actions and the learner report.
    mutating func applyGameplay(_ event: EngineEvent) {
        switch event.kind {
        case .perceived(let new, let latency):
            reading = new
            readings.append(new)
            readingTime = event.time.toMillis
            statistics.perceptions += 1
            statistics.perceiveLatency.add(latency)
        case .skipped(let count): statistics.skippedFrames.add(count)
        case .decided(let decision, let latency):
            actions.append(line(decision, at: event.time))
            statistics.cycles += 1
            statistics.decisionsBySource[decision.source, default: 0] += 1
            if let latency {
                statistics.decideLatency.add(latency)
                if decision.source == .reflex { statistics.reflexLatency.add(latency) }
            }
        case .acted(let outcome): count(outcome)
        case .verified(let decision, let action, let verdict):
            statistics.verdicts[verdict, default: 0] += 1
            statistics.verdictsByKind[action, default: [:]][verdict, default: 0] += 1
            if verdict == .verified, action.opensMenu { statistics.menusOpened += 1 }
            updateLine(decision) { $0.verdict = verdict }
        case .lesson(let summary):
            statistics.lessons += 1
            statistics.learner = summary
        case .learnerResumed(let summary): statistics.learner = summary
        case .stuck(let report): count(report, at: event.time)
        case .intent(let new):
            statistics.intents += 1
            if !new.isAlive(at: reading?.gameTime ?? 0) { statistics.lateIntents += 1 }
            intent = new
        case .quality(let report):
            quality = report
            qualitySeconds.add(report.value, at: event.time)
            statistics.firstQuality = statistics.firstQuality ?? report.value
            statistics.lastQuality = report.value
            statistics.qualitySum += report.value
            statistics.qualityCount += 1
            statistics.qualityRun.add(report.value, at: event.time)
        default: break
        }
    }

    /// A decision with what was known when it was made.
    private func line(_ decision: Decision, at time: Double) -> ActionLine {
        var line = ActionLine(time: time, decision: decision)
        line.reading = readings.last { $0.frame == decision.frame }
        if let intent, let gameTime = line.reading?.gameTime, intent.isAlive(at: gameTime) {
            line.intent = intent
            // An older answer is not what this intent came from.
            line.consultation = consultation?.frame == intent.frame ? consultation : nil
        }
        return line
    }

    private mutating func count(_ outcome: ActionOutcome) {
        switch outcome.fate {
        case .executed:
            statistics.executed += 1
            statistics.executedBySource[outcome.decision.source, default: 0] += 1
            statistics.actionKinds[outcome.decision.action, default: 0] += 1
            statistics.actLatency.add(outcome.duration)
        case .dryRun: statistics.dryRun += 1
        case .refused(let why): statistics.refused[why, default: 0] += 1
        case .interrupted: statistics.interrupted += 1
        case .failed: statistics.actionErrors += 1
        }
        if let age = outcome.frameAge { statistics.frameAge.add(age) }
        updateLine(outcome.decision.id) { $0.outcome = outcome }
    }

    private mutating func count(_ report: StuckReport, at time: Double) {
        switch report {
        case .detected(_, let repeats):
            if !stuck.isStuck {
                statistics.stuck.episodes += 1
                stuck.since = time
            }
            stuck.isStuck = true
            stuck.repeats = repeats
            statistics.stuck.longestRepeat = max(statistics.stuck.longestRepeat, repeats)
        case .recovering(let action, _):
            stuck.trying = action
            statistics.stuck.recoveriesTried += 1
        case .judged(let recovered, _):
            if recovered {
                stuck.isStuck = false
                stuck.trying = nil
                stuck.since = nil
                stuck.repeats = 0
                statistics.stuck.recoveriesVerified += 1
            }
        }
    }

    /// Changes the line of a decision that is still in the ring; the newest are looked at first.
    private mutating func updateLine(_ id: Int, _ change: (inout ActionLine) -> Void) {
        guard let index = actions.lastIndex(where: { $0.decision.id == id }) else { return }
        change(&actions[index])
    }
}
