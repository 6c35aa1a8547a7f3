/// Bytes of a frame as curses writes them, made fewer without changing what they do.
enum FrameBytes {
    /// That letters are letters: curses says so with every change of colour, and here they never are anything else.
    private static let letters = Array("\u{1b}(B".utf8)
    /// Colours that are given back right before everything is.
    private static let rests = [Array("\u{1b}[39m".utf8), Array("\u{1b}[49m".utf8), Array("\u{1b}[39;49m".utf8)]
    private static let resets = [Array("\u{1b}[m".utf8), Array("\u{1b}[0m".utf8), Array("\u{1b}[0;".utf8)]

    static func trimmed(_ frame: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(frame.count)
        var index = 0
        while index < frame.count {
            if frame[index] == 0x1B, let length = idle(frame, index) {
                index += length
            } else {
                kept.append(frame[index])
                index += 1
            }
        }
        return kept
    }

    /// A capability as terminfo writes it, without the pauses (`$<5>`) in it.
    static func withoutPauses(_ capability: some Sequence<UInt8>) -> [UInt8] {
        var kept: [UInt8] = []
        var isPause = false
        for byte in capability {
            if byte == UInt8(ascii: "<"), kept.last == UInt8(ascii: "$") {
                kept.removeLast()
                isPause = true
            }
            if !isPause { kept.append(byte) }
            if byte == UInt8(ascii: ">") { isPause = false }
        }
        return kept
    }

    /// How many bytes of a sequence that begins here do nothing; `nil` when it does something.
    private static func idle(_ frame: [UInt8], _ index: Int) -> Int? {
        if begins(letters, frame, index) { return letters.count }
        for rest in rests where begins(rest, frame, index) {
            var next = index + rest.count
            if begins(letters, frame, next) { next += letters.count }
            if resets.contains(where: { begins($0, frame, next) }) { return next - index }
        }
        return nil
    }

    private static func begins(_ word: [UInt8], _ frame: [UInt8], _ index: Int) -> Bool {
        guard index + word.count <= frame.count else { return false }
        for offset in word.indices where frame[index + offset] != word[offset] { return false }
        return true
    }
}
