import Record
import Vision

extension SessionMetrics {
    /// What the agent does, and how it fares.
    func addGameplay(to page: inout Exposition) {
        let figures = snapshot.statistics
        page.counter("singularis_perceptions_total", "Frames that were looked at.", figures.perceptions)
        page.counter(
            "singularis_skipped_frames_total", "Frames that were overwritten before anybody looked at them.",
            figures.skippedFrames)
        page.counter(
            "singularis_cycles_total", "Frames that were perceived and led to a decision.", figures.cycles)
        page.add(
            .counter, "singularis_decisions_total", "Decisions, by the tier that made them.", by: "source",
            each(DecisionSource.self) { figures.decisionsBySource[$0] ?? 0 })
        page.add(
            .counter, "singularis_actions_total", "Decisions by what became of them.", by: "outcome",
            [
                ("executed", figures.executed), ("dry_run", figures.dryRun), ("refused", figures.refusedTotal),
                ("interrupted", figures.interrupted), ("failed", figures.actionErrors),
            ])
        page.add(
            .counter, "singularis_actions_executed_total", "Actions that were played, by their kind.", by: "kind",
            each(ActionKind.self) { figures.actionKinds[$0] ?? 0 })
        page.add(
            .counter, "singularis_actions_refused_total", "Decisions that the arbiter refused, by the reason.",
            by: "reason", each(Refusal.self) { figures.refused[$0] ?? 0 })
        page.add(
            .counter, "singularis_action_effects_total", "Actions by whether their effect was seen.", by: "verdict",
            each(Verdict.self) { figures.verdicts[$0] ?? 0 })
        page.histogram(
            "singularis_stage_duration_seconds", "How long a stage takes.", by: "stage",
            [
                ("perceive", figures.perceiveLatency), ("decide", figures.decideLatency), ("act", figures.actLatency),
            ])
        page.histogram(
            "singularis_frame_age_seconds", "Age of the frame behind an action when its first key went down.",
            [("", figures.frameAge)])
        addFortunes(to: &page)
    }

    private func addFortunes(to page: inout Exposition) {
        let figures = snapshot.statistics
        page.gauge(
            "singularis_stuck", "1 while the agent does not move although it tries.", snapshot.stuck.isStuck.metric)
        page.counter("singularis_stuck_episodes_total", "Times that the agent was stuck.", figures.stuck.episodes)
        page.counter(
            "singularis_stuck_recoveries_tried_total", "Moves made to get unstuck.", figures.stuck.recoveriesTried)
        page.counter(
            "singularis_stuck_recoveries_verified_total", "Episodes that were seen to be over.",
            figures.stuck.recoveriesVerified)
        page.counter("singularis_lessons_total", "Lessons that the learner took.", figures.lessons)
        let reading = snapshot.reading
        let vitals = [
            ("health", reading?.health), ("magicka", reading?.magicka), ("stamina", reading?.stamina),
            ("armour", reading?.armour), ("ammunition", reading?.ammunition.map(Double.init)),
        ]
        page.add(
            .gauge, "singularis_player_vital",
            "What the newest frame shows of the player, where it can be read: percent, and rounds of ammunition.",
            by: "vital", vitals.compactMap { vital in vital.1.map { (vital.0, $0) } })
        // Not known before the first report.
        guard let quality = snapshot.quality else { return }
        page.gauge("singularis_quality_ratio", "How well the game goes, from what was seen: 0 to 1.", quality.value)
        page.counter("singularis_deaths_total", "Deaths that were seen.", quality.deaths)
        page.counter("singularis_kills_total", "Enemies that were seen slain.", quality.kills)
        page.gauge("singularis_places_visited", "Places that were seen so far.", Double(quality.places.count))
        page.gauge("singularis_people_met", "People that were met so far.", Double(quality.peopleMet))
    }
}
