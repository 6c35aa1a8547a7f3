import Vision

extension Perspective {
    /// The perspective that a request asks for: the first one named in the first line of its instructions, else
    /// anywhere in them, else in the prompt; comprehensive when none is named.
    package init(system: [String], prompts: [String]) {
        let firstLines = system.map { String($0.prefix { !$0.isNewline }) }
        self = [firstLines, system, prompts].lazy.compactMap(Self.named(in:)).first ?? .comprehensive
    }

    private static func named(in texts: [String]) -> Perspective? {
        for text in texts {
            for word in text.split(whereSeparator: { !$0.isLetter }) {
                if let perspective = Perspective(rawValue: word.lowercased()) { return perspective }
            }
        }
        return nil
    }
}
