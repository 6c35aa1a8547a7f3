import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Speech
@testable import Vision

@Suite("Narrator", .shared)
struct NarratorTests {
    private func reading(health: Double?) -> EngineEvent.Kind {
        var reading = Reading()
        reading.health = health
        return .perceived(reading, latency: 0)
    }

    private func interpretation(_ text: String, _ end: InterpretationEnd?) -> EngineEvent.Kind {
        var interpretation = Interpretation(id: 1, perspective: .tactical, frame: 1, startedAt: 0)
        interpretation.text = text
        interpretation.end = end
        return .interpretationEnded(interpretation)
    }

    @Test("speaks the beginning of a finished interpretation only", arguments: [
        (InterpretationEnd.finished(reason: "STOP"), true), (.truncated, false), (.cancelled, false),
        (.failed("x"), false),
    ])
    func commentary(end: InterpretationEnd, isSpoken: Bool) {
        var narrator = Narrator()
        let line = narrator.line(for: interpretation("A wolf. It is near. Run.", end))
        #expect(line?.text == (isSpoken ? "A wolf. It is near." : nil))
        if isSpoken { #expect(line?.topic == "commentary tactical" && line?.priority == .normal) }
    }

    @Test("warns of low health once, and again only after it was well")
    func lowHealth() {
        var narrator = Narrator()
        let lines = [80, 24, 20, nil, 30, 20, 45, 10].map { narrator.line(for: reading(health: $0)) }
        #expect(lines.map { $0 != nil } == [false, true, false, false, false, false, false, true])
        #expect(lines[1]?.priority == .critical)
    }

    @Test("says stuck once an episode, and that it is over")
    func stuck() {
        var narrator = Narrator()
        let reports: [StuckReport] = [
            .judged(recovered: true, change: 1), .detected(similarity: 1, repeats: 4),
            .detected(similarity: 1, repeats: 5),
            .recovering(action: .turnLeft, attempt: 1), .recovering(action: .moveBackward, attempt: 2),
            .judged(recovered: false, change: 0), .judged(recovered: true, change: 1),
        ]
        let texts = reports.map { narrator.line(for: .stuck($0))?.text }
        #expect(texts == [nil, "I am stuck.", nil, nil, "Trying to move backward.", nil, "Free again."])
    }

    @Test("tells a new plan, and not the same again")
    func plan() {
        var narrator = Narrator()
        let event = EngineEvent.Kind.intent(
            Intent(kind: .trade, reason: "The inn sells potions.", frame: 1, gameTime: 0, lifetime: 10))
        #expect(narrator.line(for: event)?.text == "Plan: The inn sells potions.")
        #expect(narrator.line(for: event) == nil)
    }

    @Test("announces decisions of note and lets the others pass")
    func decisions() {
        var narrator = Narrator()
        func line(_ source: DecisionSource, _ priority: Priority) -> Utterance? {
            narrator.line(
                for: .decided(
                    Decision(
                        id: 1, action: .powerAttack, source: source, priority: priority, reason: "wolf close",
                        frame: 1, scene: .combat), latency: 0))
        }
        #expect(line(.heuristic, .normal) == nil)
        #expect(line(.reflex, .critical)?.text == "Power attack: wolf close")
        #expect(line(.reflex, .critical)?.priority == .high)
        #expect(line(.model, .normal)?.priority == .low)
    }

    @Test("shortens to one or two sentences that can be said while they are true", arguments: [
        ("", ""), ("  \n ", ""), ("One.", "One."), ("One. Two. Three.", "One. Two."), ("No end", "No end"),
        ("At 3.5 metres! Go?\nYes.", "At 3.5 metres! Go?"),
        ("\(String(repeating: "long ", count: 30)). End.", String(repeating: "long ", count: 26) + "long…"),
        ("Short. \(String(repeating: "long ", count: 40)).", "Short."),
    ])
    func shortened(text: String, expected: String) {
        #expect(Narrator.shortened(text) == expected)
    }
}
