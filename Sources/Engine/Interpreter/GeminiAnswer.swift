import Basics
import Record
/// What a Gemini-compatible server answered, folded from the pieces of its stream. Pure.
package struct GeminiAnswer: Sendable, Equatable {
    private var fold = AnswerFold()

    package init() {}

    /// Folds in one JSON document and gives the text it adds, which may be empty.
    package mutating func add(json: some Sequence<UInt8>) throws(InterpreterError) -> String {
        let bytes = Array(json)
        let response: GeminiMessages.Response
        do {
            response = try ServerJSON.decode(GeminiMessages.Response.self, from: bytes, keepsHalves: true)
        } catch {
            if let refusal = GeminiMessages.Refusal(body: bytes) { throw fold.failure(refusal) }
            throw .malformed("not a Gemini answer: \(excerpt(of: bytes))")
        }
        return try add(response)
    }

    package mutating func add(_ response: GeminiMessages.Response) throws(InterpreterError) -> String {
        if let refusal = response.error { throw fold.failure(refusal) }
        if let usage = response.usageMetadata?.usage { fold.usage = usage }
        if let version = response.modelVersion { fold.model = HalfCharacters.joined(version) }
        if response.usageMetadata != nil || response.candidates != nil { fold.wasAnswered = true }
        guard let candidate = response.candidates?.first(where: { ($0.index?.value ?? 0) == 0 }) else {
            if let reason = response.promptFeedback?.blockReason { throw .blocked(reason: reason.rawValue) }
            return ""
        }
        if let reason = candidate.finishReason { fold.finishReason = reason }
        let parts = candidate.content?.parts ?? []
        if parts.contains(where: { $0.thought == true }) { fold.hasThought = true }
        return try fold.add(parts.filter { $0.thought != true }.compactMap(\.text).joined())
    }

    /// The text that was held back until the end, which may be empty.
    mutating func finish() -> String { fold.finish() }

    /// Tells what was counted so far.
    func report(to admission: Admission) { fold.report(to: admission) }

    /// The answer at its end; see ``AnswerFold/complete(isWhole:)``.
    package func complete(isWhole: Bool) throws(InterpreterError) -> ModelAnswer {
        try fold.complete(isWhole: isWhole)
    }
}
