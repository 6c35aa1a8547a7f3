import Canvas
import Engine
import Record

/// The figures of model, voice and connections, and the proof that everything was closed.
extension FinalStatistics {
    static func interpreter(_ figures: FinalReport.InterpreterFigures) -> Section {
        func count(_ tokens: Int) -> String { NumberFormat.count(tokens) }
        let ended = "\(figures.finished) finished, \(figures.truncated) truncated, \(figures.failed) failed"
        let plans = "\(figures.plans) plans, \(figures.planFailures) failed, \(figures.intents) intents"
        let tokens = "prompt \(count(figures.promptTokens)), answer \(count(figures.answerTokens))"
        var entries = [
            Entry("Perspectives", figures.perspectives.isEmpty ? "none" : figures.perspectives.joined(separator: ", ")),
            Entry("Interpretations", "\(figures.started)"),
            Entry(
                "Ended", "\(ended), \(figures.cancelled) cancelled",
                figures.failed + figures.truncated > 0 ? .warning : .text),
            Entry("Frames dropped", "\(figures.framesDropped)"),
            Entry("First piece", spread(figures.firstPiece)),
            Entry("Whole answer", spread(figures.wholeAnswer)),
            Entry("Planner", "\(plans), \(figures.lateIntents) too late", figures.planFailures > 0 ? .warning : .text),
            Entry("Planner latency", spread(figures.planning)),
            Entry("Tokens", "\(count(figures.totalTokens)) (\(tokens), thoughts \(count(figures.thoughtTokens)))"),
        ]
        if let trouble = figures.trouble.value {
            let since = NumberFormat.clock(trouble.sinceSeconds)
            let words = "failing since \(since), \(trouble.failures)x: \(trouble.message)"
            entries.append(Entry("Endpoint", words, .warning))
        }
        return Section("Interpreter", entries)
    }

    static func voice(_ voice: FinalReport.Voice) -> Section {
        let silence = voice.silence.value.map { " (\($0))" } ?? ""
        return Section("Voice", [
            Entry("Lines", "\(voice.spoken) shown, \(voice.heard) heard\(silence)"),
            Entry("Dropped", list(voice.dropped, voice.drops) { UtteranceDrop(rawValue: $0)?.words }),
        ])
    }

    static func connections(_ pool: FinalReport.Connections, isInterim: Bool) -> Section {
        let isBalanced = pool.leftOpen == 0
        let open = isInterim ? "\(pool.leftOpen) open now" : "\(pool.leftOpen) LEFT OPEN"
        let balance = isBalanced ? "\(pool.opened) = \(pool.closed)" : "\(pool.opened) / \(pool.closed), \(open)"
        let underWay = pool.underWay == 0 ? "" : " + \(pool.underWay) under way"
        let done = "\(pool.answered) responses + \(pool.failed) failed + \(pool.cancelled) cancelled"
        let bytes = (sent: NumberFormat.bytes(pool.sentBytes), received: NumberFormat.bytes(pool.receivedBytes))
        let table = StatisticsTable(
            heading: ["host", "opened", "closed", isInterim ? "open" : "left", "peak", "failed"],
            rows: pool.hosts.map { host in
                let left = host.opened - host.closed
                return StatisticsTable.Row(
                    cells: [host.origin] + [host.opened, host.closed, left, host.peak, host.failed].map { "\($0)" },
                    role: left == 0 || isInterim ? .text : .bad)
            },
            droppable: [5, 4])
        return Section("Connections", [
            Entry("Opened / closed", balance, isBalanced ? .good : isInterim ? .text : .bad),
            Entry("Peak", "\(pool.peak) of \(pool.limit)"),
            Entry("Requests", "\(pool.requests) = \(done)\(underWay)"),
            Entry("Failed", list(pool.failed, pool.failures), pool.failed > 0 ? .warning : .text),
            Entry("Bytes", "\(bytes.sent) sent, \(bytes.received) received"),
        ], table: table)
    }

    static func cleanup(_ report: FinalReport) -> Section {
        var entries = report.cleanup.map { closing in
            let role: Role = closing.isLeftOpen ? .bad : closing.result == .armed ? .text : .good
            return Entry(closing.name, outcome(closing), role)
        }
        if let audit = report.audit.value {
            let sockets = "sockets \(audit.socketsAtStart) -> \(audit.socketsAtEnd)"
            let processes = "processes \(audit.childrenAtStart) -> \(audit.childrenAtEnd)"
            // The proof comes before what it proves: it is on the first page of the smallest screen, too.
            let counts = "\(sockets), \(processes)"
            let proof = audit.isClean
                ? Entry("Audit", "nothing left open (\(counts))", .good) : Entry("Audit", "LEFT OPEN: \(counts)", .bad)
            entries.insert(proof, at: 0)
        }
        return Section("Cleanup", entries)
    }

    static func dashboard(_ figures: FinalReport.DashboardFigures?) -> Section {
        guard let figures else { return Section("Dashboard") }
        let saved = figures.savedFiles.map { Entry("Saved", $0) }
        return Section("Dashboard", [
            Entry("Frames", "\(figures.frames), \(figures.framesSkipped) skipped by a slow terminal"),
            Entry("Written", NumberFormat.bytes(figures.writtenBytes)),
            Entry("Processor time", duration(figures.cpuSeconds)),
            Entry("Slowest frame", duration(figures.slowestFrameSeconds)),
        ] + saved)
    }

    private static func outcome(_ closing: FinalReport.Closing) -> String {
        let took = duration(closing.tookSeconds.value)
        return switch closing.result {
        case .closed: "closed in \(took)"
        case .timedOut: "TIMED OUT after \(took)"
        case .failed: "FAILED: \(closing.failure.value ?? "")"
        case .neverClosed: "NOT CLOSED"
        case .armed: "armed"
        }
    }
}
