import Engine

/// What stays in the scrollback: the end of a session as plain lines, printed to the normal screen after the dashboard
/// has gone, and the whole output of a headless run's end.
enum Transcript {
    static func lines(_ snapshot: Snapshot) -> [String] {
        var lines = ["AUTONOMOUS GAMEPLAY COMPLETE", String(repeating: "=", count: 60), ""]
        if case .error(let sentence) = snapshot.stopReason {
            lines += ["Ended by an error: \(sentence)", ""]
        }
        lines.append("[CLEANUP] Closing connections...")
        for resource in snapshot.resources { lines.append(cleanupLine(resource)) }
        if let audit = snapshot.audit { lines.append(auditLine(audit)) }
        lines += ["[CLEANUP] Complete", ""]
        return lines + FinalStatistics.plainLines(snapshot: snapshot)
    }

    static func cleanupLine(_ resource: ResourceStatus) -> String {
        guard case .done(let receipt) = resource.phase else {
            return "[CLEANUP] ⚠️ \(resource.name) was never closed"
        }
        return switch receipt.result {
        case .closed: "[CLEANUP] ✓ \(receipt.name) closed"
        case .alreadyClosed: "[CLEANUP] ✓ \(receipt.name) already closed"
        case .timedOut: "[CLEANUP] ⚠️ \(receipt.name) close error: not closed within its deadline"
        case .failed(let why): "[CLEANUP] ⚠️ \(receipt.name) close error: \(why)"
        }
    }

    static func auditLine(_ audit: Audit) -> String {
        guard !audit.isClean else { return "[CLEANUP] ✓ Audit: no socket and no child process is left" }
        return "[CLEANUP] ⚠️ Audit: \(audit.leftSockets) sockets and \(audit.leftChildren) child processes are left open"
    }
}
