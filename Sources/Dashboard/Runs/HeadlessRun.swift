import Canvas
import Engine
import Record
import Synchronization

/// A run without a terminal. Standard output gets one line for each decision when its outcome is known, and the
/// transcript at the end; what an operator must know besides goes to standard error.
struct HeadlessRun {
    private let lines = LineQueue()
    private let hub: EventHub

    /// Starts to listen; must come before the session starts, so that no line is missed.
    /// `reservesOutput` keeps standard output for something else.
    init(_ hub: EventHub, reservesOutput: Bool = false) {
        self.hub = hub
        let repeats = RepeatedFailures()
        let output = LineStamp(of: reservesOutput ? 2 : 1)
        let errors = LineStamp(of: 2)
        hub.observe { [lines] event in
            if let decision = Self.decision(in: event) {
                let line = output.line(decision, at: event.time, .information)
                lines.append(reservesOutput ? .error(line) : .output(line))
            } else if repeats.isNews(event), let (note, gravity) = Self.note(on: event) {
                lines.append(.error(errors.line(note, at: event.time, gravity)))
            } else if case .ended = event.kind {
                lines.end()
            }
        }
    }

    /// Prints lines until the session has ended. Blocks the calling thread, which is the main one. `onFailure` is
    /// told why standard output takes no line any more (an error number).
    func follow(onFailure: (Int32) -> Void) {
        var alerts = Alerts()
        let errors = LineStamp(of: 2)
        lines.print(onFailure: onFailure) { [hub] in
            let now = hub.time
            return alerts.take(hub.snapshot, now: now).filter { !$0.topic.hasEventLine }.map { alert in
                .error(errors.line("alert: \(TextWidth.sanitized(alert.sentence))", at: now, .warning))
            }
        }
    }

    /// Tells a failure that was printed already, since when none of its kind worked: of requests that run side by side,
    /// of whatever kind, each fails with the same words.
    final class RepeatedFailures: Sendable {
        private let last = Mutex<[RequestKind: String]>([:])

        func isNews(_ event: EngineEvent) -> Bool {
            last.withLock { last in
                switch event.kind {
                case .endpointFailing(let kind, _, let message):
                    defer { last[kind] = message }
                    return !last.values.contains(message)
                case .endpointRecovered(let kind): last[kind] = nil
                default: break
                }
                return true
            }
        }
    }

    /// The line of a decision whose outcome an event tells.
    static func decision(in event: EngineEvent) -> String? {
        guard case .acted(let outcome) = event.kind else { return nil }
        return describe(outcome)
    }

    /// What else an operator must know, and how grave it is.
    static func note(on event: EngineEvent) -> (String, LineStamp.Gravity)? {
        switch event.kind {
        case .notice(let text): ("note: \(TextWidth.sanitized(text))", .notice)
        case .endpointFailing(let kind, _, let message):
            ("model requests fail (\(kind.rawValue)): \(TextWidth.sanitized(message))", .warning)
        case .endpointRecovered(let kind): ("model requests work again (\(kind.rawValue))", .notice)
        case .account(.held(let hold?)) where !hold.reason.isBackoff:
            ("no model requests: " + wait(hold, event.time), .warning)
        case .account(.heldKind(let kind, let hold?)) where !hold.reason.isBackoff:
            ("no \(kind.rawValue)s: " + wait(hold, event.time), .warning)
        case .account(.silent(let kind, let silence?)):
            (
                "nothing usable from the last \(silence.requests) \(kind.rawValue)s, "
                    + "since \(LineStamp.text(silence.since)), "
                    + "mostly \(silence.reason.rawValue): \(TextWidth.sanitized(silence.message))", .warning
            )
        case .account(.silent(let kind, nil)): ("a usable \(kind.rawValue) again", .notice)
        case .loopFailed(let loop, let message, let restart, let wait):
            (
                "the \(loop.rawValue) loop failed: \(TextWidth.sanitized(message)); restart \(restart) in "
                    + NumberFormat.duration(wait), .warning
            )
        case .loopRestarted(let loop): ("the \(loop.rawValue) loop runs again", .notice)
        case .loopDead(let loop, let message, _):
            (
                "the \(loop.rawValue) loop is given up, and input is held: \(TextWidth.sanitized(message)); "
                    + "a signal ends the session", .error
            )
        default: nil
        }
    }

    private static func wait(_ hold: HoldReport, _ now: Double) -> String {
        TextWidth.sanitized(hold.reason.description)
            + (hold.until.map { "; asks again in \(NumberFormat.duration($0 - now))" } ?? "")
    }

    private static func describe(_ outcome: ActionOutcome) -> String {
        let decision = outcome.decision
        let fate = switch outcome.fate {
        case .executed: "executed"
        case .dryRun: "dry-run"
        case .refused(let why): "refused (\(why.rawValue))"
        case .interrupted: "interrupted"
        case .failed(let why): "failed (\(why))"
        }
        let age = outcome.frameAge.map { " frame \(Int(($0 * 1000).rounded())) ms old," } ?? ""
        let line = "#\(decision.id) \(decision.action.rawValue) by \(decision.source.rawValue),\(age) \(fate): "
        return line + TextWidth.sanitized(decision.reason)
    }
}
