import Glibc

/// What tells a picture of a game from one of nothing.
package struct PictureFacts: Sendable, Equatable {
    /// Mean brightness of the channels, 0...255.
    package let mean: Double
    package let variance: Double
    /// The bytes are those of the picture before.
    package let isSame: Bool

    package init(mean: Double, variance: Double, isSame: Bool) {
        (self.mean, self.variance, self.isSame) = (mean, variance, isSame)
    }

    /// Looks at one byte in so many, the same ones of every picture: enough to tell black.
    private static let stride = 97

    init(of rgb: [UInt8], after previous: [UInt8]?) {
        var (sum, squares, count) = (0, 0, 0)
        rgb.withUnsafeBufferPointer { rgb in
            var at = 0
            while at < rgb.count {
                let value = Int(rgb[at])
                sum += value
                squares += value * value
                count += 1
                at += Self.stride
            }
        }
        let mean = Double(sum) / Double(max(1, count))
        self.init(
            mean: mean, variance: Double(squares) / Double(max(1, count)) - mean * mean,
            isSame: previous.map { Self.isEqual(rgb, $0) } ?? false)
    }

    private static func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count, !a.isEmpty else { return a.isEmpty && b.isEmpty }
        return a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0 }
        }
    }

    /// Nothing is on it: the commonest way for a capture to fail, and a model describes it all the same.
    package var isBlack: Bool { mean < 2 && variance < 1 }
}
