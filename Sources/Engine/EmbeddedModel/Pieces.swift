/// The embedded model's tokens: pieces of about a word, with the white space that follows them.
package enum Pieces {
    /// The text in pieces; joined they are the text again. Text without spaces, such as JSON, is cut after commas.
    package static func split(_ text: String) -> [String] {
        var pieces: [String] = []
        var start = text.startIndex
        var mayCut = false
        for index in text.indices {
            let character = text[index]
            if mayCut, !character.isWhitespace {
                pieces.append(String(text[start..<index]))
                start = index
            }
            mayCut = character.isWhitespace || character == ","
        }
        if start < text.endIndex { pieces.append(String(text[start...])) }
        return pieces
    }
}

/// What one answer is made of: its pieces, and whether it was cut short.
package struct Answer: Sendable, Equatable {
    package let pieces: [String]
    /// `STOP`, or `MAX_TOKENS` when there was more to say.
    package let finishReason: String

    package init(_ text: String, maxTokens: Int? = nil) {
        let all = Pieces.split(text)
        let limit = maxTokens ?? .max
        pieces = Array(all.prefix(limit))
        finishReason = all.count > limit ? "MAX_TOKENS" : "STOP"
    }

    package var text: String { pieces.joined() }
}
