import Record

/// Calls a person who looks elsewhere, folded from snapshots: a sentence once for each time that something is wrong.
/// What the person did at the keyboard just now is no news.
struct Alerts: Sendable {
    /// How something stands that may be worth a call.
    enum Standing: Equatable {
        case absent
        /// Nothing can be said of it now: whatever went on goes on.
        case undecided
        case present(String)

        init(_ sentence: String?) { self = sentence.map { .present($0) } ?? .absent }
    }

    /// A call: what of, and the sentence.
    struct Call: Equatable, Sendable {
        var topic: AlertRule.Topic
        var sentence: String
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

    private var episodes = Array(repeating: Episode(), count: AlertRule.all.count)
    private var actedAt = -Double.infinity

    /// A person has told the engine something.
    mutating func personActed(now: Double) { actedAt = now }

    /// What to call somebody with now, most often nothing.
    mutating func take(_ snapshot: Snapshot, now: Double) -> [Call] {
        zip(AlertRule.all, episodes.indices).compactMap { rule, index in
            episodes[index].take(rule.judge(snapshot, now), rule, now: now, isByHand: now - actedAt < Self.handTime)
                .map { Call(topic: rule.topic, sentence: $0) }
        }
    }
}

extension Alerts.Episode {
    /// Takes on how it stands; returns the sentence when it is time for it.
    fileprivate mutating func take(
        _ standing: Alerts.Standing, _ rule: AlertRule, now: Double, isByHand: Bool
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
