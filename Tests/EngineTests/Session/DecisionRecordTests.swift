import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Vision

@Suite("What is remembered of a decision", .shared)
struct DecisionRecordTests {
    private func frame(_ sequence: UInt64, side: Int = 1) -> Frame {
        Frame(
            width: side, height: side, rgb: Array(repeating: UInt8(sequence % 256), count: side * side * 3),
            sequence: sequence, capturedAt: .now)
    }

    @Test("the picture behind a decision is kept, others are not, and all of them take bounded room")
    func pictures() {
        let hub = EventHub(clock: ManualClock())
        for sequence in 1...100 as ClosedRange<UInt64> {
            hub.show(frame(sequence, side: 200))
            if sequence % 10 == 0 {
                hub.post(.decided(Samples.decision(.jump, id: Int(sequence), frame: sequence), latency: 0))
            }
        }
        #expect(hub.frame?.sequence == 100)
        #expect(hub.frame(50)?.rgb.first == 50)
        #expect(hub.frame(99) != nil)
        #expect(hub.frame(55) == nil)
        for sequence in 101...200 as ClosedRange<UInt64> {
            hub.show(frame(sequence, side: 200))
            hub.post(.decided(Samples.decision(.jump, id: Int(sequence), frame: sequence), latency: 0))
        }
        // 6 MB hold 50 pictures of 120 kB.
        #expect(hub.frame(150) == nil && hub.frame(151) != nil)
    }

    @Test("the reading of its frame, and the intent and the answer that were alive")
    func knowledge() {
        var snapshot = Snapshot()
        func apply(_ time: Double, _ kind: EngineEvent.Kind) { snapshot.apply(EngineEvent(time: time, kind: kind)) }
        apply(1, .consulted(Consultation(frame: 3, prompt: "what", answer: "talk")))
        apply(1, .intent(Intent(kind: .talk, reason: "near", frame: 3, gameTime: 10, lifetime: 5)))
        apply(2, .perceived(Samples.reading(.city, frame: 4) { $0.gameTime = 14 }, latency: 0))
        apply(2, .perceived(Samples.reading(.combat, frame: 5) { $0.gameTime = 14.9 }, latency: 0))
        apply(2, .decided(Samples.decision(.jump, id: 1, frame: 4), latency: 0))
        apply(3, .consulted(Consultation(frame: 5, prompt: "what", answer: "flee")))
        apply(3, .decided(Samples.decision(.jump, id: 2, frame: 5), latency: 0))
        apply(3, .perceived(Samples.reading(.city, frame: 6) { $0.gameTime = 15 }, latency: 0))
        apply(3, .decided(Samples.decision(.jump, id: 3, frame: 6), latency: 0))
        apply(7, .decided(Samples.decision(.jump, id: 4, frame: 77), latency: 0))
        let lines = Array(snapshot.actions)
        #expect(lines.map(\.reading?.scene) == [.city, .combat, .city, nil])
        #expect(lines.map(\.intent?.kind) == [.talk, .talk, nil, nil])
        // The newer answer is not the one the living intent came from.
        #expect(lines.map(\.consultation?.answer) == ["talk", nil, nil, nil])
        #expect(snapshot.statistics.lateIntents == 0)
        apply(8, .intent(Intent(kind: .heal, reason: "hurt", frame: 4, gameTime: 10, lifetime: 5)))
        #expect(snapshot.statistics.lateIntents == 1)
    }

    @Test("a question and an answer of any length take bounded room")
    func length() {
        let flood = "e" + String(repeating: "\u{301}", count: 1_000_000)
        let consultation = Consultation(frame: 1, prompt: flood, answer: String(repeating: "x", count: 1_000_000))
        #expect(consultation.prompt.unicodeScalars.count == Consultation.longest)
        #expect(consultation.answer.utf8.count == Consultation.longest)
    }
}
