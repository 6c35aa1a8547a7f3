import Engine

/// The figures of model, voice and connections, and the proof that everything was closed.
extension FinalStatistics {
    static func interpreter(_ snapshot: Snapshot) -> Section {
        let s = snapshot.statistics
        let perspectives = snapshot.perspectives.map(\.rawValue).joined(separator: ", ")
        var entries = [
            Entry(label: "Perspectives", value: perspectives.isEmpty ? "none" : perspectives),
            Entry(label: "Interpretations", value: "\(s.interpretations)"),
            Entry(
                label: "Ended",
                value: "\(s.interpretationsFinished) finished, \(s.interpretationsTruncated) truncated, "
                    + "\(s.interpretationsFailed) failed, \(s.interpretationsCancelled) cancelled",
                role: s.interpretationsFailed + s.interpretationsTruncated > 0 ? .warning : .text),
            Entry(label: "Frames dropped", value: "\(s.interpreterFramesDropped)"),
            Entry(label: "First piece", value: spread(s.firstPiece)),
            Entry(label: "Whole answer", value: spread(s.interpretationLatency)),
            Entry(
                label: "Planner",
                value: "\(s.plans) plans, \(s.planFailures) failed, \(s.intents) intents",
                role: s.planFailures > 0 ? .warning : .text),
            Entry(label: "Planner latency", value: spread(s.planLatency)),
            Entry(
                label: "Tokens",
                value: "\(s.usage.total) (prompt \(s.usage.prompt), answer \(s.usage.candidates), "
                    + "thoughts \(s.usage.thoughts))"),
        ]
        if let trouble = snapshot.endpointTrouble {
            entries.append(
                Entry(
                    label: "Endpoint",
                    value:
                        "failing since \(NumberFormat.clock(trouble.since)), \(trouble.failures)x: \(trouble.message)",
                    role: .warning))
        }
        return Section(title: "Interpreter", entries: entries)
    }

    static func voice(_ s: Statistics) -> Section {
        let drops = UtteranceDrop.allCases.compactMap { why -> String? in
            guard let count = s.unspoken[why], count > 0 else { return nil }
            return "\(words(why)) \(count)"
        }
        let dropped = s.unspoken.values.reduce(0, +)
        return Section(
            title: "Voice",
            entries: [
                Entry(label: "Spoken", value: "\(s.spoken)"),
                Entry(label: "Dropped", value: drops.isEmpty ? "0" : "\(dropped) (\(drops.joined(separator: ", ")))"),
            ])
    }

    static func connections(_ pool: Occupancy) -> Section {
        let left = pool.opened - pool.closed
        var entries = [
            Entry(
                label: "Opened / closed",
                value: left == 0
                    ? "\(pool.opened) = \(pool.closed)" : "\(pool.opened) / \(pool.closed), \(left) LEFT OPEN",
                role: left == 0 ? .good : .bad),
            Entry(label: "Peak", value: "\(pool.peak) of \(pool.limit)"),
            Entry(label: "Requests", value: "\(pool.requests), \(pool.answered) answered"),
            Entry(label: "Failed", value: failures(pool), role: pool.failed > 0 ? .warning : .text),
            Entry(
                label: "Bytes",
                value: "\(NumberFormat.bytes(pool.bytesSent)) sent, "
                    + "\(NumberFormat.bytes(pool.bytesReceived)) received"),
        ]
        for (origin, totals) in pool.origins.sorted(by: { $0.key < $1.key }) {
            let isBalanced = totals.opened == totals.closed
            entries.append(
                Entry(
                    label: "Host",
                    value: "\(origin) opened \(totals.opened) \(isBalanced ? "=" : "/=") closed \(totals.closed), "
                        + "peak \(totals.peak), failed \(totals.failed)",
                    role: isBalanced ? .text : .bad))
        }
        return Section(title: "Connections", entries: entries)
    }

    static func cleanup(_ snapshot: Snapshot) -> Section {
        var entries = snapshot.resources.map { resource in
            Entry(label: resource.name, value: outcome(resource), role: isLeftOpen(resource) ? .bad : .good)
        }
        if let audit = snapshot.audit {
            entries.append(
                Entry(
                    label: "Audit",
                    value: audit.isClean
                        ? "nothing left open (sockets \(audit.socketsAtStart) -> \(audit.socketsAtEnd), "
                            + "processes \(audit.childrenAtStart) -> \(audit.childrenAtEnd))"
                        : "\(audit.leftSockets) sockets and \(audit.leftChildren) processes LEFT OPEN",
                    role: audit.isClean ? .good : .bad))
        }
        return Section(title: "Cleanup", entries: entries)
    }

    private static func outcome(_ resource: ResourceStatus) -> String {
        switch resource.phase {
        case .armed: return "NOT CLOSED"
        case .closing: return "still closing"
        case .done(let receipt):
            let took = NumberFormat.duration(receipt.duration)
            switch receipt.result {
            case .closed: return "closed in \(took)"
            case .alreadyClosed: return "already closed"
            case .timedOut: return "TIMED OUT after \(took)"
            case .failed(let why): return "FAILED: \(why)"
            }
        }
    }

    private static func failures(_ pool: Occupancy) -> String {
        let phases = Phase.allCases.compactMap { phase -> String? in
            guard let count = pool.failedByPhase[phase], count > 0 else { return nil }
            return "\(phase.rawValue) \(count)"
        }
        return phases.isEmpty ? "\(pool.failed)" : "\(pool.failed) (\(phases.joined(separator: ", ")))"
    }

    private static func words(_ drop: UtteranceDrop) -> String {
        switch drop {
        case .belowThreshold: "below threshold"
        case .rateLimited: "rate limit"
        case .replaced: "replaced by newer"
        case .queueFull: "queue full"
        case .closed: "closed"
        }
    }
}
