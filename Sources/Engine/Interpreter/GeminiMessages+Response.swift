import Basics
import Record
extension GeminiMessages {
    /// One answer, or one piece of a streamed answer. Everything may be missing, and is at times.
    package struct Response: Sendable, Decodable {
        package var candidates: [Candidate]?
        package var promptFeedback: PromptFeedback?
        package var usageMetadata: UsageMetadata?
        package var modelVersion: String?
        package var responseId: String?
        /// An error in the middle of a stream takes the place of an answer.
        package var error: Refusal?
    }

    package struct Candidate: Sendable, Decodable {
        package var content: Content?
        package var finishReason: FinishReason?
        package var index: LenientInt?
    }

    package struct PromptFeedback: Sendable, Decodable {
        package var blockReason: BlockReason?
    }

    /// Token counts. Every piece of a stream may carry them; the last ones count.
    package struct UsageMetadata: Sendable, Decodable {
        package var promptTokenCount: LenientInt?
        package var candidatesTokenCount: LenientInt?
        package var thoughtsTokenCount: LenientInt?
        package var totalTokenCount: LenientInt?
        package var cachedContentTokenCount: LenientInt?

        package var usage: TokenUsage {
            TokenUsage(
                prompt: promptTokenCount?.value ?? 0, candidates: candidatesTokenCount?.value ?? 0,
                thoughts: thoughtsTokenCount?.value ?? 0, cached: cachedContentTokenCount?.value ?? 0)
        }
    }

    /// Why a prompt was not answered at all. Open, as ``FinishReason``.
    package struct BlockReason: RawRepresentable, Sendable, Codable, Hashable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
    }
}

extension GeminiMessages.Response {
    /// Reads one answer or a list of them: the form of a stream without `alt=sse`. `nil` when it is neither.
    package static func list(in body: some Sequence<UInt8>) -> [Self]? {
        (try? ServerJSON.decode(OneOrMore<Self>.self, from: body, keepsHalves: true))?.all
    }
}
