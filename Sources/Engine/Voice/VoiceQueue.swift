import Record

/// What waits to be spoken, and when the next line may start. Pure: times come from outside.
///
/// The most urgent goes first, then the oldest. A newer line of a topic replaces an older one that waits. Old news is
/// not spoken at all: what has waited too long is dropped. A critical line cuts a less urgent one short and is never
/// held back by the rate limit.
package struct VoiceQueue: Sendable {
    package struct Settings: Sendable {
        /// Less urgent lines are not spoken.
        package var threshold = Priority.normal
        /// Lines that may be started in any sixty seconds.
        package var perMinute = 12
        /// Lines that may wait.
        package var capacity = 8
        /// How long a line is worth speaking.
        package var freshness = Duration.seconds(12)
    }

    package struct Dropped: Sendable, Equatable {
        package let utterance: Utterance
        package let why: UtteranceDrop
    }

    package enum Step: Sendable, Equatable {
        case speak(Utterance)
        /// Nothing to start before that.
        case wait(until: ContinuousClock.Instant)
        /// Nothing waits.
        case idle
    }

    private struct Waiting: Sendable {
        let utterance: Utterance
        let since: ContinuousClock.Instant
    }

    package let settings: Settings
    package private(set) var isClosed = false
    private var waiting: [Waiting] = []
    /// Starts within the last minute, oldest first.
    private var starts: [ContinuousClock.Instant] = []
    private var speaking: (priority: Priority, until: ContinuousClock.Instant)?

    package init(_ settings: Settings = Settings()) { self.settings = settings }

    package var count: Int { waiting.count }

    /// Takes a line, and gives what is dropped because of it - perhaps the line itself.
    package mutating func say(_ utterance: Utterance, now: ContinuousClock.Instant) -> [Dropped] {
        guard !isClosed else { return [Dropped(utterance: utterance, why: .closed)] }
        guard utterance.priority >= settings.threshold else {
            return [Dropped(utterance: utterance, why: .belowThreshold)]
        }
        var dropped: [Dropped] = []
        if let older = waiting.firstIndex(where: { $0.utterance.topic == utterance.topic }) {
            dropped.append(Dropped(utterance: waiting.remove(at: older).utterance, why: .replaced))
        }
        waiting.append(Waiting(utterance: utterance, since: now))
        if waiting.count > settings.capacity {
            // The least urgent goes, of those the oldest; newer news is better news.
            let victim = waiting.indices.min { waiting[$0].utterance.priority < waiting[$1].utterance.priority }
            if let victim { dropped.append(Dropped(utterance: waiting.remove(at: victim).utterance, why: .queueFull)) }
        }
        return dropped
    }

    /// What to do now, and what became too old to be spoken. A line it says to speak counts as being spoken from now
    /// on.
    package mutating func next(now: ContinuousClock.Instant) -> (step: Step, dropped: [Dropped]) {
        let dropped = dropStale(now)
        if let current = speaking, current.until <= now { speaking = nil }
        starts.removeAll { $0 + .seconds(60) <= now }

        guard let index = mostUrgent else { return (.idle, dropped) }
        let candidate = waiting[index].utterance
        if candidate.priority < .critical {
            let rateFree = starts.count < settings.perMinute ? now : starts[0] + .seconds(60)
            let free = max(speaking?.until ?? now, rateFree)
            if free > now { return (.wait(until: orFirstStale(free)), dropped) }
        } else if let current = speaking, current.priority == .critical {
            return (.wait(until: orFirstStale(current.until)), dropped)
        }
        waiting.remove(at: index)
        starts.append(now)
        speaking = (candidate.priority, now + SpeakingTime.estimate(candidate.text))
        return (.speak(candidate), dropped)
    }

    /// The line that is being spoken takes until then; nothing less than critical starts before.
    package mutating func speakUntil(_ instant: ContinuousClock.Instant) { speaking?.until = instant }

    /// Refuses everything from now on, and gives what will not be spoken any more.
    package mutating func close() -> [Dropped] {
        isClosed = true
        speaking = nil
        defer { waiting = [] }
        return waiting.map { Dropped(utterance: $0.utterance, why: .closed) }
    }

    private var mostUrgent: Int? {
        // `max` keeps the first of equals, which is the oldest.
        waiting.indices.max { waiting[$0].utterance.priority < waiting[$1].utterance.priority }
    }

    /// A line that goes stale before `instant` is a reason to wake earlier: its drop is told when it happens.
    private func orFirstStale(_ instant: ContinuousClock.Instant) -> ContinuousClock.Instant {
        waiting.reduce(instant) { min($0, $1.since + settings.freshness) }
    }

    private mutating func dropStale(_ now: ContinuousClock.Instant) -> [Dropped] {
        let oldest = now - settings.freshness
        let stale = waiting.filter { $0.since <= oldest }
        waiting.removeAll { $0.since <= oldest }
        return stale.map { Dropped(utterance: $0.utterance, why: .rateLimited) }
    }
}
