/// Reads a bar that shortens with what it stands for. How long it is when it is full, nobody says: the longest that was
/// seen is taken for full, and until that is long enough to be one, nothing is told.
package struct BarReader: Sendable {
    /// Where in a picture it is, as shares of the picture's width and height, and what its filling looks like.
    package struct Field: Sendable, Equatable {
        package var x: Double, y: Double, width: Double, height: Double
        /// Red, green, blue, 0...255.
        package var colour: [Int]
        /// The least that was ever a full bar, as a share of the region's width.
        package var leastFull: Double

        package init(
            x: Double, y: Double, width: Double, height: Double, colour: [Int], leastFull: Double = 0.5
        ) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
            (self.colour, self.leastFull) = (colour, leastFull)
        }
    }

    /// How far a channel may be from the filling's: bars are shaded and drawn over the world.
    private static let tolerance = 56
    /// The share of a column's pixels in the region that have the colour when the bar is there.
    private static let filled = 0.4

    private let field: Field
    /// Shares of the region.
    private var longest = 0.0

    package init(_ field: Field) { self.field = field }

    /// Percent of the longest seen, with the share of its columns between its ends that are filled as confidence;
    /// `nil`: no bar is to be seen, or none that was ever full.
    package mutating func read(_ frame: Frame) -> (value: Double, confidence: Double)? {
        let (left, right) = (Int(field.x * Double(frame.width)), Int((field.x + field.width) * Double(frame.width)))
        let top = Int(field.y * Double(frame.height))
        let bottom = max(top + 1, Int((field.y + field.height) * Double(frame.height)))
        guard left >= 0, top >= 0, left < right, right <= frame.width, bottom <= frame.height else { return nil }
        var (first, last, count) = (-1, -1, 0)
        for x in left..<right where isFilled(frame, x, top..<bottom) {
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

    private func isFilled(_ frame: Frame, _ x: Int, _ rows: Range<Int>) -> Bool {
        let alike = rows.count { y in
            let at = (y * frame.width + x) * 3
            return (0..<3).allSatisfy { abs(Int(frame.rgb[at + $0]) - field.colour[$0]) <= Self.tolerance }
        }
        return Double(alike) >= Self.filled * Double(rows.count)
    }
}
