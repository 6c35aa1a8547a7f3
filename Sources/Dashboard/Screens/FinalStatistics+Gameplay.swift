import Engine

#if canImport(Glibc)
    import Glibc
#endif

/// The figures of the game: what was done, how well, how fast.
extension FinalStatistics {
    static func session(_ snapshot: Snapshot) -> Section {
        let s = snapshot.statistics
        let pausedNow = snapshot.state == .paused ? snapshot.time - snapshot.stateSince : 0
        let paused = s.pausedTime + pausedNow
        var reasonRole = Role.text
        if case .error = snapshot.stopReason { reasonRole = .bad }
        return Section(
            title: "Final Statistics",
            entries: [
                Entry(label: "Cycles", value: "\(s.cycles)"),
                Entry(label: "Actions", value: "\(s.executed)"),
                Entry(label: "Playtime", value: "\(NumberFormat.fixed(max(0, snapshot.time - paused) / 60, 1)) min"),
                Entry(label: "Paused", value: "\(NumberFormat.fixed(paused / 60, 1)) min"),
                Entry(label: "Dry-run", value: "\(s.dryRun)"),
                Entry(label: "Refused", value: refused(s)),
                Entry(label: "Interrupted", value: "\(s.interrupted)"),
                Entry(label: "Errors", value: "\(s.actionErrors)", role: s.actionErrors > 0 ? .warning : .text),
                Entry(label: "Perceptions", value: "\(s.perceptions), \(s.skippedFrames) frames skipped"),
                Entry(label: "Ended", value: reason(snapshot), role: reasonRole),
            ])
    }

    static func actions(_ s: Statistics) -> Section {
        let reflexes = s.executedBySource[.reflex] ?? 0
        return Section(
            title: "Actions",
            entries: [
                Entry(
                    label: "Success rate",
                    value: s.successRate.map { "\(NumberFormat.percent($0, 1)) of those that could be judged" }
                        ?? "none judged"),
                Entry(label: "Verified", value: "\(s.verified)"),
                Entry(label: "No effect", value: "\(s.noEffect)"),
                Entry(label: "Unverifiable", value: "\(s.unverifiable)"),
                Entry(label: "Reflexes", value: "\(reflexes), \(share(reflexes, of: s.executed)) of the actions"),
                Entry(label: "Menus opened", value: "\(s.menusOpened)"),
            ])
    }

    static func planning(_ s: Statistics) -> Section {
        let total = s.decisionsBySource.values.reduce(0, +)
        return Section(
            title: "Planning Methods",
            entries: DecisionSource.allCases.compactMap { source in
                guard let count = s.decisionsBySource[source], count > 0 else { return nil }
                return Entry(label: source.rawValue, value: "\(count) (\(share(count, of: total)))")
            })
    }

    static func timing(_ s: Statistics) -> Section {
        Section(
            title: "Timing",
            entries: [
                Entry(label: "Perceiving", value: spread(s.perceiveLatency)),
                Entry(label: "Planning", value: spread(s.decideLatency)),
                Entry(label: "Execution", value: spread(s.actLatency)),
                Entry(label: "Frame age", value: spread(s.frameAge)),
            ])
    }

    static func diversity(_ s: Statistics) -> Section {
        let total = s.actionKinds.values.reduce(0, +)
        guard total > 0 else { return Section(title: "Action Diversity", entries: []) }
        let ranked = s.actionKinds.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        let top = ranked.prefix(5).map { "\($0.key.rawValue) \(share($0.value, of: total))" }
        return Section(
            title: "Action Diversity",
            entries: [
                Entry(label: "Kinds", value: "\(s.actionKinds.count) of \(ActionKind.allCases.count)"),
                Entry(label: "Entropy", value: evenness(s.actionKinds.values.map { $0 })),
                Entry(label: "Most frequent", value: top.joined(separator: ", ")),
            ])
    }

