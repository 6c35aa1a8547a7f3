import CNcurses

/// Colour pairs, made on first use. Curses numbers pairs of colours; cells name the number.
struct PairTable {
    private var numbers: [UInt32: Int32] = [:]
    private var next: Int32 = 1
    private let limit: Int32

    /// `limit` pairs are all that this terminal has.
    init(limit: Int32) { self.limit = limit }

    /// The pair of two colours, -1 being the terminal's own. When all are used up the background is given up first,
    /// then the colour: a plain character is better than none.
    mutating func pair(foreground: Int, background: Int) -> Int32 {
        if foreground < 0, background < 0 { return 0 }
        let key = UInt32(UInt16(truncatingIfNeeded: foreground)) << 16 | UInt32(UInt16(truncatingIfNeeded: background))
        if let number = numbers[key] { return number }
        guard next < limit, init_extended_pair(next, Int32(foreground), Int32(background)) != ERR else {
            return background >= 0 ? pair(foreground: foreground, background: -1) : 0
        }
        numbers[key] = next
        next += 1
        return next - 1
    }
}
