/// Where the picture is taken from and in which light.
struct Camera {
    /// Half of the horizontal field of view, 66 degrees in all, as a slope.
    static let slope = 0.649_407_593_197_5
    /// Eye height above the floor, tiles.
    static let eye = 0.5

    let x: Double
    let y: Double
    /// Unit vector of the direction.
    let ahead: (x: Double, y: Double)
    /// Unit vector to the right of it.
    let right: (x: Double, y: Double)
    /// Row of the horizon.
    let horizon: Int
    let roof: Roof
    /// Brightness of surfaces, 0...1.
    let light: Double
    /// What distant surfaces fade into.
    let fog: RGB

    init(_ world: World) {
        let player = world.player
        (x, y) = (player.x, player.y)
        ahead = (Trigonometry.cosine(player.angle), Trigonometry.sine(player.angle))
        right = (-ahead.y, ahead.x)
        // In a jump the picture shifts as if the eye rose.
        let jump = [0, 2, 4, 3, 1][min(player.airborne, 4)]
        horizon = 44 + player.pitch / 3 + jump
        roof = world.map.roof(x, y)
        switch roof {
        case .none:
            // Brighter than the daylight figure: a picture in a terminal must stay legible at night.
            light = 0.15 + 0.85 * world.light
            fog = Sky(world).horizonColour
        case .building:
            light = 0.9
            fog = RGB(30, 20, 12)
        case .dungeon:
            light = 0.75
            fog = RGB(9, 7, 12)
        }
    }

    /// Surface colours as they arrive at the eye from this distance.
    func shade(distance: Double, facing: Double = 1) -> Shade {
        Shade(
            brightness: light * facing * max(0.55, 1 - distance / 40), fog: fog,
            haze: min(max((distance - 4) / 26, 0), 0.8))
    }

    /// What a distance does to colours.
    struct Shade {
        let brightness: Double
        let fog: RGB
        let haze: Double

        /// The colour as it arrives, packed.
        func callAsFunction(_ colour: RGB) -> UInt32 { (colour * brightness).mixed(with: fog, haze).packed }
    }

    /// Position of a point relative to the eye: how far ahead and how far to the right, tiles.
    func project(x pointX: Double, y pointY: Double) -> (depth: Double, aside: Double) {
        let (dx, dy) = (pointX - x, pointY - y)
        return (dx * ahead.x + dy * ahead.y, dx * right.x + dy * right.y)
    }

    /// Column of a point this far ahead and aside.
    static func column(depth: Double, aside: Double) -> Double {
        Double(Raster.width) / 2 * (1 + aside / depth / slope)
    }
}
