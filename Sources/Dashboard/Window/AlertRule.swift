import Canvas
import Record

/// One thing that is worth a call.
struct AlertRule: Sendable {
    enum Topic: Sendable {
        case loopDead, loopFails, held, stuck, endpointDown, budgetSpent, budgetNear, journalLoses, diskLow, ended

        /// A run without a terminal has a line of its own for the event that it comes from.
        var hasEventLine: Bool {
            switch self {
            case .loopDead, .loopFails, .held, .budgetSpent, .budgetNear, .ended: true
            case .stuck, .endpointDown, .journalLoses, .diskLow: false
            }
        }
    }

    let topic: Topic
    /// Seconds that it must last: what is over by itself at once needs nobody.
    var lasts = 0.0
    /// Seconds that it must be gone before it can be new again.
    var gone = 0.0
    /// Seconds between two calls.
    var apart = 0.0
    /// A key may have caused it.
    var isByHand = false
    /// How it stands at a time of the session, in seconds.
    let judge: @Sendable (Snapshot, Double) -> Alerts.Standing

    static let all = [
        AlertRule(topic: .loopDead, judge: loopDead), AlertRule(topic: .loopFails, gone: 60, judge: loopFails),
        AlertRule(topic: .held, gone: 1, isByHand: true, judge: held),
        AlertRule(topic: .stuck, lasts: stuckLasts, gone: 10, apart: 120, judge: stuck),
        AlertRule(topic: .endpointDown, gone: 10, judge: endpointDown),
        AlertRule(topic: .budgetSpent, judge: budgetSpent),
        AlertRule(topic: .budgetNear, judge: budgetNear),
        AlertRule(topic: .journalLoses, gone: 60, judge: journalLoses),
        AlertRule(topic: .diskLow, gone: 60, judge: diskLow), AlertRule(topic: .ended, judge: ended),
    ]

    /// Seconds after which an agent that is stuck will not find out by itself.
    static let stuckLasts = 10.0

    @Sendable private static func loopDead(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        guard let (name, failure) = snapshot.deadLoops.first else { return .absent }
        return .present(
            "\(name.rawValue) is given up after \(failure.restart) restarts, and all input is held: \(failure.message)")
    }

    @Sendable private static func loopFails(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        guard let (name, failure) = snapshot.failedLoop else { return .absent }
        return .present("\(name.rawValue) failed and is started again: \(failure.message)")
    }

    @Sendable private static func held(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        // A loop that is given up holds all input, and says so itself.
        guard snapshot.state == .held, snapshot.deadLoops.isEmpty else {
            return snapshot.state == .operatorDrives || snapshot.state == .held ? .undecided : .absent
        }
        return .present("all input is held; space resumes")
    }

    @Sendable private static func stuck(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        guard snapshot.state == .running else { return .undecided }
        return snapshot.stuck.isStuck ? .present("the agent is stuck and finds no way out") : .absent
    }

    @Sendable private static func endpointDown(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        Alerts.Standing(
            snapshot.endpointDown(at: now).map {
                "no model has answered for \(NumberFormat.duration(now - $0.since)): \($0.message)"
            })
    }

    @Sendable private static func budgetSpent(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        guard snapshot.isBudgetSpent(at: now), let budget = snapshot.info.account.budget else { return .absent }
        return .present("the budget of \(budget) is spent: no more requests")
    }

    @Sendable private static func budgetNear(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        guard let share = snapshot.budgetShare, share >= Snapshot.budgetNears, let budget = snapshot.info.account.budget else {
            return .absent
        }
        // That it is spent altogether is said already.
        if snapshot.isBudgetSpent(at: now) { return .undecided }
        return .present("\(NumberFormat.fixed(share * 100, 0)) % of the budget of \(budget) is spent")
    }

    @Sendable private static func journalLoses(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        guard snapshot.stopReason == nil else { return .undecided }
        return Alerts.Standing(snapshot.journalLoss(at: now).map { "the journal loses events: \($0)" })
    }

    @Sendable private static func diskLow(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        Alerts.Standing(
            snapshot.lowDisk.map {
                "only \(NumberFormat.bytes($0)) is left on the disk for \(snapshot.journal?.path ?? "the journal")"
            })
    }

    /// A person who stopped the session waits for its end; then only what was not closed is news.
    @Sendable private static func ended(_ snapshot: Snapshot, _ now: Double) -> Alerts.Standing {
        guard snapshot.state == .ended, let reason = snapshot.stopReason else { return .absent }
        let left = snapshot.leftOpen.first.map { "left open: \($0)" }
        let cause: String? = switch reason {
        case .key, .terminalLost: nil
        case .duration: "the session has ended: its time is up"
        case .videoEnded: "the session has ended: the video is over"
        case .signal(let name): "the session was ended by \(name)"
        case .error(let why): "the session was ended by an error: \(why)"
        }
        let words = [cause, left].compactMap(\.self)
        return words.isEmpty ? .absent : .present(words.joined(separator: "; "))
    }
}
