import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Speech

@Suite("Voice system", .timeLimit(.minutes(5)), .shared)
struct VoiceSystemTests {
    private let clock: ManualClock
    private let hub: EventHub
    private let log: EventLog

    init() {
        clock = ManualClock()
        hub = EventHub(clock: clock)
        log = EventLog(hub)
    }

    private func line(_ text: String, _ priority: Priority = .normal) -> Utterance {
        Utterance(text: text, priority: priority, topic: text)
    }

    @Test("speaks one line after the other, as a subtitle, within the rate limit")
    func rateLimit() async {
        var settings = VoiceQueue.Settings()
        settings.perMinute = 2
        settings.freshness = .seconds(90)
        let voice = VoiceSystem(settings, hub: hub)
        async let loop: Void = voice.run()
        for text in ["a", "b", "c"] { voice.say(line(text)) }
        await log.wait(1, \.isSpoken)
        #expect(hub.snapshot.subtitle?.utterance.text == "a")
        await clock.sleepers(1)
        clock.advance(by: SpeakingTime.estimate("a"))
        await log.wait(2, \.isSpoken)
        await clock.sleepers(1)
        clock.advance(by: .seconds(58))
        #expect(log.count(\.isSpoken) == 2)
        clock.advance(by: .seconds(1))
        await log.wait(3, \.isSpoken)
        #expect(log.events.compactMap(\.kind.spoken?.text) == ["a", "b", "c"])
        await voice.close()
        await loop
    }

    @Test("a critical line does not wait for the one being spoken")
    func critical() async {
        let voice = VoiceSystem(hub: hub)
        async let loop: Void = voice.run()
        voice.say(line("a long line that takes a while to be said"))
        await log.wait(1, \.isSpoken)
        voice.say(line("duck", .critical))
        await log.wait(2, \.isSpoken)
        await voice.close()
        await loop
    }

    @Test("closing drops what waits with the reason, ends the loop, and refuses what comes later")
    func closes() async {
        let voice = VoiceSystem(hub: hub)
        let loop = Task { await voice.run() }
        for text in ["a", "b", "c"] { voice.say(line(text)) }
        await log.wait(1, \.isSpoken)
        await voice.close()
        await loop.value
        #expect(log.events.compactMap(\.kind.drop) == [.closed, .closed])
        await voice.close()
        #expect(log.count(\.isUnspoken) == 2)
        voice.say(line("d"))
        #expect(log.count(\.isUnspoken) == 3)
        #expect(voice.refused == 1)
    }

    @Test("comments on the session while it runs")
    func narrates() async {
        let voice = VoiceSystem(hub: hub)
        voice.narrate()
        async let loop: Void = voice.run()
        hub.post(.stuck(.detected(similarity: 1, repeats: 5)))
        await log.wait { $0.spoken?.text == "I am stuck." }
        await voice.close()
        hub.post(.stuck(.judged(recovered: true, change: 1)))
        await loop
        #expect(log.count(\.isSpoken) == 1)
    }

    @Test("what it does not speak is counted with the reason")
    func drops() async {
        let voice = VoiceSystem(hub: hub)
        voice.say(line("whisper", .low))
        #expect(hub.snapshot.statistics.unspoken == [.belowThreshold: 1])
        await voice.close()
        #expect(hub.snapshot.statistics.spoken == 0)
    }
}
