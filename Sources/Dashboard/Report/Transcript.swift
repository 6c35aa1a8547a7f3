import Canvas
import Engine
import Record

/// What stays in the scrollback: the end of a session as plain lines, printed to the normal screen after the dashboard
/// has gone, and the whole output of a headless run's end.
enum Transcript {
    typealias Line = FinalStatistics.PlainLine

    static func lines(_ report: FinalReport, glyphs: Glyphs = .unicode) -> [Line] {
        let title = ["AUTONOMOUS GAMEPLAY COMPLETE", String(repeating: "=", count: 60), ""]
        var lines = title.map { Line(text: $0) }
        if report.outcome.reason == "error" {
            let words = TextWidth.sanitized("E" + report.outcome.description.dropFirst())
            lines += TextWrap.rows(words, width: 80).map { Line(text: $0, isBad: true) } + [Line(text: "")]
        }
        lines.append(Line(text: "[CLEANUP] Closing connections..."))
        let signs = glyphs.isPlain ? Signs(done: "ok", alarm: "!") : Signs(done: "✓", alarm: "⚠")
        lines += report.cleanup.map { cleanupLine($0, signs) }
        if let audit = report.audit.value { lines.append(auditLine(audit, signs)) }
        lines += [Line(text: "[CLEANUP] Complete"), Line(text: "")]
        if glyphs.isASCII { lines = lines.map { Line(text: FinalStatistics.ascii($0.text), isBad: $0.isBad) } }
        return lines + FinalStatistics.plainLines(report, glyphs: glyphs)
    }

    private struct Signs {
        var done: String
        /// Without the selector of a colour picture, about whose width terminals disagree.
        var alarm: String
    }

    private static func cleanupLine(_ closing: FinalReport.Closing, _ signs: Signs) -> Line {
        let name = TextWidth.sanitized(closing.name)
        let why = TextWidth.sanitized(closing.failure.value ?? "")
        let text =
            switch closing.result {
            case .closed: "[CLEANUP] \(signs.done) \(name) closed"
            case .timedOut: "[CLEANUP] \(signs.alarm) \(name) close error: not closed within its deadline"
            case .failed: "[CLEANUP] \(signs.alarm) \(name) close error: \(why)"
            case .neverClosed, .armed: "[CLEANUP] \(signs.alarm) \(name) was never closed"
            }
        return Line(text: text, isBad: closing.isLeftOpen)
    }

    private static func auditLine(_ audit: FinalReport.Audited, _ signs: Signs) -> Line {
        guard !audit.isClean else {
            return Line(text: "[CLEANUP] \(signs.done) Audit: no socket and no child process is left")
        }
        let sockets = max(0, audit.socketsAtEnd - audit.socketsAtStart)
        let children = max(0, audit.childrenAtEnd - audit.childrenAtStart)
        return Line(
            text: "[CLEANUP] \(signs.alarm) Audit: \(sockets) sockets and \(children) child processes are left open",
            isBad: true)
    }
}
