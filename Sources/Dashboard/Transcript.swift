import Engine

/// What stays in the scrollback: the end of a session as plain lines, printed to the normal screen after the dashboard
/// has gone, and the whole output of a headless run's end.
enum Transcript {
    typealias Line = FinalStatistics.PlainLine

    static func lines(_ report: FinalReport) -> [Line] {
        let title = ["AUTONOMOUS GAMEPLAY COMPLETE", String(repeating: "=", count: 60), ""]
        var lines = title.map { Line(text: $0) }
        if report.outcome.reason == "error" {
            let words = TextWidth.sanitized("E" + report.outcome.description.dropFirst())
            lines += TextWrap.rows(words, width: 80).map { Line(text: $0, isBad: true) } + [Line(text: "")]
        }
        lines.append(Line(text: "[CLEANUP] Closing connections..."))
        lines += report.cleanup.map(cleanupLine)
        if let audit = report.audit.value { lines.append(auditLine(audit)) }
        lines += [Line(text: "[CLEANUP] Complete"), Line(text: "")]
        return lines + FinalStatistics.plainLines(report)
    }

    private static func cleanupLine(_ closing: FinalReport.Closing) -> Line {
        let name = TextWidth.sanitized(closing.name)
        let why = TextWidth.sanitized(closing.failure.value ?? "")
        let text =
            switch closing.result {
            case .closed: "[CLEANUP] ✓ \(name) closed"
            case .alreadyClosed: "[CLEANUP] ✓ \(name) already closed"
            case .timedOut: "[CLEANUP] ⚠️ \(name) close error: not closed within its deadline"
            case .failed: "[CLEANUP] ⚠️ \(name) close error: \(why)"
            case .neverClosed: "[CLEANUP] ⚠️ \(name) was never closed"
            }
        return Line(text: text, isBad: closing.isLeftOpen)
    }

    private static func auditLine(_ audit: FinalReport.Audited) -> Line {
        guard !audit.isClean else { return Line(text: "[CLEANUP] ✓ Audit: no socket and no child process is left") }
        let sockets = max(0, audit.socketsAtEnd - audit.socketsAtStart)
        let children = max(0, audit.childrenAtEnd - audit.childrenAtStart)
        return Line(
            text: "[CLEANUP] ⚠️ Audit: \(sockets) sockets and \(children) child processes are left open", isBad: true)
    }
}
