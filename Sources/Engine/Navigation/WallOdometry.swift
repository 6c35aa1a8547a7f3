import Glibc

/// How well the walls say that one turned and moved in a supposed way: what stands at eye level in the new picture is
/// looked up where it must have been in the old one.
struct WallOdometry {
    let old: GreyPicture
    let new: GreyPicture
    /// Depth of the wall in each beam of the new picture.
    let depths: [Double]
    let view: Viewpoint

    /// More than this is not a wrong place but a light, a shot or a monster.
    private static let mostDifference = 25

    /// Mean difference of brightness, 0...255, had one gone from one pose to the other, or been stopped and only turned.
    func error(from before: Pose, to after: Pose) -> Double {
        let (sine, cosine) = (sin(before.heading.radians), cos(before.heading.radians))
        let (x, y) = (after.x - before.x, after.y - before.y)
        let turn = after.heading - before.heading
        return min(
            error(ahead: x * sine + y * cosine, right: x * cosine - y * sine, turn: turn),
            error(ahead: 0, right: 0, turn: turn))
    }

    /// The same for a move in the directions of the first pose.
    func error(ahead: Double, right: Double, turn: Double) -> Double {
        let (width, height) = (new.width, new.height)
        let focal = view.focal(width: width)
        let (centre, horizon) = (Double(width) / 2, Double(height) / 2)
        let (sine, cosine) = (sin(turn.radians), cos(turn.radians))
        var (sum, count) = (0, 0)
        for x in stride(from: 1, to: width - 1, by: 2) {
            let depth = depths[x * depths.count / width]
            let side = (Double(x) + 0.5 - centre) * depth / focal
            let wasRight = side * cosine + depth * sine + right
            let wasAhead = depth * cosine - side * sine + ahead
            guard wasAhead > 8 else { continue }
            // Between two columns, since a step of a turn is little more than one.
            let column = wasRight * focal / wasAhead + centre - 0.5
            let u = Int(column.rounded(.down))
            guard u >= 0, u + 1 < width else { continue }
            let part = Int((column - Double(u)) * 256)
            let scale = depth / wasAhead
            for y in stride(from: height * 10 / 100, to: height * 65 / 100, by: 2) {
                let v = Int(((Double(y) + 0.5 - horizon) * scale + horizon).rounded(.down))
                guard v >= 0, v < height else { continue }
                let (left, right) = (Int(old.brightness[v * width + u]), Int(old.brightness[v * width + u + 1]))
                let was = (left * (256 - part) + right * part) >> 8
                sum += min(Self.mostDifference, abs(Int(new.brightness[y * width + x]) - was))
                count += 1
            }
        }
        return count > 100 ? Double(sum) / Double(count) : .infinity
    }
}
