import Vision

/// The world part of a frame in squares of 4 x 4 pixels: brightness only, for comparing one picture with the next.
struct GreyPicture: Sendable {
    static let block = 4
    let width: Int
    let height: Int
    let brightness: [UInt8]

    init(_ frame: Frame, _ view: Viewpoint) {
        let (width, height) = (frame.width / Self.block, Int(Double(frame.height) * view.viewShare) / Self.block)
        self.width = width
        self.height = height
        brightness = [UInt8](unsafeUninitializedCapacity: width * height) { grey, count in
            frame.rgb.withUnsafeBufferPointer { rgb in
                for by in 0..<height {
                    for bx in 0..<width {
                        var sum = 0
                        for dy in [0, 2] {
                            let at = ((by * Self.block + dy) * frame.width + bx * Self.block) * 3
                            for offset in [0, 1, 2, 6, 7, 8] { sum += Int(rgb[at + offset]) }
                        }
                        grey[by * width + bx] = UInt8(sum / 12)
                    }
                }
            }
            count = width * height
        }
    }

    /// The share of squares that differ visibly from another picture of the same size.
    func change(from other: GreyPicture) -> Double {
        guard other.brightness.count == brightness.count, !brightness.isEmpty else { return 1 }
        var changed = 0
        for index in brightness.indices where differs(other, at: index) { changed += 1 }
        return Double(changed) / Double(brightness.count)
    }

    func differs(_ other: GreyPicture, at index: Int) -> Bool {
        abs(Int(brightness[index]) - Int(other.brightness[index])) > 8
    }
}
