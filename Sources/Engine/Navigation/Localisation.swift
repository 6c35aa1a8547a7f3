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
        let floor: FloorOdometry
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
            let controls = held(at: (Double(step) + 0.05) / laws.rate)
            reckoning.step(controls)
            pushing = pushing && controls.contains(.forward)
        }
        pressed = pushing ? pressed + 1 : 0
        guard let evidence else { return }
        correct(since: before, evidence)
        let stands = evidence.change < Self.standing
        if pushing, stands { reckoning.velocity = (0, 0) }
        let moved = pose.distance(to: (before.pose.x, before.pose.y))
        stopped = pressed > 3 && (stands || moved < 2) ? stopped + 1 : 0
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

    /// What was pressed says how far one should have come; the floor and the walls say how far one came: all of it,
    /// none, or, along a wall, since most follow the axes, the part along one axis.
    private mutating func correct(since before: DeadReckoning, _ seen: Evidence) {
        let turn = pose.heading - before.pose.heading
        let (dx, dy) = (pose.x - before.pose.x, pose.y - before.pose.y)
        guard dx * dx + dy * dy > 0.5 else { return }
        if pressed > 2, seen.floor.isStanding(turn: turn) {
            stopX(at: before.pose.x)
            stopY(at: before.pose.y)
            return
        }
        let supposed: [(x: Double, y: Double)] = [(dx, dy), (0, 0), (dx, 0), (0, dy)]
        let costs = Self.costs(of: supposed, from: before.pose, to: pose.heading, seen)
        // The margin, and the weights of the costs: what agreed best with the true positions over five levels.
        guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }), costs[best] < costs[0] - 1.5 else { return }
        if supposed[best].x == 0 { stopX(at: before.pose.x) }
        if supposed[best].y == 0 { stopY(at: before.pose.y) }
    }

    /// How badly each supposed move fits what the floor and the walls show.
    private static func costs(
        of supposed: [(x: Double, y: Double)], from old: Pose, to heading: Double, _ seen: Evidence
    ) -> [Double] {
        let (sine, cosine) = (sin(old.heading.radians), cos(old.heading.radians))
        let floors = supposed.map { move in
            // On stairs the eye rises or falls.
            [0, 1.5, -1.5].compactMap { rise in
                seen.floor.error(
                    ahead: move.x * sine + move.y * cosine, right: move.x * cosine - move.y * sine,
                    turn: heading - old.heading, rise: rise)
            }.min() ?? .infinity
        }
        let walls = supposed.map { move -> Double in
            let pose = Pose(x: old.x + move.x, y: old.y + move.y, heading: heading)
            return seen.scan.misfit(at: pose, to: seen.earlier, at: old) ?? .infinity
        }
        var costs = supposed.map { _ in 0.0 }
        if let most = floors.max(), most < .infinity, let least = floors.min() {
            for index in costs.indices { costs[index] += 2 * floors[index] / max(1, least) }
        }
        if let most = walls.max(), most < .infinity {
            for index in costs.indices { costs[index] += 0.3 * walls[index] }
        }
        return costs
    }

    private mutating func stopX(at x: Double) {
        reckoning.pose.x = x
        reckoning.velocity.x = 0
    }

    private mutating func stopY(at y: Double) {
        reckoning.pose.y = y
        reckoning.velocity.y = 0
    }
}
