import Vision

/// How much of a picture is another than before.
package enum PictureChange {
    /// Grey levels by which a pixel must differ: less is dithering and noise.
    private static let threshold = 16
    /// One pixel in so many is looked at.
    private static let step = 7

    /// The share of pixels that changed, 0...1; 1 for pictures of different sizes.
    package static func share(_ a: Frame, _ b: Frame) -> Double {
        guard a.width == b.width, a.height == b.height else { return 1 }
        let pixels = a.width * a.height
        var (changed, looked) = (0, 0)
        a.rgb.withUnsafeBufferPointer { a in
            b.rgb.withUnsafeBufferPointer { b in
                var pixel = 0
                while pixel < pixels {
                    let at = pixel * 3
                    let before = Int(a[at]) + Int(a[at + 1]) + Int(a[at + 2])
                    let after = Int(b[at]) + Int(b[at + 1]) + Int(b[at + 2])
                    if abs(before - after) > threshold * 3 { changed += 1 }
                    looked += 1
                    pixel += step
                }
            }
        }
        return Double(changed) / Double(max(1, looked))
    }
}
