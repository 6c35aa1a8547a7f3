/// The most tokens that a request can take, known before it is sent.
package struct RequestSize: Sendable, Equatable {
    package var inputTokens: Int
    package var outputTokens: Int

    package init(inputTokens: Int, outputTokens: Int) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }

    /// A token is never shorter than a byte, so the bytes of the text bound its tokens. A picture takes 2240 at the
    /// most at fixed resolutions, and 258 a tile at others; 4096 is above both for every picture that is sent here.
    /// Output is bounded by what is asked for, thinking included: the server stops there.
    package init(textBytes: Int, pictures: Int, maxOutputTokens: Int) {
        inputTokens = textBytes + pictures * 4096 + 256
        outputTokens = maxOutputTokens
    }
}
