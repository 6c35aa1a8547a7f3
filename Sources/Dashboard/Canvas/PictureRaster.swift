/// A picture as cells: two pixels a cell in half blocks, or one behind a blank, where there are colours; shades of one
/// character where not.
package struct PictureRaster: Sendable, Equatable {
    package let size: Size
    package let cells: [Cell]

    /// The largest size of a picture's shape that fits into `room`; a cell is as high as two pixels are wide.
    package static func fit(width: Int, height: Int, into room: Size) -> Size {
        guard width > 0, height > 0, room.width > 0, room.height > 0 else { return Size(0, 0) }
        let columns = min(room.width, room.height * 2 * width / height)
        let rows = min(room.height, max(1, (columns * height + width) / (2 * width)))
        return Size(max(1, columns), rows)
    }

    /// `rgb` holds 8 bits a channel, row by row, without padding.
    package init(rgb: [UInt8], width: Int, height: Int, size: Size, look: Look) {
        self.size = size
        let half = look.depth == .full && !look.glyphs.isASCII
        let pixels = Self.averaged(rgb, width, height, columns: size.width, rows: size.height * (half ? 2 : 1))
        cells =
            half
            ? Self.halfBlocks(pixels, size)
            : look.depth == .full ? Self.blanks(pixels) : Self.shades(pixels, size, look)
    }

    private static func halfBlocks(_ pixels: [(Int, Int, Int)], _ size: Size) -> [Cell] {
        (0..<size.width * size.height).map { index in
            let x = index % size.width
            let y = index / size.width
            let upper = pixels[2 * y * size.width + x]
            let lower = pixels[(2 * y + 1) * size.width + x]
            return Cell(
                "▀",
                .picture(
                    upper: Palette.nearest(red: upper.0, green: upper.1, blue: upper.2),
                    lower: Palette.nearest(red: lower.0, green: lower.1, blue: lower.2)))
        }
    }

    /// One pixel a cell, as the colour behind a blank: no character is needed where there are colours enough.
    private static func blanks(_ pixels: [(Int, Int, Int)]) -> [Cell] {
        pixels.map { red, green, blue in
            let color = Palette.nearest(red: red, green: green, blue: blue)
            return Cell(" ", .picture(upper: color, lower: color))
        }
    }

    private static func shades(_ pixels: [(Int, Int, Int)], _ size: Size, _ look: Look) -> [Cell] {
        let ramp = look.glyphs.shades
        return pixels.map { red, green, blue in
            let light = Palette.luminance(red: red, green: green, blue: blue)
            let color = Palette.basic(red: red, green: green, blue: blue)
            return Cell(ramp[min(ramp.count - 1, light * ramp.count / 256)], .picture(upper: color, lower: color))
        }
    }

    /// The mean colour of the pixels behind each of `columns` x `rows` places.
    static func averaged(
        _ rgb: [UInt8], _ width: Int, _ height: Int, columns: Int, rows: Int
    ) -> [(Int, Int, Int)] {
        guard columns > 0, rows > 0, width > 0, height > 0 else { return [] }
        var result: [(Int, Int, Int)] = []
        result.reserveCapacity(columns * rows)
        rgb.withUnsafeBufferPointer { rgb in
            for row in 0..<rows {
                let top = row * height / rows
                let bottom = max(top + 1, (row + 1) * height / rows)
                for column in 0..<columns {
                    let left = column * width / columns
                    let right = max(left + 1, (column + 1) * width / columns)
                    var red = 0
                    var green = 0
                    var blue = 0
                    for y in top..<bottom {
                        var offset = (y * width + left) * 3
                        for _ in left..<right {
                            red += Int(rgb[offset])
                            green += Int(rgb[offset + 1])
                            blue += Int(rgb[offset + 2])
                            offset += 3
                        }
                    }
                    let count = (bottom - top) * (right - left)
                    result.append((red / count, green / count, blue / count))
                }
            }
        }
        return result
    }
}

extension Canvas {
    package mutating func picture(_ raster: PictureRaster, x: Int, y: Int) {
        for (index, cell) in raster.cells.enumerated() {
            place(cell, x: x + index % raster.size.width, y: y + index / raster.size.width)
        }
    }
}
