/// Draws creatures as scaled pictures, far ones first, where no wall is nearer.
struct SpriteRenderer {
    let camera: Camera
    /// Distance of the nearest wall in each column.
    let depths: [Double]

    func draw(_ creatures: [Creature], _ raster: Raster) {
        let visible = creatures.filter(\.isAlive)
            .map { (creature: $0, position: camera.project(x: $0.x, y: $0.y)) }
            .filter { $0.position.depth > 0.3 && $0.position.depth < 24 }
        // Ties keep no particular order with sort alone: compare the side as well.
        let farFirst = visible.sorted {
            ($0.position.depth, $0.position.aside) > ($1.position.depth, $1.position.aside)
        }
        for (creature, position) in farFirst { draw(creature, at: position, raster) }
    }

    private func draw(_ creature: Creature, at position: (depth: Double, aside: Double), _ raster: Raster) {
        let sprite = Sprite.of(creature.kind)
        let scale = Double(Raster.height) / position.depth
        let height = scale * sprite.height
        let width = height * Double(sprite.width) / Double(sprite.rows)
        let left = Camera.column(depth: position.depth, aside: position.aside) - width / 2
        let top = Double(camera.horizon) + scale * Camera.eye - height
        let columns = Self.pixels(from: left, length: width).clamped(to: 0..<Raster.width)
        let rows = Self.pixels(from: top, length: height).clamped(to: 0..<Raster.height)
        guard !columns.isEmpty, !rows.isEmpty else { return }
        // Creatures stay visible at night.
        let lift = max(camera.light, 0.45) / max(camera.light, 0.01)
        let shade = camera.shade(distance: position.depth)
        let shades = sprite.colours.map { shade($0 * lift) }
        for column in columns where depths[column] >= position.depth {
            let u = min(sprite.width - 1, Int((Double(column) - left) / width * Double(sprite.width)))
            for row in rows {
                let v = min(sprite.rows - 1, Int((Double(row) - top) / height * Double(sprite.rows)))
                let texel = sprite.texels[v * sprite.width + u]
                if texel != 0 { raster.put(column, row, shades[Int(texel) - 1]) }
            }
        }
    }

    /// The pixels whose upper left corner is in the stretch.
    private static func pixels(from start: Double, length: Double) -> Range<Int> {
        Int(start.rounded(.up))..<Int((start + length).rounded(.up))
    }
}
