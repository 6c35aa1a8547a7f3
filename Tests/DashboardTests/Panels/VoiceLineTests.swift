import Testing

@testable import Canvas
@testable import Dashboard
@testable import Engine
@testable import Record

@Suite(.shared) struct VoiceLineTests {
    /// The rows of the interpreter's panel, without their ends.
    private func rows(_ change: (inout VoiceStatus) -> Void, height: Int = 12, width: Int = 60) -> [String] {
        var status = VoiceStatus()
        change(&status)
        var snapshot = Script.running()
        let line = Utterance(text: "Plan: a cave is near, and it is marked.", priority: .high, topic: "plan")
        for kind in [EngineEvent.Kind.spoken(line), .voice(status)] {
            snapshot.apply(EngineEvent(time: 10, kind: kind))
        }
        var canvas = Canvas(Size(width, height), look: .unicode)
        InterpreterPanel.draw(snapshot, into: &canvas, at: Rect(Size(width, height)), view: PanelView(now: 10))
        return canvas.rows
    }

    @Test("a line that is heard says so, and what waits")
    func speaking() throws {
        let rows = rows {
            $0.mode = .aloud
            $0.isSpeaking = true
            $0.queued = 2
        }
        let line = try #require(rows.first { $0.contains("Plan: a cave is near") })
        #expect(line.contains("speaking +2"))
    }

    @Test("between lines the voice is named, a muted one says so")
    func quietAndMuted() {
        let quiet = rows { ($0.mode, $0.voice) = (.aloud, "Puck") }
        #expect(quiet.contains { $0.contains("Plan:") && $0.contains("Puck") })
        #expect(rows { $0.mode = .muted }.contains { $0.contains("Plan:") && $0.contains("muted") })
    }

    @Test("without a player the package that would help is named; a small panel keeps its rows for the model")
    func noPlayer() {
        let change: (inout VoiceStatus) -> Void = { $0.why = "no audio player; " + AudioPlayer.advice }
        #expect(rows(change).contains { $0.contains("text only: no audio player; install alsa-utils") })
        #expect(!rows(change, height: 7).contains { $0.contains("text only") })
    }

    @Test("speech that fails says why")
    func trouble() {
        let shown = rows {
            $0.mode = .aloud
            $0.trouble = "speech: too many requests\u{1B}[31m"
        }
        #expect(shown.contains { $0.contains("speech: too many requests") })
        #expect(!shown.joined().contains("\u{1B}"))
    }
}
