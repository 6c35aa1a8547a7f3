import Basics
import Vision

/// Reads what any picture tells without knowledge of its game: how alike it is to the one before. Vitals, threats and
/// the kind of scene stay unknown.
package struct PictureReader: Sendable {
    private static let rows = 9
    private static let columns = 16
    /// Cells in which a sixteenth of the pixels are looked at are alike enough.
    private static let step = 4
    private var previous: [Float] = []

    package init() {}

    package mutating func read(_ frame: Frame) -> Reading {
        var reading = Reading()
        reading.frame = frame.sequence
        reading.gameTime = frame.gameTime.seconds
        reading.thumbnail = Self.thumbnail(of: frame)
        reading.similarity = Thumbnail.similarity(reading.thumbnail, previous)
        previous = reading.thumbnail
        return reading
    }

    private static func thumbnail(of frame: Frame) -> [Float] {
        frame.rgb.withUnsafeBufferPointer { rgb in
            (0..<rows * columns).map { cell in
                let (row, column) = (cell / columns, cell % columns)
                var (sum, count) = (0, 0)
                var y = row * frame.height / rows
                while y < (row + 1) * frame.height / rows {
                    var x = column * frame.width / columns
                    while x < (column + 1) * frame.width / columns {
                        let at = (y * frame.width + x) * 3
                        sum += Int(rgb[at]) + Int(rgb[at + 1]) + Int(rgb[at + 2])
                        count += 3
                        x += step
                    }
                    y += step
                }
                return Float(sum) / Float(max(1, count))
            }
        }
    }
}
