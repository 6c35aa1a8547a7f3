import Glibc

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
    /// picture, and turned right by so many degrees. Nil: too little floor.
    func error(ahead: Double, right: Double, turn: Double) -> Double? {
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
                let v = Int(focal * view.eyeHeight / wasAhead + horizon)
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

    /// Mean difference of brightness had one only turned right by so many degrees: distances do not matter then.
    func error(turn: Double) -> Double {
        let (width, height) = (new.width, new.height)
        let focal = view.focal(width: width)
        let (centre, horizon) = (Double(width) / 2, Double(height) / 2)
        let (sine, cosine) = (sin(turn.radians), cos(turn.radians))
        var (sum, count) = (0, 0)
        for x in stride(from: 1, to: width, by: 2) {
            let side = Double(x) + 0.5 - centre
            let depth = focal * cosine - side * sine
            guard depth > 0 else { continue }
            let u = Int((side * cosine + focal * sine) * focal / depth + centre)
            guard u >= 0, u < width else { continue }
            for y in stride(from: height / 4, to: height, by: 3) where !isWeapon(x, y) {
                let v = Int((Double(y) + 0.5 - horizon) * focal / depth + horizon)
                guard v >= 0, v < height, !isWeapon(u, v) else { continue }
                sum += abs(Int(new.brightness[y * width + x]) - Int(old.brightness[v * width + u]))
                count += 1
            }
        }
        return count > 200 ? Double(sum) / Double(count) : .infinity
    }

    /// Whether one stood and turned by so much, as far as the picture tells: it fits far better than a little more or
    /// less would.
    func isStanding(turn: Double) -> Bool {
        let error = error(turn: turn)
        return error < 0.55 * min(self.error(turn: turn - 1.8), self.error(turn: turn + 1.8)) || error < 0.4
    }
}
