import Canvas

/// Shows the terminal's own cursor where somebody types, around the bytes of a frame: whoever writes those goes on from
/// where the last ones ended, so that place and its colours are kept by the terminal meanwhile.
struct TypingCursor {
    private var place: Point?

    /// The bytes of a frame with the cursor hidden before them and shown after them, at `new` or nowhere.
    mutating func around(_ frame: [UInt8], at new: Point?) -> [UInt8] {
        if frame.isEmpty, new == place { return [] }
        var bytes: [UInt8] = []
        if place != nil { bytes += Array("\u{1b}[?25l\u{1b}8".utf8) }
        bytes += frame
        if let new { bytes += Array("\u{1b}7\u{1b}[\(new.y + 1);\(new.x + 1)H\u{1b}[?25h".utf8) }
        place = new
        return bytes
    }

    /// The screen was entered anew: the cursor is hidden.
    mutating func reset() { place = nil }
}
