import Vision

/// The bytes of a picture, looked at without copying.
extension PixelReader {
    struct Pixels {
        static let width = 160
        static let height = 96
        /// Rows and columns of the thumbnail, and the pixels that each of its cells covers. The compass above and the
        /// bars below are left out.
        static let thumbnailRows = 9
        static let thumbnailColumns = 16
        private static let cell = (width: 10, height: 8)
        private static let thumbnailTop = 9

        struct Colour {
            let red: Int
            let green: Int
            let blue: Int

            init(_ red: Int, _ green: Int, _ blue: Int) {
                (self.red, self.green, self.blue) = (red, green, blue)
            }
        }

        private let bytes: UnsafeBufferPointer<UInt8>

        /// - Parameter bytes: RGB of 160 x 96 pixels; must outlive this value.
        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            precondition(bytes.count == Self.width * Self.height * 3)
            self.bytes = bytes
        }

        func colour(_ x: Int, _ y: Int) -> (red: Int, green: Int, blue: Int) {
            let at = (y &* Self.width &+ x) &* 3
            return (Int(bytes[at]), Int(bytes[at + 1]), Int(bytes[at + 2]))
        }

        /// Whether the channels differ by less than the tolerance in sum.
        func isNear(_ x: Int, _ y: Int, _ colour: Colour, _ tolerance: Int) -> Bool {
            let (red, green, blue) = self.colour(x, y)
            return abs(red - colour.red) + abs(green - colour.green) + abs(blue - colour.blue) < tolerance
        }

        func count(x: Range<Int>, y: Range<Int>, step: Int, near colour: Colour, _ tolerance: Int) -> Int {
            var count = 0
            var row = y.lowerBound
            while row < y.upperBound {
                var column = x.lowerBound
                while column < x.upperBound {
                    if isNear(column, row, colour, tolerance) { count += 1 }
                    column += step
                }
                row += step
            }
            return count
        }

        func share(x: Range<Int>, y: Range<Int>, step: Int, near colour: Colour, _ tolerance: Int) -> Double {
            let looked = ((x.count + step - 1) / step) * ((y.count + step - 1) / step)
            return Double(count(x: x, y: y, step: step, near: colour, tolerance)) / Double(looked)
        }

        /// Mean grey of 9 x 16 cells, rows from the top.
        func thumbnail() -> [Float] {
            var sums = [Int](repeating: 0, count: Self.thumbnailRows * Self.thumbnailColumns)
            for row in 0..<Self.thumbnailRows {
                for column in 0..<Self.thumbnailColumns {
                    var sum = 0
                    for line in 0..<Self.cell.height {
                        let y = Self.thumbnailTop + row * Self.cell.height + line
                        var at = (y * Self.width + column * Self.cell.width) * 3
                        let end = at + Self.cell.width * 3
                        while at < end {
                            sum &+= Int(bytes[at])
                            at &+= 1
                        }
                    }
                    sums[row * Self.thumbnailColumns + column] = sum
                }
            }
            let samples = Float(Self.cell.width * Self.cell.height * 3)
            return sums.map { Float($0) / samples }
        }

        /// A picture of another size, brought to 160 x 96 by taking the nearest pixels.
        static func resampled(_ frame: Frame) -> Frame {
            var rgb: [UInt8] = []
            rgb.reserveCapacity(width * height * 3)
            for y in 0..<height {
                let row = (2 * y + 1) * frame.height / (2 * height)
                for x in 0..<width {
                    let at = (row * frame.width + (2 * x + 1) * frame.width / (2 * width)) * 3
                    rgb += frame.rgb[at..<at + 3]
                }
            }
            return Frame(
                width: width, height: height, rgb: rgb, sequence: frame.sequence, capturedAt: frame.capturedAt,
                gameTime: frame.gameTime)
        }
    }
}
