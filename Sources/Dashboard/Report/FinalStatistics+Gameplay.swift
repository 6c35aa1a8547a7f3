import Canvas
import Engine
import Games
import Record
import Vision

/// The figures of the game: what was done, how well, how fast.
extension FinalStatistics {
    static let alarmTitle = "Not as it should be"

    /// First of all, and only when there is something to say.
    static func problems(_ outcome: FinalReport.Outcome) -> Section {
        Section(alarmTitle, outcome.problems.enumerated().map { index, problem in
            Entry(index == 0 ? "Exit \(outcome.exitCode)" : "And", problem, .bad)
        })
    }

    static func session(_ report: FinalReport) -> Section {
        let totals = report.totals
        let facts = report.session
        let refused = list(totals.refusedActions, totals.refusals) { Refusal(rawValue: $0)?.words }
        return Section("Final Statistics", [
            Entry("Cycles", "\(totals.cycles)"),
            Entry("Actions", "\(totals.actions)"),
            Entry("Playtime", minutes(totals.playtimeSeconds)),
            Entry("Paused", minutes(totals.pausedSeconds)),
            Entry("Dry-run", "\(totals.dryRunActions)"),
            Entry("Refused", refused),
            Entry("Interrupted", "\(totals.interruptedActions)"),
            Entry("Errors", "\(totals.actionErrors)", totals.actionErrors > 0 ? .warning : .text),
            Entry("Perceptions", "\(totals.perceptions), \(totals.skippedFrames) frames skipped"),
            Entry("Ended", report.outcome.description, report.outcome.reason == "error" ? .bad : .text),
            Entry("Game", "\(facts.game), \(facts.mode)"),
            Entry("Model", "\(facts.model) at \(facts.endpoint)"),
        ].filter { $0.label != "Game" && $0.label != "Model" || !facts.game.isEmpty }
            + (facts.metrics.value.map { [Entry("Metrics", $0)] } ?? []))
    }

    static func actions(_ actions: FinalReport.Actions) -> Section {
        let success = actions.successShare.value.map { "\(NumberFormat.percent($0, 1)) of those that could be judged" }
        return Section("Actions", [
            Entry("Success rate", success ?? "none judged"),
            Entry("Verified", "\(actions.verified)"),
            Entry("No effect", "\(actions.noEffect)"),
            Entry("Unverifiable", "\(actions.unverifiable)"),
            Entry("Not judged", "\(actions.notJudged)"),
            Entry("Reflexes", "\(actions.reflexes), \(percent(actions.reflexShare.value)) of the actions"),
            Entry("Menus opened", "\(actions.menusOpened)"),
        ])
    }

    static func planning(_ report: FinalReport) -> Section {
        let total = report.decisions.reduce(0) { $0 + $1.count }
        return Section("Planning Methods", report.decisions.filter { $0.count > 0 }.map {
            Entry($0.name, "\($0.count) (\(share($0.count, of: total)))")
        })
    }

    static func timing(_ timing: FinalReport.Timing) -> Section {
        Section("Timing", [
            Entry("Perceiving", spread(timing.perceiving)),
            Entry("Planning", spread(timing.deciding)),
            Entry("Reflexes", spread(timing.reflexes)),
            Entry("Execution", spread(timing.acting)),
            Entry("Frame age", spread(timing.frameAge)),
        ])
    }

    static func diversity(_ report: FinalReport) -> Section {
        let kinds = report.actions.kinds
        let total = kinds.reduce(0) { $0 + $1.count }
        guard total > 0 else { return Section("Action Diversity") }
        let top = kinds.prefix(5).map { kind in
            let success = kind.successShare.value.map { ", ok \(NumberFormat.percent($0))" } ?? ""
            return "\(kind.name) \(share(kind.count, of: total))\(success)"
        }
        let evenness = report.actions.evenness.value.map { "\(NumberFormat.fixed($0, 2)) of 1 (entropy / log kinds)" }
        return Section("Action Diversity", [
            Entry("Kinds", "\(kinds.count) of \(report.actions.kindsKnown)"),
            Entry("Entropy", evenness ?? "one kind only"),
            Entry("Most frequent", top.joined(separator: "; ")),
        ])
    }

