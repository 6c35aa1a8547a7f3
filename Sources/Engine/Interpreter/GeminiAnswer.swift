import Basics

/// What a Gemini-compatible server answered, folded from the pieces of its stream. Pure.
package struct GeminiAnswer: Sendable, Equatable {
    package private(set) var text = ""
    /// `nil` until the model says that it is done: an answer that ends without one was truncated.
    package private(set) var finishReason: FinishReason?
    package private(set) var usage: TokenUsage?
    package private(set) var modelVersion: String?
    /// Whether anything in the Gemini format came at all.
    private var wasAnswered = false

    package static let textBound = ModelAnswer.textBound

    package init() {}

    /// Folds in one JSON document and gives the text it adds, which may be empty.
    package mutating func add(json: some Sequence<UInt8>) throws(InterpreterError) -> String {
        let bytes = Array(json)
        let response: GeminiMessages.Response
        do {
            response = try JSON.decode(from: bytes)
        } catch {
            if let refusal = GeminiMessages.Refusal(body: bytes) { throw .interrupted(refusal) }
            throw .malformed("not a Gemini answer: \(excerpt(of: bytes))")
        }
        return try add(response)
    }

    package mutating func add(_ response: GeminiMessages.Response) throws(InterpreterError) -> String {
        if let refusal = response.error { throw .interrupted(refusal) }
        if let usage = response.usageMetadata?.usage { self.usage = usage }
        if let version = response.modelVersion { modelVersion = version }
        if response.usageMetadata != nil || response.candidates != nil { wasAnswered = true }
        guard let candidate = response.candidates?.first(where: { ($0.index?.value ?? 0) == 0 }) else {
            if let reason = response.promptFeedback?.blockReason { throw .blocked(reason: reason.rawValue) }
            return ""
        }
        if let reason = candidate.finishReason { finishReason = reason }
        let piece = (candidate.content?.parts ?? [])
            .filter { $0.thought != true }.compactMap(\.text).joined()
        guard text.utf8.count + piece.utf8.count <= Self.textBound else { throw .tooLong(bound: Self.textBound) }
        text += piece
        return piece
    }

    /// Tells what was counted so far.
    func report(to admission: Admission) {
        if let usage { admission.report(usage, modelVersion: modelVersion) }
    }

    /// The answer at the end of the stream. Throws when there is nothing to use; a truncated one is given back.
    package func complete() throws(InterpreterError) -> ModelAnswer {
        guard wasAnswered else { throw .noAnswer }
        if text.isEmpty, let reason = finishReason { throw .noText(finishReason: reason.rawValue) }
        return ModelAnswer(text: text, finishReason: finishReason, usage: usage, modelVersion: modelVersion)
    }
}
