/// How a terminal draws pictures in pixels.
package struct PixelGeometry: Sendable, Equatable {
    /// Pixels of a cell.
    package var cell: Size
    /// Pixels of the largest picture that it draws.
    package var most: Size

    package init(cell: Size, most: Size) { (self.cell, self.most) = (cell, most) }
}

/// A picture in pixels, and the cells it is to cover; the terminal makes it as large as those.
package struct PixelPicture: Sendable, Equatable {
    package var rect: Rect
    /// Two of one number and one size are the same picture: comparing them must not cost what drawing them does.
    package let id: UInt64
    /// Pixels, never more than the cells have.
    package let size: Size
    /// 8 bits a channel, row by row, without padding.
    package let rgb: [UInt8]

    package init(rect: Rect, id: UInt64, size: Size, rgb: [UInt8]) {
        precondition(rgb.count == size.width * size.height * 3, "a picture holds width x height x 3 bytes")
        (self.rect, self.id, self.size, self.rgb) = (rect, id, size, rgb)
    }

    package static func == (a: Self, b: Self) -> Bool { a.id == b.id && a.rect == b.rect && a.size == b.size }
}

/// A picture made to fit: as cells always, and in pixels as well where the terminal draws those.
package struct FittedPicture: Sendable, Equatable {
    package let raster: PictureRaster
    let pixels: PixelPicture?
    /// Columns and rows.
    package var size: Size { raster.size }

    /// `rgb` holds 8 bits a channel, row by row, without padding; `id` is the picture's number, `before` what is shown
    /// already of the same look.
    package init(
        rgb: [UInt8], width: Int, height: Int, id: UInt64, room: Size, look: Look, before: PictureRaster? = nil
    ) {
        let size = Self.size(width: width, height: height, into: room, look: look)
        raster = PictureRaster(
            rgb: rgb, width: width, height: height, size: size, look: look,
            before: before?.size == size ? before : nil)
        pixels = look.pixels.map { geometry in
            let most = Size(size.width * geometry.cell.width, size.height * geometry.cell.height)
            let kept = Size(min(width, most.width), min(height, most.height))
            let isWhole = kept == Size(width, height)
            return PixelPicture(
                rect: Rect(size), id: id, size: kept,
                rgb: isWhole ? rgb : PictureRaster.scaled(rgb, width, height, to: kept))
        }
    }

    /// The largest size of a picture's shape that fits into `room`: by the pixels of a cell where they are known.
    package static func size(width: Int, height: Int, into room: Size, look: Look) -> Size {
        guard let geometry = look.pixels else { return PictureRaster.fit(width: width, height: height, into: room) }
        let cell = geometry.cell
        let most = Size(
            min(room.width, geometry.most.width / cell.width), min(room.height, geometry.most.height / cell.height))
        guard width > 0, height > 0, most.width > 0, most.height > 0 else { return Size(0, 0) }
        let columns = max(1, min(most.width, most.height * cell.height * width / (height * cell.width)))
        let rows = (2 * columns * cell.width * height + width * cell.height) / (2 * width * cell.height)
        return Size(columns, max(1, min(most.height, rows)))
    }
}

extension PictureRaster {
    fileprivate static func scaled(_ rgb: [UInt8], _ width: Int, _ height: Int, to size: Size) -> [UInt8] {
        let pixels = averaged(rgb, width, height, columns: size.width, rows: size.height)
        return [UInt8](unsafeUninitializedCapacity: pixels.count * 3) { bytes, count in
            for pixel in pixels {
                (bytes[count], bytes[count + 1], bytes[count + 2]) = (pixel.red, pixel.green, pixel.blue)
                count += 3
            }
        }
    }
}

extension Canvas {
    package mutating func picture(_ picture: FittedPicture, x: Int, y: Int) {
        self.picture(picture.raster, x: x, y: y)
        pixels = picture.pixels.map { pixels in
            var pixels = pixels
            (pixels.rect.x, pixels.rect.y) = (x, y)
            return pixels
        }
    }

    /// The picture that may be drawn in pixels: every cell of it is still the picture's own. Where anything covers a
    /// part of it, the cells show it.
    package var visiblePixels: PixelPicture? {
        guard let pixels, !pixels.rect.isEmpty, bounds.contains(pixels.rect) else { return nil }
        for y in pixels.rect.y..<pixels.rect.maxY {
            for x in pixels.rect.x..<pixels.rect.maxX where self[x, y].style.role != .picture { return nil }
        }
        return pixels
    }
}
