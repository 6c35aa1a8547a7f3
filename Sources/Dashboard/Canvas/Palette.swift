/// Red, green and blue, 0...255 each.
package struct RGB: Hashable, Sendable {
    package var red: UInt8, green: UInt8, blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

    /// The colour that lies so far on the way to another one: 0 is this one, 255 the other.
    package func mixed(with other: RGB, _ share: UInt8) -> RGB {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8((Int(a) * (255 - Int(share)) + Int(b) * Int(share) + 127) / 255)
        }
        return RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }

    /// Not further from the other than an eye tells where it stands beside it, or follows it, in a small cell.
    func isLike(_ other: RGB, within distance: Int) -> Bool {
        abs(Int(red) - Int(other.red)) <= distance && abs(Int(green) - Int(other.green)) <= distance
            && abs(Int(blue) - Int(other.blue)) <= distance
    }
}

/// A colour as a theme gives it and a terminal takes it.
package enum Color: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// The terminal's own, for text or behind it.
    case terminal
    /// One of the xterm palette.
    case palette(UInt8)
    case rgb(RGB)

    /// Red, green and blue as one number, `0xRRGGBB`.
    static func hex(_ value: Int) -> Color {
        .rgb(RGB(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)))
    }

    /// A palette index, or -1 for the terminal's own.
    package init(integerLiteral index: Int) { self = index < 0 ? .terminal : .palette(UInt8(index)) }

    /// Index of the nearest palette colour; -1 for the terminal's own.
    package var index: Int {
        switch self {
        case .terminal: -1
        case .palette(let index): Int(index)
        case .rgb(let rgb): Int(Palette.nearest(rgb))
        }
    }

    /// The same from the palette.
    var indexed: Color { Color(integerLiteral: index) }

    /// What it looks like; `nil` where only the terminal knows.
    package var rgb: RGB? {
        switch self {
        case .terminal: nil
        case .palette(let index): Palette.rgb(index)
        case .rgb(let rgb): rgb
        }
    }
}

/// The fixed part of the xterm palette: a 6x6x6 cube and 24 greys.
package enum Palette {
    private static let levels = [0, 95, 135, 175, 215, 255]

    /// The nearest colour of cube and greys. The first 16 are left out: users give them looks of their own.
    static func nearest(_ color: RGB) -> UInt8 {
        let (red, green, blue) = (Int(color.red), Int(color.green), Int(color.blue))
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

    /// The colour of an index; the first 16 as xterm has them.
    package static func rgb(_ index: UInt8) -> RGB {
        let place = Int(index)
        switch place {
        case 0..<16:
            let high: UInt8 = place == 7 ? 229 : place < 8 ? 205 : 255
            let bits = index % 8
            return place == 8 ? RGB(127, 127, 127) : RGB(bits & 1 * high, bits >> 1 & 1 * high, bits >> 2 & 1 * high)
        case 16..<232:
            func level(_ step: Int) -> UInt8 { UInt8(levels[step % 6]) }
            return RGB(level((place - 16) / 36), level((place - 16) / 6), level(place - 16))
        default:
            let grey = UInt8(8 + (place - 232) * 10)
            return RGB(grey, grey, grey)
        }
    }

    /// One of the eight basic colours, by which channels stand out.
    static func basic(_ color: RGB) -> UInt8 {
        let top = max(color.red, color.green, color.blue)
        guard top > 40 else { return 7 }
        let threshold = Int(top) * 2 / 3
        func bit(_ channel: UInt8, _ bit: UInt8) -> UInt8 { Int(channel) >= threshold ? bit : 0 }
        return bit(color.red, 1) + bit(color.green, 2) + bit(color.blue, 4)
    }

    /// Perceived brightness, 0...255.
    package static func luminance(_ color: RGB) -> Int {
        (Int(color.red) * 54 + Int(color.green) * 183 + Int(color.blue) * 19) >> 8
    }

    private static func step(_ value: Int) -> Int {
        value < 48 ? 0 : value < 115 ? 1 : min(5, (value - 35) / 40)
    }

    private static func distance(_ r: Int, _ g: Int, _ b: Int) -> Int { r * r * 2 + g * g * 4 + b * b * 3 }
}
