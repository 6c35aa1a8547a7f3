/// Tokens counted for one request.
package struct Usage: Sendable, Equatable {
    /// Tokens of the request's texts and of its pictures.
    package let text: Int
    package let image: Int

    /// The answer to countTokens.
    package var count: GenerateMessage.TokenCount { .init(totalTokens: text + image, promptTokensDetails: details) }

    /// The `usageMetadata` of an answer that is `candidates` tokens long so far.
    func metadata(candidates: Int) -> GenerateMessage.Usage {
        .init(
            promptTokenCount: text + image, candidatesTokenCount: candidates,
            totalTokenCount: text + image + candidates, promptTokensDetails: details)
    }

    private var details: [GenerateMessage.Modality] {
        [.init(modality: "TEXT", tokenCount: text)] + (image > 0 ? [.init(modality: "IMAGE", tokenCount: image)] : [])
    }
}

/// An answer in the words of the Gemini format, or a piece of one: camelCase only, as clients drop anything else.
package struct GenerateMessage: Encodable {
    struct Candidate: Encodable {
        let content: Content
        let finishReason: String?
        let index = 0
    }
    struct Content: Encodable {
        let parts: [Part]
        let role = "model"
    }
    struct Part: Encodable {
        var text: String?
        var inlineData: Blob?
    }
    struct Blob: Encodable {
        let mimeType: String
        /// Base64.
        let data: String
    }
    package struct Usage: Encodable {
        let promptTokenCount: Int
        let candidatesTokenCount: Int
        let totalTokenCount: Int
        let promptTokensDetails: [Modality]
    }
    package struct TokenCount: Encodable {
        package let totalTokens: Int
        let promptTokensDetails: [Modality]
    }
    struct Modality: Encodable {
        let modality: String
        let tokenCount: Int
    }

    let candidates: [Candidate]
    let usageMetadata: Usage
    let modelVersion: String
    let responseId: String

    init(_ part: Part, finishReason: String?, usage: Usage, modelVersion: String, responseID: String) {
        candidates = [Candidate(content: Content(parts: [part]), finishReason: finishReason)]
        usageMetadata = usage
        self.modelVersion = modelVersion
        responseId = responseID
    }
}

/// An answer that can be sent piece by piece.
protocol StreamedResponse: Sendable {
    var count: Int { get }
    /// Whether its pieces come at the pace of a model that thinks, or as fast as they are taken.
    var isPaced: Bool { get }
    /// The whole answer.
    var whole: GenerateMessage { get }
    /// One message of the streamed answer. The last one says why it ended; all of them say what it cost so far.
    func message(ofPiece index: Int) -> GenerateMessage
}

/// An answer in text.
struct GenerateResponse: StreamedResponse {
    let answer: Answer
    let usage: Usage
    let modelVersion: String
    let responseID: String

    var count: Int { answer.pieces.count }
    var isPaced: Bool { true }

    var whole: GenerateMessage {
        message(text: answer.text, finishReason: answer.finishReason, candidates: answer.pieces.count)
    }

    func message(ofPiece index: Int) -> GenerateMessage {
        let isLast = index == answer.pieces.count - 1
        return message(
            text: answer.pieces[index], finishReason: isLast ? answer.finishReason : nil, candidates: index + 1)
    }

    private func message(text: String, finishReason: String?, candidates: Int) -> GenerateMessage {
        GenerateMessage(
            .init(text: text), finishReason: finishReason, usage: usage.metadata(candidates: candidates),
            modelVersion: modelVersion, responseID: responseID)
    }
}
