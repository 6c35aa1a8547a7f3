extension Snapshot {
    /// Folds what perception, decisions, actions and the learner report.
    mutating func applyGameplay(_ event: EngineEvent) {
        switch event.kind {
        case .perceived(let new, let latency):
            reading = new
            readingTime = event.time
            statistics.perceptions += 1
            statistics.perceiveLatency.add(latency)
        case .skipped(let count): statistics.skippedFrames += count
        case .decided(let decision, let latency):
            actions.append(ActionLine(time: event.time, decision: decision))
            statistics.cycles += 1
            statistics.decisionsBySource[decision.source, default: 0] += 1
            statistics.decideLatency.add(latency)
        case .acted(let outcome): count(outcome)
        case .verified(let decision, let action, let verdict):
            statistics.verdicts[verdict, default: 0] += 1
            if verdict == .verified, action.opensMenu { statistics.menusOpened += 1 }
            updateLine(decision) { $0.verdict = verdict }
        case .lesson(let summary):
            statistics.lessons += 1
            statistics.learner = summary
        case .stuck(let report): count(report)
        case .intent(let kind, let reason, let frame, let lifetime):
            statistics.intents += 1
            intent = IntentStatus(kind: kind, reason: reason, frame: frame, since: event.time, lifetime: lifetime)
        case .quality(let report):
            quality = report
            qualityHistory.append(report.value)
            statistics.firstQuality = statistics.firstQuality ?? report.value
            statistics.lastQuality = report.value
            statistics.qualitySum += report.value
            statistics.qualityCount += 1
        default: break
        }
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

    private mutating func count(_ report: StuckReport) {
        switch report {
        case .detected(let similarity, let repeats):
            if !stuck.isStuck { statistics.stuckEpisodes += 1 }
            stuck.isStuck = true
            stuck.similarity = similarity
            stuck.repeats = repeats
            statistics.longestRepeat = max(statistics.longestRepeat, repeats)
        case .recovering(let action, _):
            stuck.trying = action
            statistics.recoveriesTried += 1
        case .judged(let recovered, _):
            stuck.lastRecovered = recovered
            if recovered {
                stuck.isStuck = false
                stuck.trying = nil
                stuck.repeats = 0
                statistics.recoveriesVerified += 1
            }
        }
    }

    /// Changes the line of a decision that is still in the ring; the newest are looked at first.
    private mutating func updateLine(_ id: Int, _ change: (inout ActionLine) -> Void) {
        guard let index = actions.lastIndex(where: { $0.decision.id == id }) else { return }
        change(&actions[index])
    }
}
