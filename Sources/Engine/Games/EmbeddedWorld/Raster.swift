/// The pixels of a picture while it is drawn. A view on memory that the caller owns; drawing clips to the edges.
struct Raster {
    static let width = 160
    static let height = 96

    /// Room for a picture, row by row, that outlives this value.
    let pixels: UnsafeMutablePointer<UInt32>

    /// Runs the drawing on a black picture and returns its bytes: RGB, row-major.
    static func draw(_ body: (Raster) -> Void) -> [UInt8] {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: width * height) { pixels in
            pixels.initialize(repeating: 0)
            // A buffer that is not empty has an address.
            if let pixels = pixels.baseAddress { body(Raster(pixels: pixels)) }
            return [UInt8](unsafeUninitializedCapacity: width * height * 3) { bytes, count in
                count = width * height * 3
                // Four pixels are three words, blue last: stored as words, which is several times as fast as bytes.
                bytes.withMemoryRebound(to: UInt32.self) { words in
                    for quarter in 0..<width * height / 4 {
                        let (a, b) = (pixels[quarter &* 4], pixels[quarter &* 4 &+ 1])
                        let (c, d) = (pixels[quarter &* 4 &+ 2], pixels[quarter &* 4 &+ 3])
                        words[quarter &* 3] = (a << 8 | b >> 16).bigEndian
                        words[quarter &* 3 &+ 1] = (b << 16 | c >> 8).bigEndian
                        words[quarter &* 3 &+ 2] = (c << 24 | d).bigEndian
                    }
                }
            }
        }
    }

    /// The caller guarantees that the position is inside.
    func put(_ x: Int, _ y: Int, _ colour: UInt32) { pixels[y &* Self.width &+ x] = colour }

    func putClipped(_ x: Int, _ y: Int, _ colour: UInt32) {
        guard x >= 0, x < Self.width, y >= 0, y < Self.height else { return }
        put(x, y, colour)
    }

    func fill(x: Range<Int>, y: Range<Int>, _ colour: UInt32) {
        for row in y.clamped(to: 0..<Self.height) {
            let columns = x.clamped(to: 0..<Self.width)
            (pixels + (row &* Self.width &+ columns.lowerBound)).update(repeating: colour, count: columns.count)
        }
    }

    /// Mixes a colour over what is there.
    func tint(_ x: Int, _ y: Int, _ colour: RGB, _ part: Double) {
        guard x >= 0, x < Self.width, y >= 0, y < Self.height else { return }
        put(x, y, RGB(packed: pixels[y * Self.width + x]).mixed(with: colour, part).packed)
    }

    /// Writes in the one font, 3 x 5 pixels in cells 4 wide. Unknown characters are blanks.
    func text(_ text: String, x: Int, y: Int, _ colour: UInt32) {
        var left = x
        for character in text.utf8 {
            let rows = Glyphs.rows(of: character)
            for bit in 0..<15 where rows & (1 << UInt16(14 - bit)) != 0 {
                putClipped(left + bit % 3, y + bit / 3, colour)
            }
            left += 4
        }
    }
}
