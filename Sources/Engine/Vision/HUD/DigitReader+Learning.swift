extension DigitReader {
    /// A number that a picture of the game shows.
    package struct Example: Sendable {
        package let picture: PNG.Image
        package let shows: Int
        /// Where, in the units of ``Field``.
        package let right: Int
        package let top: Int

        package init(_ picture: PNG.Image, shows: Int, right: Int, top: Int) {
            (self.picture, self.shows, self.right, self.top) = (picture, shows, right, top)
        }
    }

    /// Why no digits could be learnt. Examples are told by their place among the others, from 0.
    package enum LearningError: Error, Equatable, CustomStringConvertible {
        case outside(Int)
        /// Neither the colour nor the brightness varies there.
        case blank(Int)
        /// Digits that no example shows.
        case missing([Int])
        /// With what was learnt of all, this one is read as another number, or as none.
        case contradicts(Int, shows: Int, read: Int?)

        /// The example that is wrong, where it is one.
        package var example: Int? {
            switch self {
            case .outside(let index), .blank(let index), .contradicts(let index, _, _): index
            case .missing: nil
            }
        }

        package var description: String {
            switch self {
            case .outside: "the number would be outside of the screen of 320 by 200 units"
            case .blank: "nothing stands out there; see that right, top, width and height are right"
            case .missing(let digits):
                "no picture shows " + (digits.count == 1 ? "the digit " : "the digits ")
                    + digits.map(String.init).joined(separator: ", ")
            case .contradicts(_, let shows, let read):
                "by all pictures together \(read.map { "\($0)" } ?? "no number") is read there, not \(shows); "
                    + "see that every number and place is right"
            }
        }
    }

    /// Ink that varies less than this, as a standard deviation of 0...255, is none.
    private static let leastContrast = 12.0
    /// What a digit that was learnt has in common with each square that it was learnt from, at least.
    private static let leastLikeness = 0.9

    /// Learns the digits 0 to 9, all of one size in units, from pictures in which somebody says which numbers they
    /// show. Each picture is then read with what was learnt, and must show just that.
    package init(width: Int, height: Int, learntFrom examples: [Example]) throws(LearningError) {
        for (index, example) in examples.enumerated() {
            let left = example.right - String(example.shows).count * width
            guard left >= 0, example.right <= 320, example.top >= 0, example.top + height <= 200 else {
                throw .outside(index)
            }
        }
        let readers = Ink.allCases.map { DigitReader(width: width, height: height, ink: $0) }
        // Colour is preferred, for what a tint does to it: it must set off every number.
        let flat = readers.map { reader in examples.firstIndex { reader.contrast($0) < Self.leastContrast } }
        guard let chosen = flat.firstIndex(of: nil) else { throw .blank(flat.compactMap { $0 }.max() ?? 0) }
        self = readers[chosen]
        var sums = [[Double]?](repeating: nil, count: 10)
        for (digit, seen) in examples.flatMap(squares) {
            let seen = Self.normalised(seen)
            sums[digit] = sums[digit].map { zip($0, seen).map { $0 + $1 } } ?? seen
        }
        let missing = sums.indices.filter { sums[$0] == nil }
        guard missing.isEmpty else { throw .missing(missing) }
        digits = sums.compactMap { $0 }.map(Self.normalised)
        for (index, example) in examples.enumerated() {
            let field = Field(right: example.right, top: example.top, digits: String(example.shows).count)
            // Two digits that were taken for one are like neither of them.
            let found = read(example.frame, field).flatMap { $0.confidence >= Self.leastLikeness ? $0.value : nil }
            guard found == example.shows else {
                throw .contradicts(index, shows: example.shows, read: found)
            }
        }
    }

    /// Each digit of an example with the ink of its square.
    private func squares(_ example: Example) -> [(digit: Int, seen: [Double])] {
        let digits = String(example.shows).compactMap(\.wholeNumberValue)
        return digits.enumerated().map { place, digit in
            let left = example.right - (digits.count - place) * width
            return (digit, sample(example.frame, left: left, top: example.top))
        }
    }

    /// The standard deviation of the ink of an example's flattest digit.
    private func contrast(_ example: Example) -> Double {
        squares(example).map { _, seen in
            let mean = seen.reduce(0, +) / Double(seen.count)
            return (seen.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seen.count)).squareRoot()
        }.min() ?? 0
    }
}

extension DigitReader.Example {
    fileprivate var frame: Frame {
        Frame(width: picture.width, height: picture.height, rgb: picture.rgb, sequence: 0, capturedAt: .now)
    }
}
