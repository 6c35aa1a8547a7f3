import Engine
import Vision

// What the engine's values are called, wherever a person reads them: in panels, on the final screen, in the transcript.
// The JSON report has names of its own.

extension Refusal {
    var words: String {
        switch self {
        case .stale: "stale"
        case .sceneChanged: "scene changed"
        case .menuOpen: "menu open"
        case .healthCritical: "health critical"
        case .healthLow: "health low"
        case .menuInCombat: "menu in combat"
        case .repeated: "repeated"
        case .busy: "busy"
        case .paused: "paused"
        case .operatorDrives: "you drive"
        case .inputStopped: "input stopped"
        case .unknownAction: "unknown action"
        }
    }
}

extension UtteranceDrop {
    var words: String {
        switch self {
        case .belowThreshold: "below threshold"
        case .rateLimited: "rate limit"
        case .replaced: "replaced by newer"
        case .queueFull: "queue full"
        case .closed: "closed"
        }
    }
}

extension Intent.Kind {
    var words: String {
        switch self {
        case .engageEnemy: "engage"
        case .retreat: "retreat"
        case .heal: "heal"
        case .explore: "explore"
        case .followRumour: "follow rumour"
        case .talk: "talk"
        case .trade: "trade"
        case .seekShelter: "shelter"
        case .closeMenu: "close menu"
        case .wait: "wait"
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
