/// Draws the world as the player sees it: sky or ceiling, floor, walls, creatures.
struct SceneRenderer {
    private static let reach = 30.0
    /// Walls that one column can show behind each other, between and above the crowns of trees.
    private static let layers = 4

    private struct Hit {
        var wall = Wall.none
        var distance = 0.0
        var texelColumn = 0
        var facing = 1.0
    }

    let world: World
    private let camera: Camera
    private let surfaces = Surfaces.shared

    init(_ world: World) {
        self.world = world
        camera = Camera(world)
    }

    func draw(_ raster: Raster) {
        if camera.roof == .none {
            Sky(world).draw(raster, camera: camera, heading: world.player.heading)
        } else {
            drawCeiling(raster)
        }
        drawFloor(raster)
        var depths = [Double](repeating: Self.reach, count: Raster.width)
        for column in 0..<Raster.width { depths[column] = drawWalls(raster, column: column) }
        SpriteRenderer(camera: camera, depths: depths).draw(world.creatures, raster)
    }

    // MARK: - Planes

    private func drawFloor(_ raster: Raster) {
        for row in max(camera.horizon + 1, 0)..<Raster.height {
            let distance = Double(Raster.height) * Camera.eye / Double(row - camera.horizon)
            let shades = surfaces.floorColours.map(camera.shade(distance: distance).callAsFunction)
            // Far away a tile is smaller than its texels would need: one tone instead of noise.
            let isFar = distance > 9
            shades.withUnsafeBufferPointer { shades in
                world.map.floors.withUnsafeBufferPointer { floors in
                    surfaces.floorTexels.withUnsafeBufferPointer { texels in
                        drawPlane(raster, row: row, distance: distance) { tile, texel in
                            let floor = Int(floors[tile])
                            return shades[floor << 2 | (isFar ? 2 : Int(texels[floor << 8 | texel]))]
                        }
                    }
                }
            }
        }
    }

    /// A flat ceiling with beams, as high as the walls.
    private func drawCeiling(_ raster: Raster) {
        let isHall = camera.roof == .building
        let colours = isHall
            ? [RGB(62, 42, 24), RGB(84, 58, 33)] : [RGB(40, 33, 54), RGB(48, 40, 64)]
        let height = Wall.wood.height - Camera.eye
        for row in 0..<min(camera.horizon + 1, Raster.height) {
            let distance = Double(Raster.height) * height / max(1, Double(camera.horizon - row))
            let shade = camera.shade(distance: distance)
            let (dark, bright) = (shade(colours[0]), shade(colours[1]))
            drawPlane(raster, row: row, distance: distance) { _, texel in
                isHall ? ((texel & 7) == 0 ? dark : bright) : ((texel & 15) == 0 || texel < 16 ? dark : bright)
            }
        }
    }

    /// One row of a horizontal plane. `colour` gets the tile and the texel (v * 16 + u) of each pixel.
    @inline(__always)
    private func drawPlane(
        _ raster: Raster, row: Int, distance: Double, colour: (_ tile: Int, _ texel: Int) -> UInt32
    ) {
        // Positions in 1/65536 of a tile, as integers: cheap to step and to split into tile and texel.
        let scale = 65_536.0
        let leftX = camera.ahead.x - camera.right.x * Camera.slope
        let leftY = camera.ahead.y - camera.right.y * Camera.slope
        let perColumn = 2 * Camera.slope * distance / Double(Raster.width) * scale
        var x = Int((camera.x + leftX * distance) * scale)
        var y = Int((camera.y + leftY * distance) * scale)
        let (dx, dy) = (Int(camera.right.x * perColumn), Int(camera.right.y * perColumn))
        var column = 0
        while column < Raster.width {
            let tile = (y >> 16 & (WorldMap.size - 1)) &* WorldMap.size &+ (x >> 16 & (WorldMap.size - 1))
            raster.put(column, row, colour(tile, (y >> 12 & 15) << 4 | (x >> 12 & 15)))
            x &+= dx
            y &+= dy
            column &+= 1
        }
    }

    // MARK: - Walls

    /// Draws what stands in the column and returns the distance of the nearest of it.
    private func drawWalls(_ raster: Raster, column: Int) -> Double {
        var hits: (Hit, Hit, Hit, Hit) = (Hit(), Hit(), Hit(), Hit())
        let count = castRay(column: column, into: &hits)
        guard count > 0 else { return Self.reach }
        // A nearer wall stands lower on the picture: of what is behind it, only what is above its solid part can be
        // seen.
        let second = count > 1 ? solidRow(of: hits.0) : 0
        let third = count > 2 ? min(second, solidRow(of: hits.1)) : 0
        if count > 3 { draw(hits.3, raster, column: column, above: min(third, solidRow(of: hits.2))) }
        if count > 2 { draw(hits.2, raster, column: column, above: third) }
        if count > 1 { draw(hits.1, raster, column: column, above: second) }
        draw(hits.0, raster, column: column, above: Raster.height)
        return hits.0.distance
    }

