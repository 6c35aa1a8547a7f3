import FoundationEssentials

/// How well the floor before one's feet says that one moved in a supposed way: each point of the floor in the new
/// picture is looked up where it must have been in the old one.
struct FloorOdometry {
    let old: GreyPicture
    let new: GreyPicture
    /// Depth of the wall in each beam of the new picture: no floor is looked for behind it.
    let depths: [Double]
    let view: Viewpoint

    /// Fewer points of the floor say nothing.
    private static let leastPoints = 80

    /// Mean difference of brightness, 0...255, had one gone so far ahead and to the right as one looked in the old
    /// picture, and turned right by so many degrees; `rise` is how much higher the eye is now. Nil: too little floor.
    func error(ahead: Double, right: Double, turn: Double, rise: Double = 0) -> Double? {
        let (width, height) = (new.width, new.height)
        let focal = view.focal(width: width)
        let (centre, horizon) = (Double(width) / 2, Double(height) / 2)
        let (sine, cosine) = (sin(turn.radians), cos(turn.radians))
        var (sum, count) = (0, 0)
        for y in height * 64 / 100..<height {
            let depth = focal * view.eyeHeight / (Double(y) + 0.5 - horizon)
            for x in stride(from: 1, to: width - 1, by: 3) where !isWeapon(x, y) {
                guard depth < 0.85 * depths[x * depths.count / width] else { continue }
                let side = (Double(x) + 0.5 - centre) * depth / focal
                let wasRight = side * cosine + depth * sine + right
                let wasAhead = depth * cosine - side * sine + ahead
                guard wasAhead > 30 else { continue }
                let u = Int(wasRight * focal / wasAhead + centre)
                let v = Int(focal * (view.eyeHeight - rise) / wasAhead + horizon)
                guard u >= 0, u < width, v >= 0, v < height, !isWeapon(u, v) else { continue }
                sum += abs(Int(new.brightness[y * width + x]) - Int(old.brightness[v * width + u]))
                count += 1
            }
        }
        return count > Self.leastPoints ? Double(sum) / Double(count) : nil
    }

    /// The hand with the weapon covers the middle of the lower edge and moves with the view.
    private func isWeapon(_ x: Int, _ y: Int) -> Bool {
        x > new.width * 38 / 100 && x < new.width * 62 / 100 && y > new.height * 70 / 100
    }

    /// Degrees turned right, of those supposed, that fit best: a turn alone shifts what is seen at eye level.
    func turn(among supposed: [Double]) -> Double? {
        let errors = supposed.map { (turn: $0, error: horizonError(turn: $0)) }
        guard let best = errors.min(by: { $0.error < $1.error }), best.error < .infinity else { return nil }
        return best.turn
    }

    private func horizonError(turn: Double) -> Double {
        let (width, height) = (new.width, new.height)
        let focal = view.focal(width: width)
        var (sum, count) = (0, 0)
        for x in 0..<width {
            let angle = atan((Double(x) + 0.5 - Double(width) / 2) / focal) + turn.radians
            guard abs(angle) < 0.77 else { continue }
            let u = Int(tan(angle) * focal + Double(width) / 2)
            guard u >= 0, u < width else { continue }
            for y in stride(from: height * 42 / 100, to: height * 58 / 100, by: 2) {
                sum += abs(Int(new.brightness[y * width + x]) - Int(old.brightness[y * width + u]))
                count += 1
            }
        }
        return count > 200 ? Double(sum) / Double(count) : .infinity
    }
}
