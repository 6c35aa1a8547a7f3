/// A colour to calculate with: channels 0...255, which may be fractions until it is packed.
struct RGB: Sendable, Equatable {
    var red: Double
    var green: Double
    var blue: Double

    init(_ red: Double, _ green: Double, _ blue: Double) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// From 0xRRGGBB.
    init(packed: UInt32) {
        self.init(Double(packed >> 16 & 255), Double(packed >> 8 & 255), Double(packed & 255))
    }

    static func * (colour: RGB, factor: Double) -> RGB {
        RGB(colour.red * factor, colour.green * factor, colour.blue * factor)
    }

    /// This colour at 0, the other at 1.
    func mixed(with other: RGB, _ part: Double) -> RGB {
        RGB(
            red + (other.red - red) * part, green + (other.green - green) * part, blue + (other.blue - blue) * part)
    }

    /// 0xRRGGBB, clamped.
    var packed: UInt32 { Self.byte(red) << 16 | Self.byte(green) << 8 | Self.byte(blue) }

    private static func byte(_ channel: Double) -> UInt32 { UInt32(min(max(channel, 0), 255)) }
}