    /// Walks from tile to tile along the ray (Amanatides and Woo). Distances are along the viewing direction, so that
    /// straight walls look straight.
    private func castRay(column: Int, into hits: inout (Hit, Hit, Hit, Hit)) -> Int {
        let aside = (Double(column) + 0.5 - 80) / 80 * Camera.slope
        let (dx, dy) = (camera.ahead.x + camera.right.x * aside, camera.ahead.y + camera.right.y * aside)
        var (tileX, tileY) = (Int(camera.x), Int(camera.y))
        let (perX, perY) = (dx == 0 ? 1e9 : abs(1 / dx), dy == 0 ? 1e9 : abs(1 / dy))
        var nextX = (dx > 0 ? Double(tileX) + 1 - camera.x : camera.x - Double(tileX)) * perX
        var nextY = (dy > 0 ? Double(tileY) + 1 - camera.y : camera.y - Double(tileY)) * perY
        var count = 0
        while count < Self.layers {
            let distance: Double
            let isAcross = nextX < nextY
            if isAcross {
                distance = nextX
                nextX += perX
                tileX += dx > 0 ? 1 : -1
            } else {
                distance = nextY
                nextY += perY
                tileY += dy > 0 ? 1 : -1
            }
            guard distance < Self.reach, tileX >= 0, tileY >= 0, tileX < WorldMap.size, tileY < WorldMap.size
            else { break }
            let code = world.map.walls[tileY &* WorldMap.size &+ tileX]
            guard code != 0, let wall = Wall(rawValue: code) else { continue }
            let along = isAcross ? camera.y + distance * dy : camera.x + distance * dx
            let hit = Hit(
                wall: wall, distance: max(0.15, distance), texelColumn: Int((along - along.rounded(.down)) * 16) & 15,
                facing: isAcross ? 0.8 : 1)
            switch count {
            case 0: hits.0 = hit
            case 1: hits.1 = hit
            case 2: hits.2 = hit
            default: hits.3 = hit
            }
            count += 1
            if wall.hidesAll { break }
        }
        return count
    }

    /// Where a wall is on the picture: its upper end, and its texel rows, in 1/65536, at the first row and to the next.
    private func extent(
        of hit: Hit
    ) -> (rows: Range<Int>, texelRow: Int, step: Int) {
        let scale = Double(Raster.height) / hit.distance
        let bottom = Double(camera.horizon) + scale * Camera.eye
        let top = bottom - scale * hit.wall.height
        let firstRow = max(0, Int(top.rounded(.down)))
        let lastRow = max(firstRow, min(Raster.height, Int(bottom.rounded(.down))))
        let step = Int(Double(Surfaces.wallRows) / (bottom - top) * 65_536)
        let texelRow = Int((Double(firstRow) - top) / (bottom - top) * Double(Surfaces.wallRows) * 65_536)
        return (firstRow..<lastRow, texelRow, step)
    }

    /// The first row from which on a wall has no holes.
    private func solidRow(of hit: Hit) -> Int {
        let (rows, texelRow, step) = extent(of: hit)
        let solid = Int(surfaces.solidRows[Int(hit.wall.rawValue) << 4 | hit.texelColumn]) << 16
        return min(rows.upperBound, rows.lowerBound + max(0, solid - texelRow + step - 1) / step)
    }

    /// Draws a wall's rows above the limit.
    private func draw(_ hit: Hit, _ raster: Raster, column: Int, above limit: Int) {
        var (rows, texelRow, step) = extent(of: hit)
        let lastRow = min(rows.upperBound, limit)
        guard rows.lowerBound < lastRow else { return }
        let shade = camera.shade(distance: hit.distance, facing: hit.facing)
        let material = Int(hit.wall.rawValue) * 4
        let colours = surfaces.wallColours
        let shades = SIMD4(
            shade(colours[material]), shade(colours[material + 1]), shade(colours[material + 2]),
            shade(colours[material + 3]))
        let texels = Int(hit.wall.rawValue) * Surfaces.wallTexels + hit.texelColumn
        surfaces.wallTexels.withUnsafeBufferPointer { wallTexels in
            var row = rows.lowerBound
            while row < lastRow {
                let line = min(max(texelRow >> 16, 0), Surfaces.wallRows - 1)
                let texel = wallTexels[texels &+ line << 4]
                if texel != Surfaces.hole { raster.put(column, row, shades[Int(texel & 3)]) }
                texelRow &+= step
                row &+= 1
            }
        }
    }
}
