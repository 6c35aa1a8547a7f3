import Basics
import Engine
import Record
import Vision

// What the engine's values are called, wherever a person reads them: in panels, on the final screen, in the transcript.
// The JSON report has names of its own.

extension Refusal {
    var words: String { self == .operatorDrives ? "you drive" : inWords }
}

extension UtteranceDrop {
    var words: String {
        switch self {
        case .rateLimited: "rate limit"
        case .replaced: "replaced by newer"
        case .belowThreshold, .queueFull, .closed: inWords
        }
    }
}

extension Intent.Kind {
    var words: String {
        switch self {
        case .engageEnemy: "engage"
        case .seekShelter: "shelter"
        case .retreat, .heal, .explore, .followRumour, .talk, .trade, .closeMenu, .wait: inWords
        }
    }
}

extension AccountInfo {
    /// Price, where it is from, and the limits on requests.
    var words: String {
        let limits = [perMinute.map { "\($0) a minute" }, perDay.map { "\($0) a day" }].compactMap(\.self)
        let bounds = limits.isEmpty ? "" : "; at most \(limits.joined(separator: ", "))"
        switch pricing {
        case .free: return "free" + bounds
        case .unknown: return "unknown" + bounds
        case .known(let price, let date):
            return "\(price.description) (\(date.map { "as of \($0)" } ?? "--price"))" + bounds
        }
    }
}

extension FinalReport.Account.Requests {
    /// `sent 12 = 10 answered + 1 failed (quota 1) + 0 cancelled + 1 under way`
    var words: String {
        let reasons = failures.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        let failed = "\(self.failed) failed" + (reasons.isEmpty ? "" : " (\(reasons))")
        let open = underWay == 0 ? "" : " + \(underWay) under way"
        return "sent \(sent) = \(answered) answered + \(failed) + \(cancelled) cancelled\(open)"
    }
}

extension StopReason {
    /// In the JSON report.
    var name: String {
        switch self {
        case .key: "key"
        case .duration: "duration"
        case .videoEnded: "video_ended"
        case .signal: "signal"
        case .terminalLost: "terminal_lost"
        case .error: "error"
        }
    }

    var words: String {
        switch self {
        case .key: "stopped by key"
        case .duration: "duration reached"
        case .videoEnded: "the video ended"
        case .signal(let name): "stopped by \(name)"
        case .terminalLost: "the terminal was closed"
        case .error(let what): "ended by an error: \(what)"
        }
    }
}
