import Basics

/// Sun, moon, stars and the colour between them.
struct Sky {
    let light: Double
    let hour: Double
    let zenithColour: RGB
    let horizonColour: RGB
    /// 0 by day and night, 1 in the middle of dawn and dusk.
    private let twilight: Double

    private static let glow = RGB(236, 150, 96)
    private static let starColours: [UInt32] = [0x8C90A8, 0xB4B8CC, 0xE0E4F0]
    /// Heading (thirds of a degree), height above the horizon (rows) and brightness of each star.
    private static let stars: [(heading: Int, height: Int, magnitude: Int)] = {
        var random = SeededGenerator(seed: 99)
        return (0..<110).map { _ in
            (
                random.integer(in: 0..<Player.headingUnits), random.integer(in: 4..<60),
                random.integer(in: 0..<starColours.count)
            )
        }
    }()

    init(_ world: World) {
        light = world.light
        hour = world.hour
        let day = (light - 0.25) / 0.75
        twilight = 4 * day * (1 - day)
        zenithColour = RGB(10, 14, 44).mixed(with: RGB(78, 128, 208), day)
        horizonColour = RGB(30, 38, 74).mixed(with: RGB(146, 184, 232), day)
    }

    func draw(_ raster: Raster, camera: Camera, heading: Int) {
        let bottom = min(camera.horizon + 1, Raster.height)
        for row in 0..<bottom {
            let height = Double(camera.horizon - row)
            let colour = horizonColour.mixed(with: zenithColour, min(1, height / 46))
                .mixed(with: Self.glow, twilight * 0.7 * max(0, 1 - height / 11))
            raster.fill(x: 0..<Raster.width, y: row..<row + 1, colour.packed)
        }
        if light < 0.4 { drawStars(raster, camera: camera, heading: heading) }
        drawDisc(raster, camera: camera, dayPart: (hour - 5) / 14, radius: 5, colour: 0xFFF0B4)
        let night = hour < 12 ? hour + 24 : hour
        drawDisc(raster, camera: camera, dayPart: (night - 19) / 10, radius: 4, colour: 0xD8DCE8)
    }

    private func drawStars(_ raster: Raster, camera: Camera, heading: Int) {
        for star in Self.stars {
            var offset = (star.heading - heading) % Player.headingUnits
            if offset < -Player.headingUnits / 2 { offset += Player.headingUnits }
            if offset > Player.headingUnits / 2 { offset -= Player.headingUnits }
            let (x, y) = (80 + offset * 160 / 198, camera.horizon - star.height)
            guard y < camera.horizon else { continue }
            raster.putClipped(x, y, Self.starColours[star.magnitude])
        }
    }

    /// Draws what rises in the east and sets in the west, at this part of its way.
    private func drawDisc(_ raster: Raster, camera: Camera, dayPart: Double, radius: Int, colour: UInt32) {
        guard dayPart > 0, dayPart < 1 else { return }
        let angle = dayPart * .pi
        // The sun is in the south at noon; east is heading zero and y grows southwards.
        let (east, south) = (Trigonometry.cosine(angle), 0.35)
        let depth = east * camera.ahead.x + south * camera.ahead.y
        guard depth > 0.1 else { return }
        let column = Camera.column(depth: depth, aside: east * camera.right.x + south * camera.right.y)
        guard abs(column) < 400 else { return }
        let (x, y) = (Int(column), camera.horizon - 2 - Int(Trigonometry.sine(angle) * 58))
        for dy in -radius...radius {
            for dx in -radius...radius where dx * dx + dy * dy <= radius * radius + 1 && y + dy <= camera.horizon {
                raster.putClipped(x + dx, y + dy, colour)
            }
        }
    }
}
