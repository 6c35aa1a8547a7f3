import Canvas
import Engine
import Record

/// The one row that is always there: what state the agent is in, what it plays, who it asks, and what is wrong.
enum HeaderPanel {
    /// `frozenFor` says for how long the panels below have been standing still at the person's wish.
    static func draw(
        _ snapshot: Snapshot, into canvas: inout Canvas, at rect: Rect, view: PanelView, frozenFor: Double? = nil,
        replay: ReplayStatus? = nil
    ) {
        canvas.clipped(to: rect) { canvas in
            canvas.fill(rect)
            let isNarrow = rect.width < 60
            let clock = replay?.place(isNarrow: isNarrow) ?? clock(snapshot, now: view.now, narrow: isNarrow)
            let clockX = rect.maxX - 1 - TextWidth.of(clock)
            canvas.text(clock, x: clockX, y: rect.y, .bold)
            let room = clockX - rect.x - 2
            var line = StyledLine([Span(" ")])
            if view.isFocused {
                line += Span(" \(KeyMap.hint([(.open, "while you were away")])) ", .key, [.bold, .reverse])
                line += Span(" ")
            }
            if let replay {
                line += Span(" \(replay.word) ", .key, [.bold, .reverse])
                line += Span(" ")
            }
            if let killed = replay?.killed {
                line += Span("\(canvas.glyphs.dead) \(killed)", .bad, .bold)
            } else if replay != nil, snapshot.state == .operatorDrives {
                line += Span("\(canvas.glyphs.driving) A PERSON DRIVES", .accent, .bold)
            } else {
                line += state(snapshot, now: view.now, canvas.glyphs)
            }
            if snapshot.dryRun, !snapshot.state.isClosing {
                line += Span(" ")
                line += Span("\(canvas.glyphs.dry) DRY", .warning, .bold)
            }
            if let frozenFor {
                line += Span(" ")
                line += Span(" SCREEN FROZEN \(NumberFormat.clock(frozenFor)) ", .key, [.bold, .reverse])
            }
            var width = line.width
            let cycles = Piece(
                snapshot.info.isWatched
                    ? "  frames \(NumberFormat.count(snapshot.statistics.perceptions))"
                    : "  cycles \(NumberFormat.count(snapshot.statistics.cycles))")
            // Where there is room, the longest alarm leaves some for the proof that the agent plays on.
            var kept = room >= 80 ? cycles.line.width : 0
            let ending = replay?.alarm.map {
                [Piece([Span("  \(canvas.glyphs.warning) \($0)", Style(.bad, .bold))], isCuttable: true)]
            }
            let alarms = (ending ?? []) + alarms(snapshot, now: view.now, canvas.glyphs)
            for (index, segment) in (alarms + [cycles] + facts(snapshot, canvas.glyphs)).enumerated() {
                if index == alarms.count { kept = 0 }
                let left = room - width - kept
                guard left >= 8 else {
                    if index < alarms.count { continue }
                    break
                }
                // A count whose end is cut off would be another one.
                guard segment.line.width <= left || segment.isCuttable else { continue }
                line = line + segment.line.truncated(to: left, canvas.glyphs)
                width = line.width
            }
            canvas.line(line, x: rect.x, y: rect.y, columns: room)
        }
    }

    private static func state(_ snapshot: Snapshot, now: Double, _ glyphs: Glyphs) -> Span {
        switch snapshot.state {
        case .starting: Span("\(glyphs.pending) STARTING", .info, .bold)
        case .running: Span("\(glyphs.running) \(snapshot.info.isWatched ? "WATCHING" : "RUNNING")", .good, .bold)
        case .paused: Span("\(glyphs.paused) PAUSED", .warning, .bold)
        case .stepping: Span("\(glyphs.stepping) STEPPING", .warning, .bold)
        case .operatorDrives: Span("\(glyphs.driving) YOU DRIVE", .accent, [.bold, .reverse])
        case .held: Span("\(glyphs.held) HELD", .bad, .bold)
        case .stopping: Span("\(glyphs.stopping) STOPPING", .warning, .bold)
        case .ended: Span("\(glyphs.closed) ENDED", .info, .bold)
        }
    }

