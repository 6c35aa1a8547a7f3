import FoundationEssentials

/// What a model answered, folded from the pieces of its stream. Pure.
package struct GeminiAnswer: Sendable, Equatable {
    package private(set) var text = ""
    /// `nil` until the model says that it is done: an answer that ends without one was truncated.
    package private(set) var finishReason: GeminiMessages.FinishReason?
    package private(set) var usage: TokenUsage?
    package private(set) var modelVersion: String?
    /// Whether anything in the Gemini format came at all.
    private var wasAnswered = false

    /// The most UTF-8 bytes an answer is read to.
    package static let textBound = 64 * 1024

    package init() {}

    package var isTruncated: Bool { finishReason == nil }

    /// Folds in one JSON document and gives the text it adds, which may be empty.
    package mutating func add(json: some Sequence<UInt8>) throws(InterpreterError) -> String {
        let bytes = Array(json)
        let response: GeminiMessages.Response
        do {
            response = try JSONDecoder().decode(GeminiMessages.Response.self, from: Data(bytes))
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
        guard let candidate = response.candidates?.first(where: { ($0.index ?? 0) == 0 }) else {
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

    /// The answer at the end of the stream. Throws when there is nothing to use; a truncated one is given back.
    package func complete() throws(InterpreterError) -> GeminiAnswer {
        guard wasAnswered else { throw .noAnswer }
        if text.isEmpty, let reason = finishReason { throw .noText(finishReason: reason.rawValue) }
        return self
    }
}

/// The beginning of a body, for an error message. Far more than is shown: the key is taken out before the text is cut
/// to size, so that no half of it stays at the end.
func excerpt(of bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes.prefix(4096)), as: UTF8.self)
}