    static func progress(_ snapshot: Snapshot, _ glyphs: Glyphs) -> Section {
        let s = snapshot.statistics
        var entries: [Entry] = []
        if let mean = s.averageQuality, let first = s.firstQuality, let last = s.lastQuality {
            let change = "\(NumberFormat.fixed(first, 3)) -> \(NumberFormat.fixed(last, 3))"
            let graph = Sparkline.summary(Array(snapshot.qualityHistory), columns: 16, top: 1, glyphs)
            entries.append(Entry(label: "Quality", value: "\(NumberFormat.fixed(mean, 3)) (\(change)) \(graph)"))
        }
        if let quality = snapshot.quality {
            let names = quality.places.isEmpty ? "" : " (\(quality.places.joined(separator: ", ")))"
            entries += [
                Entry(label: "Places", value: "\(quality.places.count)\(names)"),
                Entry(label: "People met", value: "\(quality.peopleMet)"),
                Entry(label: "Kills", value: "\(quality.kills)"),
                Entry(label: "Deaths", value: "\(quality.deaths)"),
                Entry(label: "Level", value: quality.level.map { "\($0)" } ?? "unknown"),
            ]
        }
        return Section(title: "Progress (as seen)", entries: entries)
    }

    static func learner(_ s: Statistics) -> Section {
        guard s.lessons > 0 || s.learner != LearnerSummary() else { return Section(title: "Learner", entries: []) }
        return Section(
            title: "Learner",
            entries: [
                Entry(label: "Experiences", value: "\(s.learner.experiences) in \(s.learner.states) states"),
                Entry(label: "Average reward", value: NumberFormat.fixed(s.learner.averageReward, 3)),
                Entry(label: "Advised", value: "\(s.learner.advised)"),
                Entry(label: "Uplift", value: s.learner.uplift.map { NumberFormat.fixed($0, 3) } ?? "none yet"),
            ])
    }

    static func stuck(_ s: Statistics) -> Section {
        Section(
            title: "Stuck",
            entries: [
                Entry(label: "Episodes", value: "\(s.stuckEpisodes)"),
                Entry(label: "Recoveries", value: "\(s.recoveriesVerified) verified of \(s.recoveriesTried) tried"),
                Entry(label: "Longest repeat", value: "\(s.longestRepeat)"),
            ])
    }

    static func loops(_ snapshot: Snapshot) -> Section {
        Section(
            title: "Loops",
            entries: LoopName.allCases.compactMap { name in
                guard let loop = snapshot.loops[name], loop.beats > 0 else { return nil }
                return Entry(label: name.rawValue, value: "\(loop.beats) beats \(percentiles(loop.latency))")
            })
    }

    private static func refused(_ s: Statistics) -> String {
        let reasons = s.refused.filter { $0.value > 0 }
            .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { "\(DecisionsPanel.words($0.key)) \($0.value)" }
        return reasons.isEmpty ? "0" : "\(s.refusedTotal) (\(reasons.joined(separator: ", ")))"
    }

    static func share(_ count: Int, of total: Int) -> String {
        total == 0 ? "-" : NumberFormat.percent(Double(count) / Double(total))
    }

    /// Median, 95th percentile and maximum.
    private static func percentiles(_ record: LatencyRecord) -> String {
        guard let p50 = record.percentile(50), let p95 = record.percentile(95), let maximum = record.maximum else {
            return ""
        }
        let d = NumberFormat.duration
        return "p50 \(d(p50)) p95 \(d(p95)) max \(d(maximum))"
    }

    /// Mean, median, 95th percentile and maximum.
    static func spread(_ record: LatencyRecord) -> String {
        guard let mean = record.average, let p50 = record.percentile(50), let p95 = record.percentile(95),
            let maximum = record.maximum
        else { return "none" }
        let d = NumberFormat.duration
        return "avg \(d(mean)) p50 \(d(p50)) p95 \(d(p95)) max \(d(maximum))"
    }

    /// Entropy over the logarithm of the number of kinds used: 1 when all are used alike, 0 when one is.
    static func evenness(_ counts: [Int]) -> String {
        let total = Double(counts.reduce(0, +))
        guard counts.count > 1, total > 0 else { return "0.00 (one kind only)" }
        let entropy = counts.reduce(0.0) { sum, count in
            let p = Double(count) / total
            return p > 0 ? sum - p * log(p) : sum
        }
        return "\(NumberFormat.fixed(entropy / log(Double(counts.count)), 2)) of 1 (entropy / log kinds)"
    }
}
