import Basics
import Record
import Synchronization

/// What of the voice has to do with being heard.
struct SpeechState {
    /// The line that is being spoken.
    var line: OwnedTask?
    var isMuted = false
    /// No line is spoken any more: the session ends.
    var isSilenced = false
    var isSpeaking = false
    var failures = 0
    /// Not before this is speech asked for again, after failures.
    var notBefore: ContinuousClock.Instant?
    var trouble: String?
    var aloud = 0
    var why: String?
    var told: VoiceStatus?
    var random = SeededGenerator(seed: 1)
}

extension VoiceSystem {
    /// The most time that a line may take from being asked for to its last sound.
    private static let longestLine = Duration.seconds(45)

    /// Silences at once: the line breaks off, the player ends, and no speech is asked for until it is unmuted.
    package func toggleMute() async {
        guard let audio else {
            return hub.post(.notice("there is nothing to mute: lines are only shown (see --voice)"))
        }
        let (muted, line) = state.withLock { state in
            state.speech.isMuted.toggle()
            // A new try is what unmuting after trouble means.
            state.speech.notBefore = nil
            defer { if state.speech.isMuted { state.speech.line = nil } }
            return (state.speech.isMuted, state.speech.isMuted ? state.speech.line : nil)
        }
        audio.mixer.setMuted(muted)
        await line?.end()
        tell()
    }

    /// Breaks off what is being spoken and speaks no more; lines are still shown. Returns when no request of it is
    /// under way: the first step of a cleanup, before connections are closed.
    package func silence() async {
        let line = state.withLock { state in
            state.speech.isSilenced = true
            defer { state.speech.line = nil }
            return state.speech.line
        }
        audio?.mixer.drop()
        await line?.end()
    }

    /// Speaks a line that has its turn, in a task of its own. A line that is still being spoken breaks off: only a
    /// critical one has its turn that early.
    func speak(_ utterance: Utterance) async {
        guard let audio, audio.mixer.canPlay else { return }
        let before = state.withLock { state in
            defer { state.speech.line = nil }
            return state.speech.line
        }
        await before?.end()
        state.withLock { state in
            let now = hub.clock.now
            guard !state.speech.isMuted, !state.speech.isSilenced, state.speech.notBefore.map({ $0 <= now }) ?? true
            else { return }
            state.speech.isSpeaking = true
            state.queue.speakUntil(now + Self.longestLine)
            state.speech.line = OwnedTask { await self.speakAloud(utterance, audio) }
        }
        tell()
    }

    private func speakAloud(_ utterance: Utterance, _ audio: Audio) async {
        let began = hub.clock.now
        var failure: (any Error)?
        var isHeard = false
        do {
            try await audio.source.synthesize(utterance.text) { audio.mixer.play($0) }
            isHeard = await audio.mixer.finishLine()
        } catch {
            audio.mixer.drop()
            failure = error is CancellationError ? nil : error
        }
        state.withLock { state in
            let now = hub.clock.now
            state.speech.isSpeaking = false
            if isHeard {
                state.speech.aloud += 1
                state.speech.failures = 0
                state.speech.trouble = nil
            }
            // What was not heard is at least read.
            let read = began + SpeakingTime.estimate(utterance.text)
            state.queue.speakUntil(isHeard || read < now ? now : read)
            if let failure { note(failure, &state.speech, now) }
        }
        tell()
        wakeup.signal()
    }

    func note(_ failure: any Error, _ speech: inout SpeechState, _ now: ContinuousClock.Instant) {
        speech.failures += 1
        speech.trouble = "\(failure)"
        if case .dayIsOver(_, let until, _)? = failure as? SpeechError {
            speech.notBefore = until
            return
        }
        let retry = (failure as? SpeechError)?.retry ?? .backoff
        speech.notBefore = now
            + RetryPolicy().delay(afterFailures: speech.failures, retry, using: &speech.random)
    }

    /// Reports what the voice does, when that has changed.
    package func tell() {
        // One after the other, so that an older state is never reported last.
        telling.withLock { _ in tellInOrder() }
    }

    private func tellInOrder() {
        let mixer = audio?.mixer.status
        let news = state.withLock { state -> VoiceStatus? in
            var status = VoiceStatus()
            let speech = state.speech
            status.queued = state.queue.count
            status.aloud = speech.aloud
            status.trouble = speech.trouble
            status.isSpeaking = speech.isSpeaking
            status.why = speech.why
            if let audio, let mixer {
                status.voice = audio.voice
                status.player = mixer.player
                status.mode = speech.isMuted ? .muted : mixer.gaveUp == nil ? .aloud : .text
                status.why = mixer.gaveUp
                // What it plays changes all the time; it is told with the rest.
                status.played = speech.isSpeaking ? speech.told?.played ?? 0 : mixer.played
                status.restarts = mixer.restarts
                status.underruns = mixer.underruns
            }
            guard status != speech.told else { return nil }
            state.speech.told = status
            return status
        }
        if let news { hub.post(.voice(news)) }
    }
}
