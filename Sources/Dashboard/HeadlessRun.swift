import Dispatch
import Engine


/// A run without a terminal: one line for each decision when its outcome is known, and what the operator must know in
/// between. The transcript follows when the session is over.
struct HeadlessRun {
    private let lines = LineQueue()
    private let news = DispatchSemaphore(value: 0)

    /// Starts to listen; must come before the session starts, so that no line is missed.
    init(_ hub: EventHub) {
        hub.observe { [lines, news] event in
            guard let line = Self.line(for: event) else { return }
            lines.append(line)
            news.signal()
        }
    }

    /// Prints lines until the session is over. Blocks the calling thread, which is the main one.
    func follow(until isOver: () -> Bool) {
        while true {
            let over = isOver()
            for line in lines.takeAll() { Output.write(line) }
            if over { return }
            _ = news.wait(timeout: .now() + .milliseconds(200))
        }
    }

    /// The line an event is worth; `nil` for most.
    static func line(for event: EngineEvent) -> String? {
        let time = stamp(event.time)
        return switch event.kind {
        case .started(let info):
            "\(time) playing \(info.game), \(info.mode.rawValue); model \(info.model) at \(info.endpoint)"
        case .acted(let outcome): "\(time) \(describe(outcome))"
        case .notice(let text): "\(time) note: \(TextWidth.sanitized(text))"
        case .endpointFailing(_, let message): "\(time) model requests fail: \(TextWidth.sanitized(message))"
        case .endpointRecovered: "\(time) model requests work again"
        case .spoken(let utterance): "\(time) says: \(TextWidth.sanitized(utterance.text))"
        default: nil
        }
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

    /// `h:mm:ss.t`
    static func stamp(_ seconds: Double) -> String {
        let tenths = Int(seconds * 10)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(tenths / 36_000):\(two(tenths / 600 % 60)):\(two(tenths / 10 % 60)).\(tenths % 10)"
    }
}
