/// One question that a model answered about what to do next, as it was put and as it was answered.
package struct Consultation: Recorded {
    /// More than anybody reads of one text, in characters.
    package static let longest = 4000

    /// The frame that was shown to it.
    package private(set) var frame: UInt64 = 0
    /// Instructions and question; the picture is not part of it.
    package private(set) var prompt = ""
    package private(set) var answer = ""

    package static let fields = [
        Field("frame", \Self.frame), Field("prompt", \.prompt), Field("answer", \.answer),
    ]

    package init() {}
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
