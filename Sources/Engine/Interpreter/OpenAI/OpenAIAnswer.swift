import Basics

/// What a server of the OpenAI API answered, folded from the pieces of its stream. Pure.
struct OpenAIAnswer: Sendable, Equatable {
    private var text = ""
    private var thoughts = ThoughtFilter()
    private var finishReason: FinishReason?
    private(set) var usage: TokenUsage?
    private(set) var model: String?
    /// The model's own words for not answering.
    private var declined = ""
    /// Whether anything in the format came at all.
    private(set) var wasAnswered = false

    /// Folds in one JSON document and gives the text it adds, which may be empty.
    mutating func add(json bytes: [UInt8]) throws(InterpreterError) -> String {
        let response: OpenAIMessages.Response
        do {
            response = try JSON.decode(from: bytes)
        } catch {
            if let refusal = GeminiMessages.Refusal(body: bytes) { throw .interrupted(refusal) }
            throw .malformed("not an answer of the OpenAI API: \(excerpt(of: bytes))")
        }
        if let refusal = response.error { throw .interrupted(refusal) }
        if let usage = response.usage { self.usage = usage.usage }
        if let model = response.model, !model.isEmpty { self.model = model }
        if response.choices != nil || response.usage != nil { wasAnswered = true }
        // The piece that carries the usage has no choices.
        guard let choice = response.choices?.first(where: { ($0.index?.value ?? 0) == 0 }) else { return "" }
        if let reason = choice.finish_reason, !reason.isEmpty { finishReason = FinishReason(openAI: reason) }
        let part = choice.delta ?? choice.message
        declined += part?.refusal ?? ""
        let piece = thoughts.add(part?.content ?? "")
        guard text.utf8.count + declined.utf8.count + piece.utf8.count <= ModelAnswer.textBound else {
            throw .tooLong(bound: ModelAnswer.textBound)
        }
        text += piece
        return piece
    }

    /// The text that was held back until the end, which may be empty.
    mutating func finish() -> String {
        let rest = thoughts.finish()
        text += rest
        return rest
    }

    /// Tells what was counted so far.
    func report(to admission: Admission) {
        if let usage { admission.report(usage, modelVersion: model) }
    }

    /// The answer at the end of the stream. Throws when there is nothing to use; a truncated one is given back.
    func complete() throws(InterpreterError) -> ModelAnswer {
        guard wasAnswered else { throw .noAnswer }
        if !declined.isEmpty { throw .blocked(reason: "the model declined: \(declined)") }
        if text.isEmpty, let reason = finishReason { throw .noText(finishReason: reason.rawValue) }
        return ModelAnswer(text: text, finishReason: finishReason, usage: usage, modelVersion: model)
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
