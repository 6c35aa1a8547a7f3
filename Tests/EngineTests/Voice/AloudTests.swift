import Synchronization
import Testing

@testable import Basics
@testable import Record
@testable import Speech

@testable import Engine

@Suite("Voice system aloud", .timeLimit(.minutes(5)), .serialized, .alone) struct AloudTests {
    private let fakes: FakePlayers
    private let hub = EventHub()
    private let log: EventLog

    init() throws {
        fakes = try FakePlayers()
        log = EventLog(hub)
    }

    /// Speaks each line as so many samples of its length; "fail" fails.
    private final class Source: SpeechSource {
        private let texts = Mutex<[String]>([])
        let milliseconds: Int
        var asked: [String] { texts.withLock { $0 } }
        init(milliseconds: Int = 20) { self.milliseconds = milliseconds }

        func synthesize(_ text: String, onSamples: @escaping @Sendable ([UInt8]) -> Void) async throws {
            texts.withLock { $0.append(text) }
            if text == "fail" { throw SpeechError.noAudio }
            onSamples([UInt8](repeating: UInt8(text.utf8.count), count: milliseconds * 48))
        }
    }

    private func withVoice(
        _ source: Source, kind: FakePlayers.Kind = .collects, _ body: (VoiceSystem, AudioMixer) async throws -> Void
    ) async throws {
        let mixer = AudioMixer(
            players: [try fakes.add(kind)], environment: fakes.environment, clock: ContinuousClock())
        let voice = VoiceSystem(hub: hub, audio: .init(source: source, mixer: mixer, voice: "Kore"))
        async let playing: Void = mixer.run()
        async let speaking: Void = voice.run()
        try await body(voice, mixer)
        await voice.close()
        await mixer.close()
        await speaking
        await playing
    }

    private func line(_ text: String, _ priority: Priority = .normal) -> Utterance {
        Utterance(text: text, priority: priority, topic: text)
    }

    @Test("a line is shown, asked for and heard; then the next has its turn")
    func heard() async throws {
        let source = Source()
        try await withVoice(source) { voice, _ in
            for text in ["a", "bb"] { voice.say(line(text)) }
            await log.wait { $0.status?.aloud == 2 }
        }
        #expect(source.asked == ["a", "bb"])
        #expect(fakes.collected == [UInt8](repeating: 1, count: 960) + [UInt8](repeating: 2, count: 960))
        #expect(hub.snapshot.voice.mode == .aloud)
        #expect(hub.snapshot.statistics.spoken == 2 && hub.snapshot.statistics.aloud == 2)
    }

    @Test("a critical line breaks off the one that is being heard")
    func critical() async throws {
        let source = Source(milliseconds: 5000)
        try await withVoice(source) { voice, mixer in
            voice.say(line("a"))
            await log.wait { $0.status?.isSpeaking == true }
            await poll { mixer.status.played > 0 }
            voice.say(line("duck", .critical))
            await log.wait(2, \.isSpoken)
            await poll { fakes.collected.contains(4) }
        }
        #expect(fakes.collected.count { $0 == 1 } < 48_000, "the first was dropped long before its end")
        #expect(hub.snapshot.statistics.aloud == 0)
    }

    @Test("muted at once, nothing is asked for; lines are still shown; unmuted, they are heard again")
    func mute() async throws {
        let source = Source(milliseconds: 5000)
        try await withVoice(source) { voice, mixer in
            voice.say(line("a"))
            await poll { mixer.process != nil }
            await voice.toggleMute()
            #expect(hub.snapshot.voice.mode == .muted && !hub.snapshot.voice.isSpeaking)
            await poll { mixer.process == nil }
            voice.say(line("bb", .critical))
            await log.wait(2, \.isSpoken)
            // A line is shown before it is decided whether it is heard: the next one's turn comes after that.
            voice.say(line("dddd", .critical))
            await log.wait(3, \.isSpoken)
            await voice.toggleMute()
            voice.say(line("ccc", .critical))
            await poll { source.asked.last == "ccc" && mixer.process != nil }
            #expect(source.asked.first == "a" && !source.asked.contains("bb"))
            #expect(hub.snapshot.voice.mode == .aloud)
        }
    }

    @Test("a failure is told, and the next line is not asked for before its time; it is shown")
    func failure() async throws {
        let source = Source()
        try await withVoice(source) { voice, _ in
            voice.say(line("fail"))
            await log.wait { $0.status?.trouble?.contains("without audio") == true }
            voice.say(line("duck", .critical))
            await log.wait(2, \.isSpoken)
        }
        #expect(source.asked == ["fail"])
    }

    @Test("a player that is no use is told, with what is wrong, and lines go on being shown")
    func noUse() async throws {
        try await withVoice(Source(milliseconds: 3000), kind: .dies) { voice, _ in
            voice.say(line("a"))
            await log.wait { $0.status?.mode == .text }
            #expect(hub.snapshot.voice.why?.contains("no such device") == true)
            #expect(hub.snapshot.voice.player == nil)
            voice.say(line("duck", .critical))
            await log.wait(2, \.isSpoken)
        }
    }

    @Test("silenced for the end, nothing is asked for any more")
    func silenced() async throws {
        let source = Source(milliseconds: 5000)
        try await withVoice(source) { voice, mixer in
            voice.say(line("a"))
            await poll { mixer.process != nil }
            await voice.silence()
            voice.say(line("duck", .critical))
            await log.wait(2, \.isSpoken)
        }
        #expect(source.asked == ["a"])
    }

    @Test("muting what cannot be heard is answered")
    func nothingToMute() async {
        await VoiceSystem(hub: hub).toggleMute()
        #expect(hub.snapshot.notices.last?.text.contains("nothing to mute") == true)
    }
}

extension EngineEvent.Kind {
    fileprivate var status: VoiceStatus? { if case .voice(let status) = self { status } else { nil } }
}
