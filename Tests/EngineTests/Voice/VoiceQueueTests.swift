import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Speech

@Suite("Voice queue", .shared)
struct VoiceQueueTests {
    private let start = ContinuousClock.now

    private func line(_ text: String, _ priority: Priority = .normal, _ topic: String? = nil) -> Utterance {
        Utterance(text: text, priority: priority, topic: topic ?? text)
    }

    /// What is spoken when each line has all the time it needs.
    private func spoken(_ queue: inout VoiceQueue) -> [String] {
        var now = start
        var texts: [String] = []
        while true {
            switch queue.next(now: now).step {
            case .speak(let utterance): texts.append(utterance.text)
            case .wait(let instant): now = instant
            case .idle: return texts
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let said: [(String, Priority, String)]
        let spoken: [String]
        let dropped: [UtteranceDrop]
        var testDescription: String { name }
    }

    @Test("speaks the right lines in the right order", arguments: [
        Case(
            name: "the most urgent first, then the oldest",
            said: [
                ("a", .normal, "1"), ("b", .high, "2"), ("c", .normal, "3"), ("d", .critical, "4"), ("e", .high, "5"),
            ],
            spoken: ["d", "b", "e", "a", "c"], dropped: []),
        Case(
            name: "below the threshold nothing is spoken",
            said: [("a", .low, "1"), ("b", .normal, "2")], spoken: ["b"], dropped: [.belowThreshold]),
        Case(
            name: "a newer line of a topic replaces the older",
            said: [("a", .normal, "x"), ("b", .normal, "y"), ("c", .normal, "x")],
            spoken: ["b", "c"], dropped: [.replaced]),
        Case(
            name: "a full queue loses its oldest line of the least priority",
            said: [("a", .high, "1"), ("b", .normal, "2"), ("c", .normal, "3"), ("d", .high, "4")],
            spoken: ["a", "d", "c"], dropped: [.queueFull]),
        Case(
            name: "a full queue of urgent lines refuses a lesser one",
            said: [("a", .high, "1"), ("b", .high, "2"), ("c", .high, "3"), ("d", .normal, "4")],
            spoken: ["a", "b", "c"], dropped: [.queueFull]),
    ])
    func order(_ example: Case) {
        var settings = VoiceQueue.Settings()
        settings.capacity = example.name.hasPrefix("a full") ? 3 : 8
        var queue = VoiceQueue(settings)
        let dropped = example.said.flatMap { queue.say(line($0.0, $0.1, $0.2), now: start) }
        #expect(dropped.map(\.why) == example.dropped)
        #expect(spoken(&queue) == example.spoken)
    }

    @Test("one line at a time, for as long as it takes to say")
    func oneAtATime() {
        var queue = VoiceQueue()
        let first = line(String(repeating: "word ", count: 9))
        _ = queue.say(first, now: start)
        _ = queue.say(line("b"), now: start)
        #expect(queue.next(now: start).step == .speak(first))
        let end = start + SpeakingTime.estimate(first.text)
        #expect(queue.next(now: start).step == .wait(until: end))
        #expect(queue.next(now: end).step == .speak(line("b")))
    }

    @Test("a critical line cuts a lesser one short, but not another critical one")
    func bargeIn() {
        var queue = VoiceQueue()
        _ = queue.say(line("a", .high), now: start)
        _ = queue.next(now: start)
        _ = queue.say(line("b", .critical), now: start)
        _ = queue.say(line("c", .critical), now: start)
        #expect(queue.next(now: start).step == .speak(line("b", .critical)))
        #expect(queue.next(now: start).step == .wait(until: start + SpeakingTime.estimate("b")))
    }

    @Test("no more lines in a minute than set, save critical ones; what gets too old meanwhile is dropped")
    func rateLimit() {
        var settings = VoiceQueue.Settings()
        settings.perMinute = 2
        var queue = VoiceQueue(settings)
        var now = start
        for text in ["a", "b"] {
            _ = queue.say(line(text), now: now)
            #expect(queue.next(now: now).step == .speak(line(text)))
            now += .seconds(5)
        }
        _ = queue.say(line("c"), now: now)
        #expect(queue.next(now: now).step == .wait(until: now + settings.freshness))
        _ = queue.say(line("help", .critical), now: now)
        #expect(queue.next(now: now).step == .speak(line("help", .critical)))
        let later = queue.next(now: now + settings.freshness)
        #expect(later.step == .idle)
        #expect(later.dropped.map(\.why) == [.rateLimited])
        // After a minute the first start has left the window, but the critical one still fills it up.
        _ = queue.say(line("d"), now: start + .seconds(61))
        #expect(queue.next(now: start + .seconds(61)).step == .wait(until: start + .seconds(65)))
        #expect(queue.next(now: start + .seconds(65)).step == .speak(line("d")))
    }

    @Test("a closed queue gives back what waited and refuses the rest")
    func closes() {
        var queue = VoiceQueue()
        _ = queue.say(line("a"), now: start)
        #expect(queue.close().map(\.why) == [.closed])
        #expect(queue.say(line("b"), now: start).map(\.why) == [.closed])
        #expect(queue.next(now: start).step == .idle)
    }

    @Test("speaking takes longer for longer lines, within bounds")
    func speakingTime() {
        #expect(SpeakingTime.estimate("") == .seconds(1))
        #expect(SpeakingTime.estimate(String(repeating: "x", count: 9_999)) == .seconds(15))
        #expect(SpeakingTime.estimate("A short line.") < SpeakingTime.estimate("A line that is a good deal longer."))
    }
}