    static func progress(_ quality: FinalReport.Quality, _ glyphs: Glyphs) -> Section {
        var entries: [Entry] = []
        if let mean = quality.average.value, let first = quality.first.value, let last = quality.last.value {
            let change = "\(NumberFormat.fixed(first, 3)) -> \(NumberFormat.fixed(last, 3))"
            let graph = Sparkline.summary(quality.run.known, columns: 16, top: 1, glyphs)
            entries.append(Entry("Quality", "\(NumberFormat.fixed(mean, 3)) (\(change)) \(graph)"))
        }
        if let people = quality.peopleMet.value, let kills = quality.kills.value, let deaths = quality.deaths.value {
            let names = quality.places.isEmpty ? "" : " (\(quality.places.joined(separator: ", ")))"
            entries += [
                Entry("Places", "\(quality.places.count)\(names)"),
                Entry("People met", "\(people)"),
                Entry("Kills", "\(kills)"),
                Entry("Deaths", "\(deaths)"),
                Entry("Level", quality.level.value.map { "\($0)" } ?? "unknown"),
            ]
        }
        return Section("Progress (as seen)", entries)
    }

    static func learner(_ learner: FinalReport.Learner) -> Section {
        guard learner.lessons > 0 || learner.experiences > 0 else { return Section("Learner") }
        let earlier = learner.resumedExperiences > 0 ? ", \(learner.resumedExperiences) of earlier sessions" : ""
        return Section("Learner", [
            Entry("Experiences", "\(learner.experiences) in \(learner.states) states\(earlier)"),
            Entry("Lessons", "\(learner.lessons)"),
            Entry("Average reward", NumberFormat.fixed(learner.averageReward, 3)),
            Entry("Advised", "\(learner.advisedDecisions)"),
            Entry("Uplift", learner.upliftReward.value.map { NumberFormat.fixed($0, 3) } ?? "none yet"),
        ])
    }

    static func stuck(_ stuck: Statistics.Stuck) -> Section {
        Section("Stuck", [
            Entry("Episodes", "\(stuck.episodes)"),
            Entry("Recoveries", "\(stuck.recoveriesVerified) verified of \(stuck.recoveriesTried) tried"),
            Entry("Longest repeat", "\(stuck.longestRepeat)"),
        ])
    }

    static func loops(_ loops: [FinalReport.Loop], _ glyphs: Glyphs) -> Section {
        let failed = loops.filter { $0.failures > 0 }.map { loop in
            Entry(
                loop.name, "failed \(loop.failures)x, restarted \(loop.restarts)x\(loop.isDead ? ", given up" : "")",
                loop.isDead ? .bad : .warning)
        }
        let rows = loops.filter { $0.beats > 0 }.map { loop in
            let latency = loop.latency
            return StatisticsTable.Row(cells: [
                loop.name, "\(loop.beats)", loop.beatsPerSecond.value.map { NumberFormat.fixed($0, 1) } ?? "-",
                duration(latency.p50Seconds.value), duration(latency.p95Seconds.value),
                duration(latency.p99Seconds.value), duration(latency.maxSeconds.value),
                NumberFormat.percent(Double(loop.lateBeats) / Double(loop.beats), 1),
                Sparkline.summary(loop.run.known, columns: 16, glyphs),
            ])
        }
        return Section(
            "Loops", failed,
            table: StatisticsTable(
                heading: ["loop", "beats", "/s", "p50", "p95", "p99", "max", "late", "whole run"], rows: rows,
                droppable: [5, 1, 7, 8, 6, 2], textColumns: [0, 8]))
    }

    // MARK: Words for figures

    /// A total and what it is made of; `words` says what a name of the report is called where it has a word of its own.
    static func list(_ total: Int, _ counts: [FinalReport.Count], words: (String) -> String? = { $0 }) -> String {
        let parts = counts.map { "\(words($0.name) ?? $0.name) \($0.count)" }
        return parts.isEmpty ? "\(total)" : "\(total) (\(parts.joined(separator: ", ")))"
    }

    static func minutes(_ seconds: Double) -> String { "\(NumberFormat.fixed(seconds / 60, 1)) min" }

    static func duration(_ seconds: Double?) -> String { seconds.map(NumberFormat.duration) ?? "-" }

    static func percent(_ share: Double?) -> String { share.map { NumberFormat.percent($0) } ?? "-" }

    /// To a tenth: whole percents of one total rarely add up to a hundred.
    static func share(_ count: Int, of total: Int) -> String {
        total == 0 ? "-" : NumberFormat.percent(Double(count) / Double(total), 1)
    }

    /// Mean, median, 95th percentile and maximum.
    static func spread(_ spread: FinalReport.Spread) -> String {
        guard let mean = spread.averageSeconds.value, let p50 = spread.p50Seconds.value,
            let p95 = spread.p95Seconds.value, let maximum = spread.maxSeconds.value
        else { return "none" }
        return "avg \(duration(mean)) p50 \(duration(p50)) p95 \(duration(p95)) max \(duration(maximum))"
    }
}
