import Record

/// Everything that is told of a session, in Prometheus' text format. Labels have few values, known beforehand: no text of
/// a model, no names of frames or requests.
struct SessionMetrics {
    var snapshot: Snapshot
    /// Seconds since the session started.
    var now: Double
    var version: String
    var process = ProcessFigures()

    var text: String {
        var page = Exposition()
        addSession(to: &page)
        addLoops(to: &page)
        addGameplay(to: &page)
        addConnections(to: &page)
        addModel(to: &page)
        process.add(to: &page)
        return page.text
    }

    private func addSession(to page: inout Exposition) {
        let info = snapshot.info
        page.add(
            .gauge, "singularis_build_info", "1, with the version of the program.", by: "version", [(version, 1)])
        page.add(
            .gauge, "singularis_session_info", "1, with how the session is played.",
            [
                Exposition.Sample(
                    labels: [
                        ("mode", info.mode.rawValue), ("api", info.api),
                        ("model", String(String.UnicodeScalarView(info.model.unicodeScalars.prefix(100)))),
                    ], value: 1)
            ])
        page.gauge("singularis_session_age_seconds", "Time since the session started.", now)
        page.add(
            .gauge, "singularis_session_state", "1 for the state that the session is in.", by: "state",
            each(SessionState.self) { $0 == snapshot.state })
        let isLoops = !snapshot.deadLoops.isEmpty
        page.add(
            .gauge, "singularis_input_held",
            "1 while no key is pressed for the agent: because a person said so, or a loop could not be made to work.",
            by: "reason",
            [("operator", snapshot.state == .held && !isLoops), ("loop", snapshot.state == .held && isLoops)])
        guard let journal = snapshot.journal else { return }
        page.counter("singularis_journal_written_bytes_total", "Bytes written to the session's journal.", journal.bytes)
        page.counter(
            "singularis_journal_dropped_events_total", "Events that the journal could not take.", journal.dropped)
        page.gauge(
            "singularis_journal_failing", "1 while nothing is written to the journal.", (journal.trouble != nil).metric)
    }

    private func addLoops(to page: inout Exposition) {
        let loops = LoopName.allCases.compactMap { name in snapshot.loops[name].map { (name.rawValue, $0) } }
        func add<Value: MetricValue>(
            _ kind: Exposition.Kind, _ name: String, _ help: String, _ value: (LoopStatus) -> Value
        ) {
            page.add(kind, name, help, by: "loop", loops.map { ($0, value($1)) })
        }
        let health = Health(snapshot, now: now)
        page.gauge(
            "singularis_healthy", "1 while every loop beats that should, which is when /healthz says 200.",
            health.isGood.metric)
        let ill = Set(health.complaints.compactMap(\.loop?.rawValue))
        page.add(
            .gauge, "singularis_loop_healthy", "0 when a loop has failed, or is silent for five times its interval.",
            by: "loop", loops.map { ($0.0, !ill.contains($0.0)) })
        page.add(
            .gauge, "singularis_loop_last_beat_age_seconds", "Time since a loop gave its last sign of life.", by: "loop",
            loops.filter { $1.beats > 0 }.map { ($0, max(0, now - $1.lastBeat)) })
        add(.gauge, "singularis_loop_interval_seconds", "How far apart the beats of a loop should be at the most.") {
            $0.interval
        }
        add(.gauge, "singularis_loop_resting", "1 while a loop was told to rest.") { $0.isResting }
        add(.counter, "singularis_loop_beats_total", "Signs of life of a loop.") { $0.beats }
        add(.counter, "singularis_loop_late_beats_total", "Beats that came after more than twice the interval.") {
            $0.late
        }
        add(.counter, "singularis_loop_failures_total", "Times that a loop threw or went silent.") { $0.failures }
        add(.counter, "singularis_loop_restarts_total", "Times that a loop was started again.") { $0.restarts }
        page.histogram(
            "singularis_loop_work_seconds", "How long the work of one beat took.", by: "loop",
            loops.map { ($0, $1.latency) })
    }
}
