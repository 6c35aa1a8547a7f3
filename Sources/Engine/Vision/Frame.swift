/// One picture of the game, with its place in the sequence and the instant it was captured.
package struct Frame: Sendable {
    /// Width in pixels.
    package let width: Int
    /// Height in pixels.
    package let height: Int
    /// RGB, 8 bits a channel, row-major, no padding: `width * height * 3` bytes.
    package let rgb: [UInt8]
    /// Counts up by one with every new picture of a game. Two frames with one number are the same picture.
    package let sequence: UInt64
    package let capturedAt: ContinuousClock.Instant
    /// How much of the game had been played by then, in the game's own time.
    package let gameTime: Duration

    package init(
        width: Int, height: Int, rgb: [UInt8], sequence: UInt64, capturedAt: ContinuousClock.Instant,
        gameTime: Duration = .zero
    ) {
        precondition(rgb.count == width * height * 3, "a frame holds width x height x 3 bytes")
        self.width = width
        self.height = height
        self.rgb = rgb
        self.sequence = sequence
        self.capturedAt = capturedAt
        self.gameTime = gameTime
    }
}
