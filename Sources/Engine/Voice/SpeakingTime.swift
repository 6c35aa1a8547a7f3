/// How long it takes to say something.
package enum SpeakingTime {
    /// About 170 words a minute, the pace of a calm commentator, with a breath before each sentence.
    private static let charactersPerSecond = 15.0
    private static let breath = 0.35

    /// An estimate from the text alone, between one and fifteen seconds.
    package static func estimate(_ text: String) -> Duration {
        let sentences = text.count { ".!?".contains($0) }
        let seconds = Double(text.count) / charactersPerSecond + breath * Double(max(1, sentences))
        return .seconds(min(15, max(1, seconds)))
    }
}
