/// A picture as cells: two pixels a cell in half blocks, or one behind a blank, where there are colours; shades of one
/// character where not.
package struct PictureRaster: Sendable, Equatable {
    package let size: Size
    package let cells: [Cell]
    /// The colours that the cells show, row by row.
    private let pixels: [RGB]

    /// The largest size of a picture's shape that fits into `room`; a cell is as high as two pixels are wide.
    package static func fit(width: Int, height: Int, into room: Size) -> Size {
        guard width > 0, height > 0, room.width > 0, room.height > 0 else { return Size(0, 0) }
        let columns = min(room.width, room.height * 2 * width / height)
        let rows = min(room.height, max(1, (columns * height + width) / (2 * width)))
        return Size(max(1, columns), rows)
    }

    /// `rgb` holds 8 bits a channel, row by row, without padding. What is shown already (`before`, of the same size and
    /// look) stays where the new picture is no different to an eye: where there are all colours, the noise of a picture
    /// that stands still would else be written again and again.
    package init(rgb: [UInt8], width: Int, height: Int, size: Size, look: Look, before: PictureRaster? = nil) {
        self.size = size
        let half = look.depth >= .full && !look.glyphs.isASCII
        var pixels = Self.averaged(rgb, width, height, columns: size.width, rows: size.height * (half ? 2 : 1))
        switch look.depth {
        case .direct: Self.calm(&pixels, columns: size.width, before: before?.pixels ?? [])
        case .full: for index in pixels.indices { pixels[index] = Palette.rgb(Palette.nearest(pixels[index])) }
        case .mono, .eight: break
        }
        self.pixels = pixels
        cells =
            half
            ? Self.halfBlocks(pixels, size)
            : look.depth >= .full ? pixels.map { Self.cell($0, $0) } : Self.shades(pixels, look)
    }

    private static func halfBlocks(_ pixels: [RGB], _ size: Size) -> [Cell] {
        (0..<size.width * size.height).map { index in
            let upper = index + index / size.width * size.width
            return cell(pixels[upper], pixels[upper + size.width])
        }
    }

    /// Two colours one above the other. One colour needs no character: it is what lies behind a blank.
    private static func cell(_ upper: RGB, _ lower: RGB) -> Cell {
        Cell(upper == lower ? " " : "▀", .picture(upper: upper, lower: lower))
    }

    private static func shades(_ pixels: [RGB], _ look: Look) -> [Cell] {
        let ramp = look.glyphs.shades
        return pixels.map { pixel in
            let color = Palette.rgb(Palette.basic(pixel))
            let step = Palette.luminance(pixel) * ramp.count / 256
            return Cell(ramp[min(ramp.count - 1, step)], .picture(upper: color, lower: color))
        }
    }

    /// Steps of a channel (of 256) that an eye does not see: from one picture to the next, and between neighbours.
    private static let unseen = (inTime: 3, inSpace: 1)

    /// Gives each pixel the colour that is there already, or that of its neighbour to the left, where that is as good.
    /// Every pixel is compared with what is shown, so that no error grows.
    private static func calm(_ pixels: inout [RGB], columns: Int, before: [RGB]) {
        let isSteady = before.count == pixels.count
        for index in pixels.indices {
            if isSteady, pixels[index].isLike(before[index], within: unseen.inTime) {
                pixels[index] = before[index]
            } else if index % columns > 0, pixels[index].isLike(pixels[index - 1], within: unseen.inSpace) {
                pixels[index] = pixels[index - 1]
            }
        }
    }

    /// The mean colour of the pixels behind each of `columns` x `rows` places.
    static func averaged(
        _ rgb: [UInt8], _ width: Int, _ height: Int, columns: Int, rows: Int
    ) -> [RGB] {
        guard columns > 0, rows > 0, width > 0, height > 0 else { return [] }
        var result: [RGB] = []
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
                    result.append(RGB(UInt8(red / count), UInt8(green / count), UInt8(blue / count)))
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
