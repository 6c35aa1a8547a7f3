/// Reads numbers drawn with a game's own digits. Each digit is compared by its shape: the correlation of what sets it
/// off, see ``Ink``, with what is known of the digit.
package struct DigitReader: Sendable {
    /// A number that was read.
    package struct Number: Sendable, Equatable {
        package let value: Int
        /// The correlation of its worst digit: 0.85 and above is given, 1 is the very picture.
        package let confidence: Double
    }

    /// Where a number stands, in the units of a screen of 4:3 that is 320 wide and 200 high, centred in the picture.
    package struct Field: Sendable, Equatable {
        /// The right edge, behind the last digit.
        package let right: Int
        package let top: Int
        package let digits: Int

        package init(right: Int, top: Int, digits: Int = 3) {
            self.right = right
            self.top = top
            self.digits = digits
        }

        /// Doom's status bar (st_stuff.c: ST_AMMOX, ST_HEALTHX, ST_ARMORX; ST_AMMOY is 171 as the others).
        package static let doomAmmunition = Field(right: 44, top: 171)
        package static let doomHealth = Field(right: 90, top: 171)
        package static let doomArmour = Field(right: 221, top: 171)
    }

    /// What sets digits off from what is behind them.
    enum Ink: CaseIterable {
        /// Coloured digits on grey; a picture that is tinted red or gold as a whole does not change it.
        case greenLessRed
        /// White, grey and blue ones.
        case brightness

        func of(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Double {
            switch self {
            case .greenLessRed: Double(Int(green) - Int(red))
            case .brightness: Double(Int(red) + Int(green) + Int(blue)) / 3
            }
        }
    }

    private static let given = 0.85
    /// A square with less than this is empty; what lies between is not a digit that is known.
    private static let empty = 0.5
    /// Digits stand up to so many units from their square: each has an offset of its own.
    private static let shifts = -3...3

    /// Units that a digit's square is wide and high.
    let width: Int
    let height: Int
    let ink: Ink
    /// Ten pictures, brought to mean 0 and length 1.
    var digits: [[Double]]

    /// One that knows no digit yet.
    init(width: Int, height: Int, ink: Ink) {
        (self.width, self.height, self.ink, digits) = (width, height, ink, [])
    }

    /// Green less red of the digits 0 to 9 side by side, each as wide as the others, one pixel a unit. Nil: no ten
    /// pictures fit.
    package init?(_ image: PNG.Image) {
        guard image.width >= 10, image.width % 10 == 0, image.height > 0 else { return nil }
        let (wide, high) = (image.width / 10, image.height)
        self.init(width: wide, height: high, ink: .greenLessRed)
        digits = (0..<10).map { digit in
            Self.normalised(
                (0..<wide * high).map { index in
                    Double(image.rgb[((index / wide) * image.width + digit * wide + index % wide) * 3])
                })
        }
    }

    /// The number in that field; nil: none that is surely one.
    package func read(_ frame: Frame, _ field: Field) -> Number? {
        var (value, confidence, begun) = (0, 1.0, false)
        for place in 0..<field.digits {
            let left = field.right - (field.digits - place) * width
            let best = match(frame, left: left, top: field.top)
            if best.correlation >= Self.given {
                value = value * 10 + best.digit
                confidence = min(confidence, best.correlation)
                begun = true
            } else if begun || best.correlation >= Self.empty {
                return nil
            }
        }
        return begun ? Number(value: value, confidence: confidence) : nil
    }

    private func match(_ frame: Frame, left: Int, top: Int) -> (digit: Int, correlation: Double) {
        var best = (digit: 0, correlation: -1.0)
        for shift in Self.shifts {
            let seen = Self.normalised(sample(frame, left: left + shift, top: top))
            for (digit, picture) in digits.enumerated() {
                let correlation = zip(seen, picture).reduce(0) { $0 + $1.0 * $1.1 }
                if correlation > best.correlation { best = (digit, correlation) }
            }
        }
        return best
    }

    /// The ink at the middle of every unit.
    func sample(_ frame: Frame, left: Int, top: Int) -> [Double] {
        let unitHigh = Double(frame.height) / 200
        let unitWide = Double(frame.height) * 4 / 3 / 320
        let margin = (Double(frame.width) - 320 * unitWide) / 2
        return (0..<width * height).map { index in
            let x = Int(margin + (Double(left + index % width) + 0.5) * unitWide)
            let y = Int((Double(top + index / width) + 0.5) * unitHigh)
            guard x >= 0, x < frame.width, y < frame.height else { return 0 }
            let at = (y * frame.width + x) * 3
            return ink.of(frame.rgb[at], frame.rgb[at + 1], frame.rgb[at + 2])
        }
    }

    static func normalised(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(values.count)
        let length = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
        // What does not vary resembles nothing.
        return length < 1e-6 ? values.map { _ in 0 } : values.map { ($0 - mean) / length }
    }
}
