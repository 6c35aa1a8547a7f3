import Testing

@testable import Canvas

@Suite("A picture in cells and in pixels", .shared)
struct PixelPictureTests {
    private static func look(_ width: Int, _ height: Int, most: Size = Size(2000, 2000)) -> Look {
        Look(pixels: PixelGeometry(cell: Size(width, height), most: most))
    }

    private static func fitted(_ width: Int, _ height: Int, into room: Size, _ look: Look) -> FittedPicture {
        let rgb = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0) }
        return FittedPicture(rgb: rgb, width: width, height: height, id: 1, room: room, look: look)
    }

    @Test("it keeps its shape by the pixels of a cell, and fits into its room",
        arguments: [(8, 16), (10, 20), (7, 19), (20, 20)], [Size(40, 12), Size(100, 12), Size(20, 50), Size(3, 2)])
    func shape(cell: (Int, Int), room: Size) {
        let size = Self.fitted(160, 96, into: room, Self.look(cell.0, cell.1)).size
        #expect(size.width <= room.width && size.height <= room.height && size.width > 0 && size.height > 0)
        // Nearer to it would take half a cell.
        let height = Double(size.width * cell.0) * 96 / 160
        #expect(abs(Double(size.height * cell.1) - height) <= Double(cell.1))
    }

    @Test("there are never more pixels than its cells have, nor more than the terminal takes, nor more than it has")
    func pixels() throws {
        let large = try #require(Self.fitted(640, 384, into: Size(20, 12), Self.look(8, 16)).pixels)
        #expect(large.size == Size(160, 96) && large.rgb.count == 160 * 96 * 3)
        let small = try #require(Self.fitted(16, 10, into: Size(40, 12), Self.look(8, 16)).pixels)
        #expect(small.size == Size(16, 10))
        let most = Self.fitted(640, 384, into: Size(200, 100), Self.look(8, 16, most: Size(320, 200)))
        #expect(most.size.width * 8 <= 320 && most.size.height * 16 <= 200)
        #expect(Self.fitted(640, 384, into: Size(20, 12), .unicode).pixels == nil)
        #expect(Self.fitted(640, 384, into: Size(0, 5), Self.look(8, 16)).size == Size(0, 0))
    }

    @Test("it is to be seen in pixels until anything covers a part of it, whatever that is")
    func covered() throws {
        let look = Self.look(8, 16)
        var canvas = Canvas(Size(60, 20), look: look)
        let picture = Self.fitted(160, 96, into: Size(40, 12), look)
        canvas.picture(picture, x: 3, y: 2)
        let rect = try #require(canvas.visiblePixels?.rect)
        #expect(rect == Rect(x: 3, y: 2, width: picture.size.width, height: picture.size.height))
        let covers: [(inout Canvas) -> Void] = [
            { $0.fill(Rect(x: rect.maxX - 1, y: rect.maxY - 1, width: 5, height: 5)) },
            { $0.dim($0.bounds) }, { $0.text("x", x: rect.x, y: rect.y) },
            { $0.box(Rect(x: 0, y: 0, width: 10, height: 10), BoxText()) },
        ]
        for cover in covers {
            var covered = canvas
            cover(&covered)
            #expect(covered.visiblePixels == nil)
        }
        // Beside it is not over it; and a second picture takes the place of the first.
        canvas.box(Rect(x: 2, y: 1, width: rect.width + 2, height: rect.height + 2), BoxText())
        #expect(canvas.visiblePixels != nil)
        canvas.dim(canvas.bounds)
        canvas.picture(Self.fitted(16, 10, into: Size(10, 10), look), x: 0, y: 0)
        #expect(canvas.visiblePixels?.size == Size(16, 10))
        // Cut at the edge it is none.
        canvas.picture(picture, x: 30, y: 2)
        #expect(canvas.visiblePixels == nil)
    }
}
