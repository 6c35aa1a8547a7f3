import Record

/// What a model answers, folded from the pieces of its stream: all that the APIs have in common. Pure.
struct AnswerFold: Sendable, Equatable {
    private(set) var text = ""
    /// `nil` until the model says that it is done.
    var finishReason: FinishReason?
    var usage: TokenUsage?
    /// The model that answered, as it says itself.
    var model: String?
    /// Whether anything in the API's format came at all.
    var wasAnswered = false
    /// Whether any thinking came that is not shown.
    var hasThought = false
    private var halves = HalfCharacters()
    private var thoughts = ThoughtFilter()

    /// Adds a piece of text and gives what can be shown of it and of what was held back.
    mutating func add(_ piece: String) throws(InterpreterError) -> String {
        try show(thoughts.add(halves.add(piece)))
    }

    /// The text that was held back until the end, which may be empty.
    mutating func finish() -> String {
        // Within the bound: it is a few characters.
        let rest = thoughts.add(halves.finish()) + thoughts.finish()
        text += rest
        return rest
    }

    private mutating func show(_ piece: String) throws(InterpreterError) -> String {
        guard text.utf8.count + piece.utf8.count <= ModelAnswer.textBound else {
            throw .tooLong(bound: ModelAnswer.textBound)
        }
        text += piece
        return piece
    }

    /// What an error in the place of an answer means. One that came before all else is a refusal, like one with its
    /// status; later something may have been counted already, and it is the answer that broke off.
    func failure(_ refusal: GeminiMessages.Refusal) -> InterpreterError {
        guard !wasAnswered, let status = refusal.impliedStatus, (400..<500).contains(status) else {
            return .interrupted(refusal)
        }
        return .refused(refusal, status: status)
    }

    /// Tells what was counted so far.
    func report(to admission: Admission) {
        if let usage { admission.report(usage, modelVersion: model) }
    }

    /// The answer at its end. Throws when there is nothing to use; a truncated one is given back.
    /// - Parameter isWhole: nothing is missing, whether a finish reason came or not: the document was whole, or the
    ///   server said `[DONE]`.
    func complete(isWhole: Bool) throws(InterpreterError) -> ModelAnswer {
        guard wasAnswered else { throw .noAnswer }
        let reason = finishReason ?? (isWhole ? .stop : nil)
        if text.isEmpty, let reason {
            if !reason.isBlock, hasThought || thoughts.hasThought || usage?.thoughts ?? 0 > 0 {
                // Nothing was said: whatever was spent was thought.
                let tokens = usage.map { $0.thoughts + $0.candidates } ?? 0
                throw .onlyThoughts(tokens: tokens, reason: reason.rawValue)
            }
            throw .noText(finishReason: reason.rawValue)
        }
        return ModelAnswer(text: text, finishReason: reason, usage: usage, modelVersion: model)
    }
}
