/// Tokens counted for one request.
package struct Usage: Sendable, Equatable {
    /// Tokens of the request's texts and of its pictures.
    package let text: Int
    package let image: Int

    var prompt: Int { text + image }

    private var details: JSONValue {
        var details: [JSONValue] = [["modality": "TEXT", "tokenCount": JSONValue(text)]]
        if image > 0 { details.append(["modality": "IMAGE", "tokenCount": JSONValue(image)]) }
        return .array(details)
    }

    /// The `usageMetadata` of an answer that is `candidates` tokens long so far.
    func metadata(candidates: Int) -> JSONValue {
        [
            "promptTokenCount": JSONValue(prompt),
            "candidatesTokenCount": JSONValue(candidates),
            "totalTokenCount": JSONValue(prompt + candidates),
            "promptTokensDetails": details,
        ]
    }

    /// The answer to countTokens.
    package var count: JSONValue { ["totalTokens": JSONValue(prompt), "promptTokensDetails": details] }
}

/// Puts answers into the words of the Gemini format: camelCase only, as clients drop anything else.
package struct GenerateResponse: StreamedResponse {
    let answer: Answer
    let usage: Usage
    let modelVersion: String
    let responseID: String

    var count: Int { answer.pieces.count }
    var isPaced: Bool { true }

    /// The whole answer.
    var whole: JSONValue {
        message(text: answer.text, finishReason: answer.finishReason, candidates: answer.pieces.count)
    }

    /// One message of the streamed answer. The last one says why it ended; all of them say what it cost so far.
    func message(ofPiece index: Int) -> JSONValue {
        let isLast = index == answer.pieces.count - 1
        return message(
            text: answer.pieces[index], finishReason: isLast ? answer.finishReason : nil, candidates: index + 1)
    }

    private func message(text: String, finishReason: String?, candidates: Int) -> JSONValue {
        var candidate: [JSONValue.Member] = [
            .init("content", ["parts": [["text": .string(text)]], "role": "model"])
        ]
        if let finishReason { candidate.append(.init("finishReason", .string(finishReason))) }
        candidate.append(.init("index", 0))
        return [
            "candidates": [.object(candidate)],
            "usageMetadata": usage.metadata(candidates: candidates),
            "modelVersion": .string(modelVersion),
            "responseId": .string(responseID),
        ]
    }
}
