import CNcurses
import Canvas

/// Colour pairs, made on first use. Curses numbers pairs of colours; cells name the number.
struct PairTable {
    private var numbers: [UInt32: Int32] = [:]
    private var next: Int32 = 1
    private let limit: Int32
    private let indexed: Int

    /// `limit` pairs are all that this terminal has; palette colours from `indexed` on it takes as red, green and blue.
    init(limit: Int32, indexed: Int) { (self.limit, self.indexed) = (limit, indexed) }

    /// How curses names a palette colour to a terminal that takes numbers for its first `indexed` colours, and red,
    /// green and blue in one number for all others (the direct types, such as `xterm-direct`).
    static func number(_ color: Int, indexed: Int) -> Int32 {
        guard color >= indexed, let color = UInt8(exactly: color) else { return Int32(color) }
        let rgb = Palette.rgb(color)
        return Int32(rgb.red) << 16 | Int32(rgb.green) << 8 | Int32(rgb.blue)
    }

    /// The pair of two colours, -1 being the terminal's own. When all are used up the background is given up first,
    /// then the colour: a plain character is better than none.
    mutating func pair(foreground: Int, background: Int) -> Int32 {
        if foreground < 0, background < 0 { return 0 }
        let key = UInt32(UInt16(truncatingIfNeeded: foreground)) << 16 | UInt32(UInt16(truncatingIfNeeded: background))
        if let number = numbers[key] { return number }
        let (front, back) = (Self.number(foreground, indexed: indexed), Self.number(background, indexed: indexed))
        guard next < limit, init_extended_pair(next, front, back) != ERR else {
            return background >= 0 ? pair(foreground: foreground, background: -1) : 0
        }
        numbers[key] = next
        next += 1
        return next - 1
    }
}