    /// What is wrong, most important first: a narrow terminal shows what fits.
    private static func alarms(_ snapshot: Snapshot, now: Double, _ glyphs: Glyphs) -> [Piece] {
        var segments: [Piece] = []
        func add(_ text: String, _ style: Style) {
            segments.append(Piece([Span("  " + text, style)], isCuttable: true))
        }

        let dead = snapshot.deadLoops
        if let first = dead.first, !snapshot.state.isClosing {
            let others = dead.count > 1 ? " and \(dead.count - 1) more" : ""
            add(
                "\(glyphs.dead) \(first.name.rawValue)\(others) DEAD: \(TextWidth.sanitized(first.failure.message))",
                Style(.bad, .bold))
        } else if let failed = snapshot.failedLoop, !snapshot.state.isClosing {
            add(
                "\(glyphs.late) \(failed.name.rawValue) failed, \(LoopsPanel.words(failed.failure, now: now))",
                Style(.warning, .bold))
        } else if !snapshot.state.rests, let silent = LoopsPanel.silent(snapshot, now: now) {
            let isDead = silent.health == .dead
            add(
                "\(isDead ? glyphs.dead : glyphs.late) \(silent.name.rawValue) \(isDead ? "SILENT" : "late") "
                    + NumberFormat.age(silent.silence),
                Style(isDead ? .bad : .warning, .bold))
        }
        if let loss = snapshot.journalLoss(at: now) {
            add("\(glyphs.dead) journal loses events: \(TextWidth.sanitized(loss))", Style(.bad, .bold))
        }
        let isSpent = snapshot.isBudgetSpent(at: now)
        let hold = snapshot.hold(at: now)?.reason ?? snapshot.kindHold(at: now)?.hold.reason
        if hold?.isBackoff != true, let line = AccountLines.hold(snapshot, glyphs, now: now) {
            add(line, Style(isSpent ? .bad : .warning, .bold))
        }
        let isDown = snapshot.endpointDown(at: now) != nil
        for alarm in AccountLines.alarms(snapshot, glyphs, now: now, saysSince: isDown) {
            add(alarm, isDown ? Style(.bad, .bold) : Style(.bad))
        }
        if let free = snapshot.lowDisk {
            add("\(glyphs.warning) disk low: \(NumberFormat.bytes(free)) left", Style(.warning, .bold))
        }
        if let share = snapshot.budgetShare, share >= Snapshot.budgetNears, !isSpent {
            add("\(glyphs.warning) \(NumberFormat.percent(share)) of the budget spent", Style(.warning, .bold))
        }
        if snapshot.state == .running, let since = snapshot.stuck.since, now - since >= AlertRule.stuckLasts {
            add("\(glyphs.warning) STUCK \(NumberFormat.age(now - since))", Style(.warning, .bold))
        }
        return segments
    }

    /// What is played and who is asked, most important first.
    private static func facts(_ snapshot: Snapshot, _ glyphs: Glyphs) -> [Piece] {
        var segments: [Piece] = []
        func add(_ text: String, _ style: Style, isCuttable: Bool = false) {
            segments.append(Piece([Span("  " + text, style)], isCuttable: isCuttable))
        }
        let info = snapshot.info
        add("\(glyphs.separator) \(info.mode.rawValue)", .label)
        if !info.game.isEmpty { add("\(glyphs.separator) \(info.game)", .text, isCuttable: true) }
        add("\(glyphs.separator) \(speed(snapshot.speed))", .label)
        // Where no model is asked, as the state already says, there is none to name.
        if !info.endpoint.isEmpty, info.model != "none" || !info.api.isEmpty {
            let api = info.api.isEmpty ? "" : " (\(info.api) API)"
            add("\(glyphs.separator) \(info.model)\(api) @ \(info.endpoint)", .text, isCuttable: true)
        }
        if let metrics = info.metrics { add("\(glyphs.separator) \(metrics)", .label, isCuttable: true) }
        return segments
    }

    /// That it fails, how often by now, and how it did last: what failed names its phase itself. Since when, where
    /// there is room for that.
    static func sentence(_ trouble: EndpointTrouble, _ glyphs: Glyphs, saysSince: Bool = false) -> String {
        let times = trouble.failures > 1 ? ", \(trouble.failures)x" : ""
        let since = saysSince ? " since \(NumberFormat.clock(trouble.since))" : ""
        let what = trouble.kind.map { "\($0.rawValue)s fail" } ?? "model fails"
        return "\(glyphs.warning) \(what)\(times)\(since): \(trouble.message)"
    }

    static func speed(_ factor: Double) -> String {
        factor <= 0 ? "lock-step" : "\(NumberFormat.fixed(factor, factor == factor.rounded() ? 0 : 1))x"
    }

    private static func clock(_ snapshot: Snapshot, now: Double, narrow: Bool) -> String {
        let elapsed = NumberFormat.clock(snapshot.state == .ended ? snapshot.time : now)
        guard !narrow, let duration = snapshot.info.duration else { return elapsed }
        return "\(elapsed) / \(NumberFormat.clock(duration))"
    }
}

extension SessionState {
    /// The loops are quiet because somebody wanted them to be.
    fileprivate var rests: Bool { self == .paused || isClosing }
}
