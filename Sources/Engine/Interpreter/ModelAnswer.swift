import Record

/// What a model answered, in no API's words.
package struct ModelAnswer: Sendable, Equatable {
    package var text: String
    /// `nil` when the answer ended without one: it was truncated.
    package var finishReason: FinishReason?
    package var usage: TokenUsage?
    /// The model that answered, as it says itself.
    package var modelVersion: String?

    package init(text: String, finishReason: FinishReason?, usage: TokenUsage?, modelVersion: String?) {
        self.text = text
        self.finishReason = finishReason
        self.usage = usage
        self.modelVersion = modelVersion
    }

    package var isTruncated: Bool { finishReason == nil }

    /// The most UTF-8 bytes an answer is read to.
    package static let textBound = 64 * 1024
}

/// The beginning of a body, for an error message. Far more than is shown: the key is taken out before the text is cut
/// to size, so that no half of it stays at the end.
func excerpt(of bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes.prefix(4096)), as: UTF8.self)
}

/// Why the model stopped, in Gemini's words. Open: values of later versions are kept as they are.
package struct FinishReason: RawRepresentable, Sendable, Codable, Hashable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package static let stop = FinishReason(rawValue: "STOP")
    package static let maxTokens = FinishReason(rawValue: "MAX_TOKENS")
    package static let safety = FinishReason(rawValue: "SAFETY")

    /// A filter cut the answer off.
    package var isBlock: Bool {
        rawValue.hasPrefix("IMAGE_") && rawValue != "IMAGE_OTHER"
            || ["SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR"]
                .contains(rawValue)
    }

    /// What an operator is told of an answer that ended with it; `nil` where the answer is whole.
    package var complaint: String? {
        switch self {
        case .stop: nil
        case .maxTokens: "cut off by MAX_TOKENS"
        default: isBlock ? "cut off by the filter (\(rawValue))" : "ended with \(rawValue)"
        }
    }
}
