import Canvas
import Engine
import Record

/// What is worth calling a person for who looks elsewhere, folded from snapshots: a sentence once for each time that
/// something is wrong. What the person did at the keyboard just now is no news.
struct Alerts: Sendable {
    /// How something stands that may be worth a call.
    enum Standing: Equatable {
        case absent
        /// Nothing can be said of it now: whatever went on goes on.
        case undecided
        case present(String)
    }

    /// One thing that is worth a call.
    fileprivate struct Rule: Sendable {
        /// Seconds that it must last: what is over by itself at once needs nobody.
        var lasts = 0.0
        /// Seconds that it must be gone before it can be new again.
        var gone = 0.0
        /// Seconds between two calls.
        var apart = 0.0
        /// A key may have caused it.
        var isByHand = false
        let judge: @Sendable (Snapshot) -> Standing
    }

    /// How one of them has gone so far, in session seconds.
    fileprivate struct Episode: Sendable {
        var began: Double?
        var endedAt: Double?
        var isTold = false
        /// Nobody could say for a while how it stood: how long it lasted before says nothing of now.
        var restarts = false
        var calledAt = -Double.infinity
    }

    /// Seconds after a key in which what it causes begins.
    private static let handTime = 2.0

    private static let rules = [
        Rule(lasts: 10, gone: 10, apart: 120, judge: stuck), Rule(gone: 1, isByHand: true, judge: held),
        Rule(judge: ended),
    ]

    private var episodes = Array(repeating: Episode(), count: rules.count)
    private var actedAt = -Double.infinity

    /// A person has told the engine something.
    mutating func personActed(now: Double) { actedAt = now }

    /// The sentences to call somebody with now, most often none.
    mutating func take(_ snapshot: Snapshot, now: Double) -> [String] {
        zip(Self.rules, episodes.indices).compactMap { rule, index in
            episodes[index].take(rule.judge(snapshot), rule, now: now, isByHand: now - actedAt < Self.handTime)
        }
    }

    // MARK: What is worth a call

    @Sendable private static func stuck(_ snapshot: Snapshot) -> Standing {
        guard snapshot.state == .running else { return .undecided }
        return snapshot.stuck.isStuck ? .present("the agent is stuck and finds no way out") : .absent
    }

    @Sendable private static func held(_ snapshot: Snapshot) -> Standing {
        guard snapshot.state == .held else { return snapshot.state == .operatorDrives ? .undecided : .absent }
        let cause = snapshot.deadLoops.first.map { ": \($0.name.rawValue) does not work: \($0.failure.message)" }
        return .present("all input is held\(cause ?? "; space resumes")")
    }

    /// A person who stopped the session waits for its end; then only what was not closed is news.
    @Sendable private static func ended(_ snapshot: Snapshot) -> Standing {
        guard snapshot.state == .ended, let reason = snapshot.stopReason else { return .absent }
        let left = snapshot.leftOpen.first.map { "left open: \($0)" }
        let cause: String? = switch reason {
        case .key, .terminalLost: nil
        case .duration: "the session has ended: its time is up"
        case .signal(let name): "the session was ended by \(name)"
        case .error(let why): "the session was ended by an error: \(why)"
        }
        let words = [cause, left].compactMap(\.self)
        return words.isEmpty ? .absent : .present(words.joined(separator: "; "))
    }
}

extension Alerts.Episode {
    /// Takes on how it stands; returns the sentence when it is time for it.
    fileprivate mutating func take(
        _ standing: Alerts.Standing, _ rule: Alerts.Rule, now: Double, isByHand: Bool
    ) -> String? {
        switch standing {
        case .undecided:
            restarts = true
        case .absent:
            restarts = false
            let ended = endedAt ?? now
            endedAt = ended
            if now - ended >= rule.gone { (began, isTold) = (nil, false) }
        case .present(let sentence):
            endedAt = nil
            if began == nil, rule.isByHand, isByHand { isTold = true }
            let since = restarts ? now : began ?? now
            (began, restarts) = (since, false)
            guard !isTold, now - since >= rule.lasts, now - calledAt >= rule.apart else { return nil }
            (isTold, calledAt) = (true, now)
            return sentence
        }
        return nil
    }
}
