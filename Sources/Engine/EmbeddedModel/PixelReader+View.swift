import Vision

/// What the scene behind the display looks like: shares of colours that tell places apart.
extension PixelReader {
    struct View {
        /// A sky darker than this on average is a night sky.
        static let nightSky = 58.0

        private static let upper = 9..<34
        private static let lower = 76..<89
        private static let middle = 30..<84

        /// Share of the upper picture that is sky: bluer than red at any hour, which ceilings are not.
        private(set) var sky = 0.0
        /// Mean of the sky's pixels, 0...255.
        private(set) var skyBrightness = 0.0
        /// Share of the upper picture that is brown, as ceilings of wood are.
        private var brown = 0.0
        /// Share of the upper picture that is the dark violet of vaults.
        private var violet = 0.0
        private var upperBrightness = 0.0
        /// Share of the lower picture that is grey, as paving is.
        private var paving = 0.0
        /// Share of columns without contrast, over the whole width.
        private(set) var flat = 0.0
        /// The same for the fifth of the width in the middle.
        private(set) var flatCentre = 0.0

        init(_ pixels: Pixels) {
            measureUpper(pixels)
            measurePaving(pixels)
            measureFlatness(pixels)
        }

        /// The kind of place, when neither a page nor an enemy decides.
        var scene: SceneKind {
            if sky < 0.02, brown > 0.35 { return .building }
            if sky < 0.02, upperBrightness < 72, violet > 0.5 { return .dungeon }
            return paving > 0.30 ? .city : .wilderness
        }

        private mutating func measureUpper(_ pixels: Pixels) {
            var (skyCount, skySum, brownCount, violetCount, sum, count) = (0, 0, 0, 0, 0, 0)
            var y = Self.upper.lowerBound
            while y < Self.upper.upperBound {
                var x = 0
                while x < Pixels.width {
                    let (red, green, blue) = pixels.colour(x, y)
                    if blue - red > 24, blue > green + 6 {
                        skyCount += 1
                        skySum += red + green + blue
                    } else if red - blue > 14, red > 44 {
                        brownCount += 1
                    } else if blue > red, blue - red < 21, green < red {
                        violetCount += 1
                    }
                    sum += red + green + blue
                    count += 1
                    x += 2
                }
                y += 1
            }
            sky = Double(skyCount) / Double(count)
            skyBrightness = Double(skySum) / Double(max(1, skyCount * 3))
            brown = Double(brownCount) / Double(count)
            violet = Double(violetCount) / Double(count)
            upperBrightness = Double(sum) / Double(count * 3)
        }

        private mutating func measurePaving(_ pixels: Pixels) {
            var (grey, sum, count) = (0, 0, 0)
            for y in Self.lower {
                var x = 0
                while x < Pixels.width {
                    let (red, green, blue) = pixels.colour(x, y)
                    let spread = max(red, green, blue) - min(red, green, blue)
                    // Saturation below 12 percent of the brightness, and rather blue than red.
                    if spread * 25 < red + green + blue + 3, blue >= red, blue - red < 14 { grey += 1 }
                    sum += red + green + blue
                    count += 1
                    x += 2
                }
            }
            paving = sum > count * 27 ? Double(grey) / Double(count) : 0
        }

        private mutating func measureFlatness(_ pixels: Pixels) {
            var (flatColumns, centreColumns) = (0, 0)
            var x = 0
            while x < Pixels.width {
                let (mean, deviation) = Self.contrast(pixels, column: x)
                if deviation < max(1.6, 0.07 * mean) { flatColumns += 1 }
                if x >= 64, x < 96, deviation < max(2, 0.10 * mean) { centreColumns += 1 }
                x += 2
            }
            flat = Double(flatColumns) / 80
            flatCentre = Double(centreColumns) / 16
        }

        /// Mean and standard deviation of the grey values down a column. Contrast is relative: at night and in vaults
        /// everything is dark, but not everything is a wall.
        private static func contrast(_ pixels: Pixels, column: Int) -> (mean: Double, deviation: Double) {
            var (sum, squares, count) = (0, 0, 0)
            var y = middle.lowerBound
            while y < middle.upperBound {
                let (red, green, blue) = pixels.colour(column, y)
                let grey = red + green + blue
                sum += grey
                squares += grey * grey
                count += 1
                y += 2
            }
            let variance = Double(squares * count - sum * sum) / Double(count * count)
            return (Double(sum) / Double(count * 3), max(0, variance).squareRoot() / 3)
        }
    }
}
