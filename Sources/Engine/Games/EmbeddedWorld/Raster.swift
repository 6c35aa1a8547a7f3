/// The pixels of a picture while it is drawn. A view on memory that the caller owns; drawing clips to the edges.
struct Raster {
    static let width = 160
    static let height = 96
    static let byteCount = width * height * 3

    private let bytes: UnsafeMutablePointer<UInt8>

    /// - Parameter bytes: room for ``byteCount`` bytes that outlives this value.
    init(bytes: UnsafeMutablePointer<UInt8>) {
        self.bytes = bytes
    }

    /// Runs the drawing on a fresh picture and returns its bytes: RGB, row-major.
    static func draw(_ body: (Raster) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            guard let bytes = buffer.baseAddress else { return }
            bytes.initialize(repeating: 0, count: byteCount)
            body(Raster(bytes: bytes))
            count = byteCount
        }
    }

    /// The caller guarantees that the position is inside.
    func put(_ x: Int, _ y: Int, _ colour: UInt32) {
        let at = bytes + (y &* Self.width &+ x) &* 3
        at[0] = UInt8(truncatingIfNeeded: colour >> 16)
        at[1] = UInt8(truncatingIfNeeded: colour >> 8)
        at[2] = UInt8(truncatingIfNeeded: colour)
    }

    func putClipped(_ x: Int, _ y: Int, _ colour: UInt32) {
        guard x >= 0, x < Self.width, y >= 0, y < Self.height else { return }
        put(x, y, colour)
    }

    func fill(x: Range<Int>, y: Range<Int>, _ colour: UInt32) {
        for row in y.clamped(to: 0..<Self.height) {
            for column in x.clamped(to: 0..<Self.width) { put(column, row, colour) }
        }
    }

    /// Mixes a colour over what is there.
    func tint(_ x: Int, _ y: Int, _ colour: RGB, _ part: Double) {
        guard x >= 0, x < Self.width, y >= 0, y < Self.height else { return }
        let at = bytes + (y * Self.width + x) * 3
        put(x, y, RGB(Double(at[0]), Double(at[1]), Double(at[2])).mixed(with: colour, part).packed)
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
