/// Reads a bar that shortens with what it stands for. Where it is known what an emptied part looks like, the region is
/// the full bar. Else nobody says how long it is when it is full: the longest that was seen is taken for full, and until
/// that is long enough to be one, nothing is told.
package struct BarReader: Sendable {
    /// Where in a picture it is, as shares of the picture's width and height, and what its filling looks like.
    package struct Field: Sendable, Equatable {
        package var x: Double, y: Double, width: Double, height: Double
        /// Red, green, blue, 0...255.
        package var colour: [Int]
        /// The least that was ever a full bar, as a share of the region's width.
        package var leastFull: Double
        /// What shows where the filling has gone; `nil`: whatever is behind the bar.
        package var empty: [Int]?

        package init(
            x: Double, y: Double, width: Double, height: Double, colour: [Int], leastFull: Double = 0.5,
            empty: [Int]? = nil
        ) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
            (self.colour, self.leastFull, self.empty) = (colour, leastFull, empty)
        }
    }

    /// How far a channel may be from the filling's: bars are shaded and drawn over the world.
    private static let tolerance = 56
    /// The same for what an emptied part shows, which nothing shines through.
    private static let emptyTolerance = 16
    /// The share of a column's pixels in the region that have the colour when the bar is there.
    private static let filled = 0.4
    /// The share of the columns that must be either filled or emptied where it is known what both look like.
    private static let known = 0.9

    private let field: Field
    /// Shares of the region.
    private var longest = 0.0

    package init(_ field: Field) { self.field = field }

    /// Percent of the full bar, with the share of its columns that are what they should be as confidence; `nil`: no bar
    /// is to be seen, or none that was ever full.
    package mutating func read(_ frame: Frame) -> (value: Double, confidence: Double)? {
        func pixel(_ share: Double, of size: Int) -> Int { Int((share * Double(size)).rounded()) }
        let left = pixel(field.x, of: frame.width)
        let right = pixel(field.x + field.width, of: frame.width)
        let top = pixel(field.y, of: frame.height)
        let bottom = max(top + 1, pixel(field.y + field.height, of: frame.height))
        guard left >= 0, top >= 0, left < right, right <= frame.width, bottom <= frame.height else { return nil }
        if let empty = field.empty {
            var (full, emptied) = (0, 0)
            for x in left..<right {
                if shows(field.colour, Self.tolerance, frame, x, top..<bottom) { full += 1 }
                else if shows(empty, Self.emptyTolerance, frame, x, top..<bottom) { emptied += 1 }
            }
            let known = Double(full + emptied) / Double(right - left)
            return known < Self.known ? nil : (100 * Double(full) / Double(right - left), known)
        }
        var (first, last, count) = (-1, -1, 0)
        for x in left..<right where shows(field.colour, Self.tolerance, frame, x, top..<bottom) {
            if first < 0 { first = x }
            last = x
            count += 1
        }
        guard count > 0 else { return nil }
        let length = Double(last - first + 1) / Double(right - left)
        longest = max(longest, length)
        guard longest >= field.leastFull else { return nil }
        let confidence = Double(count) / Double(last - first + 1)
        // Two spots far apart are no bar.
        return confidence < 0.5 ? nil : (length / longest * 100, confidence)
    }

    /// Whether so many pixels of a column have a colour, or nearly, as make a bar.
    private func shows(_ colour: [Int], _ tolerance: Int, _ frame: Frame, _ x: Int, _ rows: Range<Int>) -> Bool {
        let alike = rows.count { y in
            let at = (y * frame.width + x) * 3
            return (0..<3).allSatisfy { abs(Int(frame.rgb[at + $0]) - colour[$0]) <= tolerance }
        }
        return Double(alike) >= Self.filled * Double(rows.count)
    }
}
