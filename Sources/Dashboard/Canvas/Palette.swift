/// The fixed part of the xterm palette: a 6x6x6 cube and 24 greys.
package enum Palette {
    private static let levels = [0, 95, 135, 175, 215, 255]

    /// The nearest colour of cube and greys. The first 16 are left out: users give them looks of their own.
    static func nearest(red: Int, green: Int, blue: Int) -> UInt8 {
        let r = step(red)
        let g = step(green)
        let b = step(blue)
        let average = (red + green + blue) / 3
        let grey = max(0, min(23, (average - 3) / 10))
        let greyLevel = 8 + grey * 10
        let cubeError = distance(red - levels[r], green - levels[g], blue - levels[b])
        let greyError = distance(red - greyLevel, green - greyLevel, blue - greyLevel)
        return UInt8(greyError < cubeError ? 232 + grey : 16 + 36 * r + 6 * g + b)
    }

    /// The colour of an index, 0...255 a channel; the first 16 as xterm has them.
    package static func rgb(_ index: UInt8) -> (red: Int, green: Int, blue: Int) {
        let index = Int(index)
        switch index {
        case 0..<16:
            let high = index == 7 ? 229 : index < 8 ? 205 : 255
            let low = index == 8 ? 127 : 0
            let bits = index % 8
            return index == 8 ? (low, low, low) : (bits & 1 * high, bits >> 1 & 1 * high, bits >> 2 & 1 * high)
        case 16..<232:
            let place = index - 16
            return (levels[place / 36], levels[place / 6 % 6], levels[place % 6])
        default:
            let grey = 8 + (index - 232) * 10
            return (grey, grey, grey)
        }
    }

    /// One of the eight basic colours, by which channels stand out.
    static func basic(red: Int, green: Int, blue: Int) -> UInt8 {
        let top = max(red, green, blue)
        guard top > 40 else { return 7 }
        let threshold = top * 2 / 3
        return UInt8((red >= threshold ? 1 : 0) + (green >= threshold ? 2 : 0) + (blue >= threshold ? 4 : 0))
    }

    /// Perceived brightness, 0...255.
    static func luminance(red: Int, green: Int, blue: Int) -> Int { (red * 54 + green * 183 + blue * 19) >> 8 }

    private static func step(_ value: Int) -> Int {
        value < 48 ? 0 : value < 115 ? 1 : min(5, (value - 35) / 40)
    }

    private static func distance(_ r: Int, _ g: Int, _ b: Int) -> Int { r * r * 2 + g * g * 4 + b * b * 3 }
}
