import Basics
import Record
import Synchronization

/// Speaks what is worth saying, one line at a time. Each line appears as a subtitle for as long as it takes to say,
/// and is heard where there is something to speak with.
package final class VoiceSystem: Sendable {
    /// What lines are spoken with.
    package struct Audio: Sendable {
        let source: any SpeechSource
        let mixer: AudioMixer
        /// The name shown for it.
        let voice: String
    }

    let hub: EventHub
    let audio: Audio?
    let state: Mutex<State>
    let telling = Mutex(())
    let wakeup = Wakeup()
    private let lifetime = LoopLifetime()

    struct State {
        var queue: VoiceQueue
        var narrator = Narrator()
        /// What the narrator wants to be said; bounded, should the loop not run.
        var narrated = Ring<Utterance>(capacity: 16)
        var refused = 0
        var speech = SpeechState()

        /// Moves what the narrator said into the queue.
        mutating func enqueueNarrated(now: ContinuousClock.Instant) -> [VoiceQueue.Dropped] {
            let lines = narrated
            narrated = Ring(capacity: lines.capacity)
            return lines.flatMap { queue.say($0, now: now) }
        }
    }

    /// Without `audio` lines are only shown; `why` says why.
    package init(
        _ settings: VoiceQueue.Settings = VoiceQueue.Settings(), hub: EventHub, audio: Audio? = nil, why: String? = nil
    ) {
        self.hub = hub
        self.audio = audio
        var state = State(queue: VoiceQueue(settings))
        state.speech.why = why
        self.state = Mutex(state)
    }

    /// Lines that came after it was closed.
    package var refused: Int { state.withLock { $0.refused } }

    /// Has it comment on what happens in the session. Call it once.
    package func narrate() {
        hub.observe { [weak self] event in
            guard let self else { return }
            let isNew = state.withLock { state in
                guard !state.queue.isClosed, let line = state.narrator.line(for: event.kind) else { return false }
                state.narrated.append(line)
                return true
            }
            // The hub may not be called from here: the loop takes it on.
            if isNew { wakeup.signal() }
        }
    }

    /// Puts a line into the queue. What will not be spoken is reported as such, with the reason.
    package func say(_ utterance: Utterance) {
        let dropped = state.withLock { state in
            if state.queue.isClosed { state.refused += 1 }
            return state.queue.say(utterance, now: hub.clock.now)
        }
        report(dropped)
        wakeup.signal()
    }

    /// Speaks until it is closed or its task is cancelled.
    package func run() async {
        await lifetime.run { [self] in
            while !Task.isCancelled { await turn() }
        }
    }

    /// Drops what waits, ends the loop and awaits it. Later lines are refused and counted. Idempotent.
    package func close() async {
        await silence()
        let dropped = state.withLock { state in
            state.queue.isClosed ? [] : state.enqueueNarrated(now: hub.clock.now) + state.queue.close()
        }
        report(dropped)
        await lifetime.close()
    }

    private func turn() async {
        let (step, dropped) = state.withLock { state -> (VoiceQueue.Step, [VoiceQueue.Dropped]) in
            let now = hub.clock.now
            let dropped = state.enqueueNarrated(now: now)
            let next = state.queue.next(now: now)
            return (next.step, dropped + next.dropped)
        }
        report(dropped)
        tell()
        switch step {
        case .speak(let utterance):
            hub.post(.spoken(utterance))
            await speak(utterance)
        case .wait(let instant): await wakeup.wait(until: instant, clock: hub.clock)
        case .idle: await wakeup.wait()
        }
    }

    func report(_ dropped: [VoiceQueue.Dropped]) {
        for drop in dropped { hub.post(.unspoken(drop.utterance, drop.why)) }
    }
}
