import Basics
import Record
/// What a server of the OpenAI API answered, folded from the pieces of its stream. Pure.
struct OpenAIAnswer: Sendable, Equatable {
    private var fold = AnswerFold()
    /// The model's own words for not answering.
    private var declined = ""

    /// Whether anything in the format came at all.
    var wasAnswered: Bool { fold.wasAnswered }

    /// Folds in one JSON document and gives the text it adds, which may be empty.
    mutating func add(json bytes: [UInt8]) throws(InterpreterError) -> String {
        let response: OpenAIMessages.Response
        do {
            response = try ServerJSON.decode(OpenAIMessages.Response.self, from: bytes, keepsHalves: true)
        } catch {
            if let refusal = GeminiMessages.Refusal(body: bytes) { throw fold.failure(refusal) }
            throw .malformed("not an answer of the OpenAI API: \(excerpt(of: bytes))")
        }
        // The piece that carries the usage has no choices.
        let choice = response.choices?.first { ($0.index?.value ?? 0) == 0 }
        if let refusal = response.error ?? choice?.error { throw fold.failure(refusal) }
        if choice?.finish_reason == "error" {
            throw fold.failure(.init(message: "the model's server failed", status: "finish_reason error"))
        }
        if let usage = response.usage { fold.usage = usage.usage }
        if let model = response.model, !model.isEmpty { fold.model = HalfCharacters.joined(model) }
        if response.choices != nil || response.usage != nil { fold.wasAnswered = true }
        guard let choice else { return "" }
        if let reason = choice.finish_reason, !reason.isEmpty { fold.finishReason = FinishReason(openAI: reason) }
        guard let part = choice.delta ?? choice.message else { return "" }
        if part.hasThought { fold.hasThought = true }
        declined += HalfCharacters.joined(part.refusal)
        guard declined.utf8.count <= ModelAnswer.textBound else { throw .tooLong(bound: ModelAnswer.textBound) }
        return try fold.add(part.content)
    }

    /// The text that was held back until the end, which may be empty.
    mutating func finish() -> String { fold.finish() }

    /// Tells what was counted so far.
    func report(to admission: Admission) { fold.report(to: admission) }

    /// The answer at its end; see ``AnswerFold/complete(isWhole:)``.
    func complete(isWhole: Bool) throws(InterpreterError) -> ModelAnswer {
        if !declined.isEmpty { throw .blocked(reason: "the model declined: \(declined)") }
        return try fold.complete(isWhole: isWhole)
    }
}

extension FinishReason {
    /// The OpenAI API's words for it; unknown ones are kept.
    init(openAI reason: String) {
        switch reason {
        case "stop", "eos", "eos_token": self = .stop
        case "length": self = .maxTokens
        case "content_filter": self = .safety
        default: self.init(rawValue: reason)
        }
    }
}
