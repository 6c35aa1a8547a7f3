import Canvas
import Engine

/// The figures of model, voice and connections, and the proof that everything was closed.
extension FinalStatistics {
    static func interpreter(_ figures: FinalReport.InterpreterFigures) -> Section {
        var entries = [
            Entry(
                label: "Perspectives",
                value: figures.perspectives.isEmpty ? "none" : figures.perspectives.joined(separator: ", ")),
            Entry(label: "Interpretations", value: "\(figures.started)"),
            Entry(
                label: "Ended",
                value: "\(figures.finished) finished, \(figures.truncated) truncated, \(figures.failed) failed, "
                    + "\(figures.cancelled) cancelled",
                role: figures.failed + figures.truncated > 0 ? .warning : .text),
            Entry(label: "Frames dropped", value: "\(figures.framesDropped)"),
            Entry(label: "First piece", value: spread(figures.firstPiece)),
            Entry(label: "Whole answer", value: spread(figures.wholeAnswer)),
            Entry(
                label: "Planner",
                value: "\(figures.plans) plans, \(figures.planFailures) failed, \(figures.intents) intents, \(figures.lateIntents) too late",
                role: figures.planFailures > 0 ? .warning : .text),
            Entry(label: "Planner latency", value: spread(figures.planning)),
            Entry(
                label: "Tokens",
                value: NumberFormat.count(figures.totalTokens)
                    + " (prompt \(NumberFormat.count(figures.promptTokens)), "
                    + "answer \(NumberFormat.count(figures.answerTokens)), "
                    + "thoughts \(NumberFormat.count(figures.thoughtTokens)))"),
        ]
        if let trouble = figures.trouble.value {
            let since = NumberFormat.clock(trouble.sinceSeconds)
            entries.append(
                Entry(
                    label: "Endpoint", value: "failing since \(since), \(trouble.failures)x: \(trouble.message)",
                    role: .warning))
        }
        return Section(title: "Interpreter", entries: entries)
    }

    static func voice(_ voice: FinalReport.Voice) -> Section {
        Section(
            title: "Voice",
            entries: [
                Entry(
                    label: "Lines",
                    value: "\(voice.spoken) shown, \(voice.heard) heard"
                        + (voice.silence.value.map { " (\($0))" } ?? "")),
                Entry(label: "Dropped", value: list(voice.dropped, voice.drops) { UtteranceDrop(rawValue: $0)?.words }),
            ])
    }

    static func connections(_ pool: FinalReport.Connections, isInterim: Bool) -> Section {
        let isBalanced = pool.leftOpen == 0
        let open = isInterim ? "\(pool.leftOpen) open now" : "\(pool.leftOpen) LEFT OPEN"
        let underWay = pool.underWay == 0 ? "" : " + \(pool.underWay) under way"
        return Section(
            title: "Connections",
            entries: [
                Entry(
                    label: "Opened / closed",
                    value: isBalanced
                        ? "\(pool.opened) = \(pool.closed)"
                        : "\(pool.opened) / \(pool.closed), \(open)",
                    role: isBalanced ? .good : isInterim ? .text : .bad),
                Entry(label: "Peak", value: "\(pool.peak) of \(pool.limit)"),
                Entry(
                    label: "Requests",
                    value: "\(pool.requests) = \(pool.answered) responses + \(pool.failed) failed + "
                        + "\(pool.cancelled) cancelled\(underWay)"),
                Entry(
                    label: "Failed", value: list(pool.failed, pool.failures), role: pool.failed > 0 ? .warning : .text),
                Entry(
                    label: "Bytes",
                    value: "\(NumberFormat.bytes(pool.sentBytes)) sent, "
                        + "\(NumberFormat.bytes(pool.receivedBytes)) received"),
            ],
            table: StatisticsTable(
                heading: ["host", "opened", "closed", isInterim ? "open" : "left", "peak", "failed"],
                rows: pool.hosts.map { host in
                    let left = host.opened - host.closed
                    return StatisticsTable.Row(
                        cells: [host.origin] + [host.opened, host.closed, left, host.peak, host.failed].map { "\($0)" },
                        role: left == 0 || isInterim ? .text : .bad)
                },
                droppable: [5, 4]))
    }

    static func cleanup(_ report: FinalReport) -> Section {
        var entries = report.cleanup.map { closing in
            let role: Role = closing.isLeftOpen ? .bad : closing.result == .armed ? .text : .good
            return Entry(label: closing.name, value: outcome(closing), role: role)
        }
        if let audit = report.audit.value {
            let sockets = "sockets \(audit.socketsAtStart) -> \(audit.socketsAtEnd)"
            let processes = "processes \(audit.childrenAtStart) -> \(audit.childrenAtEnd)"
            // The proof comes before what it proves: it is on the first page of the smallest screen, too.
            entries.insert(
                Entry(
                    label: "Audit",
                    value: audit.isClean
                        ? "nothing left open (\(sockets), \(processes))" : "LEFT OPEN: \(sockets), \(processes)",
                    role: audit.isClean ? .good : .bad), at: 0)
        }
        return Section(title: "Cleanup", entries: entries)
    }

    static func dashboard(_ figures: FinalReport.DashboardFigures?) -> Section {
        guard let figures else { return Section(title: "Dashboard") }
        let saved = figures.savedFiles.map { Entry(label: "Saved", value: $0) }
        return Section(
            title: "Dashboard",
            entries: [
                Entry(label: "Frames", value: "\(figures.frames), \(figures.framesSkipped) skipped by a slow terminal"),
                Entry(label: "Written", value: NumberFormat.bytes(figures.writtenBytes)),
                Entry(label: "Processor time", value: duration(figures.cpuSeconds)),
                Entry(label: "Slowest frame", value: duration(figures.slowestFrameSeconds)),
            ] + saved)
    }

    private static func outcome(_ closing: FinalReport.Closing) -> String {
        let took = duration(closing.tookSeconds.value)
        return switch closing.result {
        case .closed: "closed in \(took)"
        case .alreadyClosed: "already closed"
        case .timedOut: "TIMED OUT after \(took)"
        case .failed: "FAILED: \(closing.failure.value ?? "")"
        case .neverClosed: "NOT CLOSED"
        case .armed: "armed"
        }
    }
}
