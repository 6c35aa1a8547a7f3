/// One question that a model answered about what to do next, as it was put and as it was answered.
package struct Consultation: Sendable, Codable, Equatable {
    /// More than anybody reads of one text, in characters.
    package static let longest = 4000

    /// The frame that was shown to it.
    package let frame: UInt64
    /// Instructions and question; the picture is not part of it.
    package let prompt: String
    package let answer: String

    package init(frame: UInt64, prompt: String, answer: String) {
        self.frame = frame
        self.prompt = Self.cut(prompt)
        self.answer = Self.cut(answer)
    }

    /// A model may answer a megabyte; characters are counted by scalars, of which one character may have thousands.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > longest else { return text }
        return String(text.unicodeScalars.prefix(longest))
    }
}
