import Connections

/// Whether a session ended as it should.
extension Snapshot {
    /// 0 ended cleanly, 1 an error ended the session or a loop could not be made to work, 3 something was left open or
    /// the cleanup never came to its end.
    package var exitCode: Int32 {
        if let stopReason, stopReason.exitCode != 0 { return stopReason.exitCode }
        if !deadLoops.isEmpty { return 1 }
        return leftOpen.isEmpty ? 0 : 3
    }

    /// The loops that were given up, in the order of their names' declaration.
    package var deadLoops: [(name: LoopName, failure: LoopFailure)] {
        LoopName.allCases.compactMap { name in
            loops[name].flatMap { loop in loop.isDead ? loop.failure.map { (name, $0) } : nil }
        }
    }

    /// The loop that failed last of those that will be started again.
    package var failedLoop: (name: LoopName, failure: LoopFailure)? {
        loops.compactMap { name, loop in loop.failure.map { (name, $0) } }
            .filter { $0.1.restartsAt != nil }
            .max { $0.1.time < $1.1.time }
    }

    /// What is not closed although the session is over, a sentence each; empty when everything is.
    package var leftOpen: [String] {
        guard stopReason != nil else { return ["the session has not ended"] }
        var left: [String] = resources.compactMap { resource in
            guard case .done(let receipt) = resource.phase else { return "\(resource.name) was never closed" }
            return switch receipt.result {
            case .closed: nil
            case .timedOut: "\(receipt.name) was not closed within its deadline"
            case .failed(let why): "\(receipt.name) could not be closed: \(why)"
            }
        }
        let connections = occupancy.opened - occupancy.closed
        if connections != 0 { left.append("\(connections) of \(occupancy.opened) connections not closed") }
        guard let audit else { return left + ["the audit never came to pass"] }
        if audit.leftSockets > 0 { left.append("the audit found \(audit.leftSockets) open sockets") }
        if audit.leftChildren > 0 { left.append("the audit found \(audit.leftChildren) child processes") }
        return left
    }
}

extension ResourceStatus {
    /// Not closed, or not known to be.
    package var isLeftOpen: Bool { if case .done(let receipt) = phase { receipt.result != .closed } else { true } }
}
