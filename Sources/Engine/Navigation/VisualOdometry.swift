import Glibc

/// How well two pictures say that one moved in a supposed way between them: what the new one shows is looked up where
/// it must have been in the old one. Errors are mean differences of brightness, 0...255.
struct VisualOdometry {
    let old: GreyPicture
    let new: GreyPicture
    /// Depth of the wall in each beam of the new picture.
    let depths: [Double]
    let view: Viewpoint

    private var width: Int { new.width }
    private var height: Int { new.height }
    private var centre: Double { Double(width) / 2 }
    private var horizon: Double { Double(height) / 2 }
    private var focal: Double { view.focal(width: width) }

    /// A supposed move: so far ahead and to the right as one looked in the old picture, and turned right so far.
    private struct Displacement {
        let ahead, right, sine, cosine: Double

        init(ahead: Double, right: Double, turn: Double) {
            (self.ahead, self.right, sine, cosine) = (ahead, right, sin(turn.radians), cos(turn.radians))
        }

        /// Where something was that is now so far to the side and ahead.
        func origin(side: Double, depth: Double) -> (right: Double, ahead: Double) {
            (side * cosine + depth * sine + right, depth * cosine - side * sine + ahead)
        }
    }

    // MARK: The floor

    /// Fewer points of the floor say nothing.
    private static let leastFloor = 80

    /// By the floor before one's feet, as far as no wall hides it, had one gone so far ahead and to the right as one
    /// looked in the old picture, and turned right by so many degrees. Nil: too little floor.
    func floorError(ahead: Double, right: Double, turn: Double) -> Double? {
        let (width, height, focal, centre, horizon) = (width, height, focal, centre, horizon)
        let move = Displacement(ahead: ahead, right: right, turn: turn)
        var (sum, count) = (0, 0)
        for y in height * 64 / 100..<height {
            let depth = focal * view.eyeHeight / (Double(y) + 0.5 - horizon)
            for x in stride(from: 1, to: width - 1, by: 3) where !isWeapon(x, y) {
                guard depth < 0.85 * depths[x * depths.count / width] else { continue }
                let was = move.origin(side: (Double(x) + 0.5 - centre) * depth / focal, depth: depth)
                guard was.ahead > 30 else { continue }
                let u = Int(was.right * focal / was.ahead + centre)
                let v = Int(focal * view.eyeHeight / was.ahead + horizon)
                guard u >= 0, u < width, v >= 0, v < height, !isWeapon(u, v) else { continue }
                sum += abs(Int(new.brightness[y * width + x]) - Int(old.brightness[v * width + u]))
                count += 1
            }
        }
        return count > Self.leastFloor ? Double(sum) / Double(count) : nil
    }

    /// The hand with the weapon covers the middle of the lower edge and moves with the view.
    private func isWeapon(_ x: Int, _ y: Int) -> Bool {
        x > width * 38 / 100 && x < width * 62 / 100 && y > height * 70 / 100
    }

    // MARK: The walls

    /// More than this is not a wrong place but a light, a shot or a monster.
    private static let mostDifference = 25
    /// Fewer points of the walls say nothing.
    private static let leastWall = 100

    /// By what stands at eye level, had one gone from one pose to the other, or been stopped and only turned.
    func wallError(from before: Pose, to after: Pose) -> Double {
        let (sine, cosine) = (sin(before.heading.radians), cos(before.heading.radians))
        let (x, y) = (after.x - before.x, after.y - before.y)
        let turn = after.heading - before.heading
        return min(
            wallError(ahead: x * sine + y * cosine, right: x * cosine - y * sine, turn: turn),
            wallError(ahead: 0, right: 0, turn: turn))
    }

    /// The same for a move in the directions of the first pose. Infinite: too little of the walls.
    func wallError(ahead: Double, right: Double, turn: Double) -> Double {
        let (width, height, focal, centre, horizon) = (width, height, focal, centre, horizon)
        let move = Displacement(ahead: ahead, right: right, turn: turn)
        var (sum, count) = (0, 0)
        for x in stride(from: 1, to: width - 1, by: 2) {
            let depth = depths[x * depths.count / width]
            let was = move.origin(side: (Double(x) + 0.5 - centre) * depth / focal, depth: depth)
            guard was.ahead > 8 else { continue }
            // Between two columns, since a step of a turn is little more than one.
            let column = was.right * focal / was.ahead + centre - 0.5
            let u = Int(column.rounded(.down))
            guard u >= 0, u + 1 < width else { continue }
            let part = Int((column - Double(u)) * 256)
            let scale = depth / was.ahead
            for y in stride(from: height * 10 / 100, to: height * 65 / 100, by: 2) {
                let v = Int(((Double(y) + 0.5 - horizon) * scale + horizon).rounded(.down))
                guard v >= 0, v < height else { continue }
                let (left, right) = (Int(old.brightness[v * width + u]), Int(old.brightness[v * width + u + 1]))
                let was = (left * (256 - part) + right * part) >> 8
                sum += min(Self.mostDifference, abs(Int(new.brightness[y * width + x]) - was))
                count += 1
            }
        }
        return count > Self.leastWall ? Double(sum) / Double(count) : .infinity
    }

    // MARK: Turning only

    /// Fewer points that both pictures show say nothing.
    private static let leastShared = 200

    /// By all that is seen, had one only turned right by so many degrees: distances do not matter then.
    func turnError(_ turn: Double) -> Double {
        let (width, height, focal, centre, horizon) = (width, height, focal, centre, horizon)
        let move = Displacement(ahead: 0, right: 0, turn: turn)
        var (sum, count) = (0, 0)
        for x in stride(from: 1, to: width, by: 2) {
            let was = move.origin(side: Double(x) + 0.5 - centre, depth: focal)
            guard was.ahead > 0 else { continue }
            let u = Int(was.right * focal / was.ahead + centre)
            guard u >= 0, u < width else { continue }
            for y in stride(from: height / 4, to: height, by: 3) where !isWeapon(x, y) {
                let v = Int((Double(y) + 0.5 - horizon) * focal / was.ahead + horizon)
                guard v >= 0, v < height, !isWeapon(u, v) else { continue }
                sum += abs(Int(new.brightness[y * width + x]) - Int(old.brightness[v * width + u]))
                count += 1
            }
        }
        return count > Self.leastShared ? Double(sum) / Double(count) : .infinity
    }

    /// Whether one stood and turned by so much, as far as the picture tells: it fits far better than a little more or
    /// less would.
    func isStanding(turn: Double) -> Bool {
        let error = turnError(turn)
        return error < 0.55 * min(turnError(turn - 1.8), turnError(turn + 1.8)) || error < 0.4
    }
}
