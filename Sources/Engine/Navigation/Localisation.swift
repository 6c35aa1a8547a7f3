import Glibc

/// Where one is: by what was pressed, corrected by what was seen.
struct Localisation: Sendable {
    let laws: MotionLaws
    private(set) var reckoning: DeadReckoning
    /// Pictures in a row all through which forward was held.
    private(set) var pressed = 0
    /// Of these, those at the end in which one hardly moved.
    private(set) var stopped = 0
    /// What was commanded, and when: the game obeys after `laws.latency`.
    private var commands: [(at: Double, controls: Controls)] = []
    private var now = 0.0

    init(laws: MotionLaws) {
        self.laws = laws
        reckoning = DeadReckoning(laws: laws)
    }

    var pose: Pose { reckoning.pose }

    /// What the game was told to hold at that moment, in its own time.
    func held(at seconds: Double) -> Controls { commands.last { $0.at <= seconds - laws.latency }?.controls ?? [] }

    mutating func command(_ controls: Controls, at seconds: Double) {
        commands.append((seconds, controls))
        commands.removeFirst(max(0, commands.count - 40))
    }

    /// Known from elsewhere.
    mutating func set(_ pose: Pose) { reckoning.pose = pose }

    /// One stands somewhere else; what is pressed goes on.
    mutating func restart(at pose: Pose = Pose()) {
        reckoning = DeadReckoning(laws: laws)
        reckoning.pose = pose
        (pressed, stopped) = (0, 0)
    }

    mutating func freed() { (pressed, stopped) = (0, 0) }

    /// What the newest picture says beside those before it.
    struct Evidence {
        let odometry: VisualOdometry
        let scan: RangeScan
        let earlier: RangeScan
        let change: Double
    }

    /// Reckons on to the moment of a new picture and corrects by it.
    mutating func advance(to time: Double, by evidence: Evidence?) {
        let before = reckoning
        let (first, last) = (Int((now * laws.rate).rounded()), Int((time * laws.rate).rounded()))
        now = time
        var pushing = last > first
        for step in first..<max(first, last) {
            pushing = pushing && held(at: (Double(step) + 0.05) / laws.rate).contains(.forward)
        }
        reckoning = reckoned(from: before, through: first..<max(first, last), evidence)
        pressed = pushing ? pressed + 1 : 0
        guard let evidence else { return }
        correct(since: before, evidence)
        let stands = evidence.change < Self.standing
        if pushing, stands { reckoning.velocity = (0, 0) }
        let moved = pose.distance(to: (before.pose.x, before.pose.y))
        stopped = pressed > 3 && (stands || moved < 2) ? stopped + 1 : 0
    }

    /// A press takes effect a step earlier or later than most do, which is up to seven degrees of a turn: the walls in
    /// the picture say which it was.
    private func reckoned(from before: DeadReckoning, through steps: Range<Int>, _ seen: Evidence?) -> DeadReckoning {
        let supposed = [0, -1, 1].map { late in
            var body = before
            for step in steps { body.step(held(at: (Double(step - late) + 0.05) / laws.rate)) }
            return body
        }
        let likely = supposed[0]
        guard let seen, supposed.contains(where: { abs($0.pose.heading - likely.pose.heading) > 1 })
        else { return likely }
        let errors = supposed.map { seen.odometry.wallError(from: before.pose, to: $0.pose) }
        let best = errors.indices.min { errors[$0] < errors[$1] } ?? 0
        return errors[best] < errors[0] * 0.95 ? supposed[best] : likely
    }

    /// Less than this share of the picture changes by the swing of the hand and the lights alone.
    private static let standing = 0.012

    /// Where one will be when what is decided now takes effect.
    var predicted: DeadReckoning {
        var ahead = reckoning
        let first = (now * laws.rate).rounded()
        for step in 0..<Int((laws.latency * laws.rate).rounded()) {
            ahead.step(held(at: (first + Double(step) + 0.05) / laws.rate))
        }
        return ahead
    }

    // MARK: Correction

    /// Directions of walls that one may slide along.
    private static let walls = stride(from: 0.0, to: 180, by: 30).map { (x: sin($0.radians), y: cos($0.radians)) }

    /// What was pressed says how far one should have come; the floor and the walls in the pictures say how far one
    /// came: all of it, none, or the part that is left along a wall.
    private mutating func correct(since before: DeadReckoning, _ seen: Evidence) {
        let turn = pose.heading - before.pose.heading
        let (dx, dy) = (pose.x - before.pose.x, pose.y - before.pose.y)
        guard dx * dx + dy * dy > 0.5 else { return }
        if pressed > 2, seen.odometry.isStanding(turn: turn) {
            stop(before, along: (0, 0))
            return
        }
        let directions = [(x: 0.0, y: 0.0)] + Self.walls
        let supposed = [(x: dx, y: dy)] + directions.map { wall in
            let along = dx * wall.x + dy * wall.y
            return (along * wall.x, along * wall.y)
        }
        let costs = Self.costs(of: supposed, from: before.pose, to: pose.heading, seen)
        // The margin, and the weights of the costs: what agreed best with the true positions over five levels.
        guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }), costs[best] < costs[0] - 1.5 else { return }
        stop(before, along: directions[best - 1])
    }

    /// How badly each supposed move fits what the floor and the walls show.
    private static func costs(
        of supposed: [(x: Double, y: Double)], from old: Pose, to heading: Double, _ seen: Evidence
    ) -> [Double] {
        let (sine, cosine) = (sin(old.heading.radians), cos(old.heading.radians))
        let moves = supposed.map { move in
            (ahead: move.x * sine + move.y * cosine, right: move.x * cosine - move.y * sine)
        }
        let turn = heading - old.heading
        let floors = moves.map { seen.odometry.floorError(ahead: $0.ahead, right: $0.right, turn: turn) ?? .infinity }
        let pictures = moves.map { seen.odometry.wallError(ahead: $0.ahead, right: $0.right, turn: turn) }
        let depths = supposed.map { move in
            let pose = Pose(x: old.x + move.x, y: old.y + move.y, heading: heading)
            return seen.scan.misfit(at: pose, to: seen.earlier, at: old) ?? .infinity
        }
        var costs = supposed.map { _ in 0.0 }
        for (errors, weight, isRelative) in [(floors, 2.0, true), (pictures, 4, true), (depths, 0.3, false)] {
            guard let most = errors.max(), most < .infinity, let least = errors.min() else { continue }
            for index in costs.indices { costs[index] += weight * errors[index] / (isRelative ? max(1, least) : 1) }
        }
        return costs
    }

    /// Only what goes along a wall in this direction is left of the last move.
    private mutating func stop(_ before: DeadReckoning, along wall: (x: Double, y: Double)) {
        let moved = (pose.x - before.pose.x) * wall.x + (pose.y - before.pose.y) * wall.y
        (reckoning.pose.x, reckoning.pose.y) = (before.pose.x + moved * wall.x, before.pose.y + moved * wall.y)
        let speed = reckoning.velocity.x * wall.x + reckoning.velocity.y * wall.y
        reckoning.velocity = (speed * wall.x, speed * wall.y)
    }
}
