extension PNG {
    /// What IHDR says, checked against what the decoder can do.
    struct Header {
        enum Colour: UInt8 {
            case grey = 0
            case rgb = 2
            case palette = 3
            case greyAlpha = 4
            case rgba = 6
        }
        let width: Int
        let height: Int
        /// Bits a channel.
        let depth: Int
        let colour: Colour

        init(_ bytes: [UInt8]) throws(PNGError) {
            guard bytes.count == 13 else { throw .malformed("IHDR holds \(bytes.count) bytes, not 13") }
            width = number(in: bytes, at: 0)
            height = number(in: bytes, at: 4)
            depth = Int(bytes[8])
            guard width > 0, height > 0 else { throw .malformed("\(width) x \(height) pixels") }
            guard width <= maximumPixels, height <= maximumPixels / width else {
                throw .unsupported("\(width) x \(height) pixels")
            }
            let mayBeShallow = bytes[9] == 0 || bytes[9] == 3
            let isDepthKnown = depth == 8 || mayBeShallow && [1, 2, 4].contains(depth)
            guard let colour = Colour(rawValue: bytes[9]), isDepthKnown else {
                throw .unsupported("bit depth \(bytes[8]), colour type \(bytes[9])")
            }
            self.colour = colour
            guard bytes[10] == 0, bytes[11] == 0 else { throw .malformed("unknown compression or filter method") }
            guard bytes[12] == 0 else { throw .unsupported("interlace \(bytes[12])") }
        }

        var channels: Int {
            switch colour {
            case .grey, .palette: 1
            case .greyAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }
        /// Bytes of a row without its filter byte.
        var rowBytes: Int { (width * channels * depth + 7) / 8 }
    }

    /// The rows without filter bytes, each restored from what its filter left of it (PNG, section 9).
    static func unfiltered(_ lines: [UInt8], _ header: Header) throws(PNGError) -> [UInt8] {
        let count = header.rowBytes
        let step = max(1, header.channels * header.depth / 8)
        var rows = [UInt8](repeating: 0, count: count * header.height)
        for row in 0..<header.height {
            let source = row * (count + 1) + 1
            let target = row * count
            let kind = lines[source - 1]
            guard kind <= 4 else { throw .malformed("scan-line filter \(kind)") }
            for index in 0..<count {
                let left = index >= step ? Int(rows[target + index - step]) : 0
                let above = row > 0 ? Int(rows[target + index - count]) : 0
                let guess: Int
                switch kind {
                case 0: guess = 0
                case 1: guess = left
                case 2: guess = above
                case 3: guess = (left + above) / 2
                default:
                    let corner = row > 0 && index >= step ? Int(rows[target + index - count - step]) : 0
                    guess = paeth(left, above, corner)
                }
                rows[target + index] = lines[source + index] &+ UInt8(truncatingIfNeeded: guess)
            }
        }
        return rows
    }

    /// Whichever of the three neighbours is nearest to left + above - corner.
    private static func paeth(_ left: Int, _ above: Int, _ corner: Int) -> Int {
        let byLeft = abs(above - corner)
        let byAbove = abs(left - corner)
        let byCorner = abs(left + above - 2 * corner)
        if byLeft <= byAbove, byLeft <= byCorner { return left }
        return byAbove <= byCorner ? above : corner
    }

    /// The pixels as RGB. What is transparent is laid over black; a palette's transparency is not looked at.
    static func rgb(of rows: [UInt8], _ header: Header, _ palette: [UInt8]) throws(PNGError) -> [UInt8] {
        if header.colour == .rgb { return rows }
        var rgb: [UInt8] = []
        rgb.reserveCapacity(header.width * header.height * 3)
        let largest = 1 << header.depth - 1
        for row in 0..<header.height {
            let start = row * header.rowBytes
            for column in 0..<header.width {
                switch header.colour {
                case .grey:
                    let value = sample(rows, start, column, header.depth) * 255 / largest
                    for _ in 0..<3 { rgb.append(UInt8(value)) }
                case .palette:
                    let colour = sample(rows, start, column, header.depth)
                    guard colour * 3 < palette.count else {
                        throw .malformed("colour \(colour) of a palette of \(palette.count / 3)")
                    }
                    rgb += palette[colour * 3..<colour * 3 + 3]
                case .greyAlpha:
                    let at = start + column * 2
                    let value = overBlack(rows[at], rows[at + 1])
                    for _ in 0..<3 { rgb.append(value) }
                case .rgb, .rgba:
                    let at = start + column * 4
                    for channel in 0..<3 { rgb.append(overBlack(rows[at + channel], rows[at + 3])) }
                }
            }
        }
        return rgb
    }

    /// A sample of at most 8 bits; several in a byte begin at its high end.
    private static func sample(_ rows: [UInt8], _ start: Int, _ column: Int, _ depth: Int) -> Int {
        let bit = column * depth
        return Int(rows[start + bit / 8]) >> (8 - depth - bit % 8) & (1 << depth - 1)
    }

    private static func overBlack(_ value: UInt8, _ alpha: UInt8) -> UInt8 {
        UInt8((Int(value) * Int(alpha) + 127) / 255)
    }
}
