/// A picture as a terminal has taken it.
public struct TerminalPicture: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// 8 bits a channel, row by row.
    public let rgb: [UInt8]

    public init(width: Int, height: Int, rgb: [UInt8]) { (self.width, self.height, self.rgb) = (width, height, rgb) }

    /// The picture stretched to another size, each pixel the nearest.
    public func stretched(width newWidth: Int, height newHeight: Int) -> TerminalPicture {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(newWidth * newHeight * 3)
        for y in 0..<newHeight {
            let row = y * height / newHeight * width
            for x in 0..<newWidth {
                let start = (row + x * width / newWidth) * 3
                pixels.append(rgb[start])
                pixels.append(rgb[start + 1])
                pixels.append(rgb[start + 2])
            }
        }
        return TerminalPicture(width: newWidth, height: newHeight, rgb: pixels)
    }

    /// The mean difference of a channel; `nil` for pictures of two sizes.
    public func meanDifference(from other: TerminalPicture) -> Double? {
        guard (width, height) == (other.width, other.height) else { return nil }
        return Double(zip(rgb, other.rgb).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(rgb.count)
    }

    /// The largest difference of a channel; `nil` for pictures of two sizes.
    public func difference(from other: TerminalPicture) -> Int? {
        guard (width, height) == (other.width, other.height) else { return nil }
        return zip(rgb, other.rgb).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
    }
}

/// What is wrong with a picture's bytes.
public struct PictureFault: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// Reads sixel pictures, and takes nothing that is not as the VT340 had it: every pixel exactly once, none outside.
public struct SixelDecoder {
    private let bytes: [UInt8]
    private var index = 0
    private var palette: [Int: (UInt8, UInt8, UInt8)] = [:]

    /// `string` is what stands between `ESC P` and the string's end. Also says how many colours were set.
    public static func decode(_ string: [UInt8]) throws -> (picture: TerminalPicture, colors: Int) {
        var decoder = SixelDecoder(bytes: string)
        return try decoder.decode()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func decode() throws -> (picture: TerminalPicture, colors: Int) {
        let start = try numbers()
        guard take("q"), start.count >= 2, start[1] == 1 else { throw PictureFault("begins with \(start)") }
        guard take("\"") else { throw PictureFault("no raster attributes") }
        let raster = try numbers()
        guard raster.count == 4, raster[..<2] == [1, 1], raster[2] > 0, raster[3] > 0 else {
            throw PictureFault("raster attributes \(raster)")
        }
        let (width, height) = (raster[2], raster[3])
        // The colours' numbers; -1 is none yet.
        let pixels = UnsafeMutableBufferPointer<Int16>.allocate(capacity: width * height)
        pixels.initialize(repeating: -1)
        defer { pixels.deallocate() }
        var (x, y) = (0, 0)
        var color: Int?
        while index < bytes.count {
            if take("#") {
                let numbers = try numbers()
                color = numbers.first
                if numbers.count == 5, numbers[1] == 2, numbers[2...].allSatisfy({ $0 <= 100 }) {
                    let share = numbers[2...].map { UInt8(($0 * 255 + 50) / 100) }
                    palette[numbers[0]] = (share[0], share[1], share[2])
                } else if numbers.count != 1 || palette[numbers[0]] == nil {
                    throw PictureFault("colour \(numbers)")
                }
            } else if take("$") {
                x = 0
            } else if take("-") {
                (x, y) = (0, y + 6)
            } else {
                var count = 1
                if take("!") { count = try numbers().first ?? 0 }
                guard index < bytes.count, (63...126).contains(bytes[index]) else {
                    throw PictureFault("no sixel at \(index)")
                }
                let mask = bytes[index] - 63
                index += 1
                for bit in 0..<6 where mask >> UInt8(bit) & 1 == 1 {
                    guard let color, palette[color] != nil, x + count <= width, y + bit < height else {
                        throw PictureFault("a pixel without a colour, or outside")
                    }
                    let start = (y + bit) * width + x
                    for pixel in start..<start + count {
                        guard pixels[pixel] < 0 else { throw PictureFault("a pixel twice, after \(x), \(y + bit)") }
                        pixels[pixel] = Int16(color)
                    }
                }
                x += count
            }
        }
        let missing = pixels.count { $0 < 0 }
        guard missing == 0 else { throw PictureFault("\(missing) pixels are missing") }
        let colors = (0...(palette.keys.max() ?? 0)).map { palette[$0] ?? (0, 0, 0) }
        let rgb = [UInt8](unsafeUninitializedCapacity: pixels.count * 3) { rgb, count in
            for pixel in pixels {
                (rgb[count], rgb[count + 1], rgb[count + 2]) = colors[Int(pixel)]
                count += 3
            }
        }
        return (TerminalPicture(width: width, height: height, rgb: rgb), palette.count)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func numbers() throws -> [Int] {
        var numbers = [0]
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ";") {
                numbers.append(0)
            } else if (0x30...0x39).contains(byte) {
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 0x30)
            } else {
                break
            }
            guard numbers.last! < 100_000 else { throw PictureFault("a number too large") }
            index += 1
        }
        return numbers
    }
}
