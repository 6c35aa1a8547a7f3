@testable import Terminal

/// What a terminal sends.
enum Terminals {
    /// In pieces, with silences between some of them.
    @Sendable static func input(_ bytes: [UInt8]) {
        var parser = InputParser()
        parser.awaitsAnswer = bytes.count.isMultiple(of: 2)
        var now = 0.0
        var keys = 0
        for piece in bytes.pieces {
            now += piece.first.map { Double($0 & 3) * 0.03 } ?? 0
            keys += parser.feed(piece, now: now).count
        }
        // Whatever was begun is over after a silence.
        keys += parser.pass(now: now + 10).count
        precondition(parser.deadline == nil, "it waits for ever")
        precondition(keys <= bytes.count + 1, "more keys than bytes")
    }
}
