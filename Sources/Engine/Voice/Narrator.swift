import Basics
import Record
import Vision

/// Turns what happens into lines worth speaking. Pure: it keeps only what it needs not to repeat itself.
package struct Narrator: Sendable {
    /// Health in percent below which it warns, and above which it may warn again.
    private static let lowHealth = 25.0
    private static let recovered = 45.0

    private var hasWarned = false
    private var isStuck = false
    private var lastIntent: Intent.Kind?

    /// The line for an event; `nil` when it is not worth one.
    package mutating func line(for kind: EngineEvent.Kind) -> Utterance? {
        switch kind {
        case .interpretationEnded(let interpretation): comment(interpretation)
        case .perceived(let reading, _): warn(reading)
        case .decided(let decision, _): announce(decision)
        case .stuck(let report): tell(report)
        case .intent(let intent): plan(intent.kind, intent.reason)
        default: nil
        }
    }

    private func comment(_ interpretation: Interpretation) -> Utterance? {
        guard case .finished = interpretation.end else { return nil }
        let text = Self.shortened(interpretation.text)
        guard !text.isEmpty else { return nil }
        return Utterance(text: text, priority: .normal, topic: "commentary \(interpretation.perspective.rawValue)")
    }

    private mutating func warn(_ reading: Reading) -> Utterance? {
        guard let health = reading.health else { return nil }
        if health >= Self.recovered { hasWarned = false }
        guard health < Self.lowHealth, !hasWarned else { return nil }
        hasWarned = true
        return Utterance(
            text: "Warning: health is down to \(Int(health.rounded())) percent.", priority: .critical, topic: "health")
    }

    /// Reflexes that save a life and what a model decided; the rest would never stop talking.
    private func announce(_ decision: Decision) -> Utterance? {
        guard decision.priority == .critical || decision.source == .model else { return nil }
        let priority: Priority = decision.priority == .critical ? .high : .low
        return Utterance(
            text: "\(decision.action.spoken): \(Self.shortened(decision.reason))", priority: priority,
            topic: "decision")
    }

    private mutating func tell(_ report: StuckReport) -> Utterance? {
        switch report {
        case .detected:
            defer { isStuck = true }
            return isStuck ? nil : Utterance(text: "I am stuck.", priority: .high, topic: "stuck")
        case .recovering(let action, let attempt):
            guard attempt > 1 else { return nil }
            return Utterance(text: "Trying to \(action.spoken.lowercased()).", priority: .low, topic: "stuck")
        case .judged(let recovered, _):
            guard recovered, isStuck else { return nil }
            isStuck = false
            return Utterance(text: "Free again.", priority: .normal, topic: "stuck")
        }
    }

    private mutating func plan(_ intent: Intent.Kind, _ reason: String) -> Utterance? {
        guard intent != lastIntent else { return nil }
        lastIntent = intent
        return Utterance(text: "Plan: \(Self.shortened(reason))", priority: .high, topic: "plan")
    }

    /// The first sentence, and the second if both are short: what can be said before the picture is old.
    package static func shortened(_ text: String, bound: Int = 140) -> String {
        // Nothing behind this can be in the first two sentences and within the bound.
        let line = text.prefix(4 * bound).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let sentences = sentences(of: line, atMost: 2)
        guard let first = sentences.first else { return "" }
        let both = sentences.joined(separator: " ")
        if both.count <= bound { return both }
        if first.count <= bound { return first }
        let words = first.prefix(bound).split(separator: " ", omittingEmptySubsequences: true)
        return words.dropLast(words.count > 1 ? 1 : 0).joined(separator: " ") + "…"
    }

    /// Splits after `.`, `!` or `?` that a space or the end follows, so that numbers stay whole.
    private static func sentences(of line: String, atMost bound: Int) -> [String] {
        var sentences: [String] = []
        var current = ""
        var index = line.startIndex
        while index < line.endIndex, sentences.count < bound {
            let character = line[index]
            current.append(character)
            index = line.index(after: index)
            let isEnd = ".!?".contains(character) && (index == line.endIndex || line[index] == " ")
            guard isEnd || index == line.endIndex else { continue }
            let sentence = current.drop { $0 == " " }
            if !sentence.isEmpty { sentences.append(String(sentence)) }
            current = ""
        }
        return sentences
    }
}

extension ActionKind {
    /// `moveForward` is spoken `Move forward`.
    fileprivate var spoken: String { inWords.prefix(1).uppercased() + inWords.dropFirst() }
}
