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
    /// By how many steps the game is ahead of the pictures' times, and obeys later than the laws say: learnt from
    /// what the pictures show.
    private var phase = 0.0, lag = 0.0
    /// How much of a step each picture adds to these.
    private static let learning = 0.05
    /// Steps of the game that were reckoned.
    private var steps = 0
    /// How fast one would be had nothing ever stopped one, in map units a step; and how much better than what is
    /// believed the pictures fit with that lately.
    private var unhindered = (x: 0.0, y: 0.0), doubt = 0.0
    /// The direction of the walls in the map, in degrees, as it was at first, and from how many pictures that is known.
    private var grain = (direction: 0.0, learnt: 0)

    init(laws: MotionLaws) {
        self.laws = laws
        reckoning = DeadReckoning(laws: laws)
    }

    var pose: Pose { reckoning.pose }

    /// What the game was told to hold at that moment, in its own time.
    func held(at seconds: Double) -> Controls {
        commands.last { $0.at <= seconds - laws.latency - lag / laws.rate }?.controls ?? []
    }

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
        (unhindered, doubt) = ((0, 0), 0)
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
        let first = steps
        let likely = max(first, Int((time * laws.rate + phase).rounded()))
        now = time
        let found = supposed(from: before, first, to: likely, evidence)
        reckoning = body(from: before, first..<found.last, late: found.late)
        steps = found.last
        phase = max(-1, min(1, phase + Self.learning * Double(found.last - likely)))
        lag = max(-2, min(2, lag + Self.learning * Double(found.late)))
        var pushing = steps > first
        for step in first..<steps {
            pushing = pushing && held(at: (Double(step) + 0.05) / laws.rate).contains(.forward)
        }
        pressed = pushing ? pressed + 1 : 0
        guard let evidence else { return }
        correct(since: before, through: first..<steps, late: found.late, evidence)
        alignHeading(evidence.scan)
        let stands = evidence.change < Self.standing
        if pushing, stands { (reckoning.velocity, unhindered) = ((0, 0), (0, 0)) }
        let moved = pose.distance(to: (before.pose.x, before.pose.y))
        stopped = pressed > 3 && (stands || moved < 2) ? stopped + 1 : 0
    }

    /// A press takes effect a step earlier or later than most do, and a picture shows a step more or less than its time
    /// says; each is up to seven degrees of a turn. The walls in the picture say which it was.
    private func supposed(
        from before: DeadReckoning, _ first: Int, to last: Int, _ seen: Evidence?
    ) -> (late: Int, last: Int) {
        let likely = body(from: before, first..<last, late: 0)
        guard let seen else { return (0, last) }
        var best = (late: 0, last: last, error: Double.infinity)
        var headings = [likely.pose.heading]
        for more in [0, -1, 1] where last + more >= first {
            for late in [0, -1, 1] {
                let body = body(from: before, first..<last + more, late: late)
                guard headings.allSatisfy({ abs($0 - body.pose.heading) > 1 }) else { continue }
                if headings.count == 1 {
                    best.error = 0.95 * seen.odometry.wallError(from: before.pose, to: likely.pose)
                }
                headings.append(body.pose.heading)
                let error = seen.odometry.wallError(from: before.pose, to: body.pose)
                if error < best.error { best = (late, last + more, error) }
            }
        }
        return (best.late, best.last)
    }

    /// Where these steps bring one, had each press come so many steps late.
    private func body(from before: DeadReckoning, _ steps: Range<Int>, late: Int) -> DeadReckoning {
        var body = before
        for step in steps { body.step(held(at: (Double(step - late) + 0.05) / laws.rate)) }
        return body
    }

    /// Walls stand at right angles to each other nearly everywhere: their direction shows how far the heading is off.
    private mutating func alignHeading(_ scan: RangeScan) {
        let seen = scan.grain
        guard seen.agreement > 0.85, seen.weight > 200 else { return }
        let off = remainder(pose.heading + seen.direction - grain.direction, 90)
        if grain.learnt < 20 {
            grain.learnt += 1
            grain.direction += off / Double(grain.learnt)
            return
        }
        guard abs(off) < 20 else { return }
        reckoning.pose.heading -= off * (seen.agreement > 0.95 ? 0.15 : 0.05)
        grain.direction += off * 0.003
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
    /// came: all of it, none, or the part that is left along a wall. A picture that said so wrongly is made good by
    /// the next: how fast one would be had nothing ever stopped one is still known, and supposed too.
    private mutating func correct(
        since before: DeadReckoning, through steps: Range<Int>, late: Int, _ seen: Evidence
    ) {
        var free = before
        free.velocity = unhindered
        free = body(from: free, steps, late: late)
        unhindered = free.velocity
        let believed = Motion(from: before, to: reckoning)
        let full = Motion(from: before, to: free)
        guard max(believed.length, full.length) > 0.7 else { return }
        if pressed > 2, seen.odometry.isStanding(turn: pose.heading - before.pose.heading) {
            return settle(Motion(), since: before)
        }
        // What is believed comes first, and if that is not all of it, then all of it comes second.
        let isHindered = hypot(full.x - believed.x, full.y - believed.y) >= 1
        let supposed = [believed] + (isHindered ? [full] : []) + [Motion()] + Self.walls.map(full.along)
        let costs = Self.costs(of: supposed, from: before.pose, to: pose.heading, seen)
        doubt = isHindered ? 0.7 * doubt + costs[0] - costs[1] : 0
        if doubt > Self.mostDoubt {
            settle(full, since: before)
        } else if let best = costs.indices.min(by: { costs[$0] < costs[$1] }), costs[best] < costs[0] - Self.margin {
            settle(supposed[best], since: before)
        }
    }

    /// How much better something else must fit to be believed: at once, and in the end that nothing is in the way. With
    /// these, and the weights of the costs, the reckoning agreed best with the true positions over five levels.
    private static let margin = 3.0, mostDoubt = 2.0

    /// How far one came, in map units, and how fast one is then, in map units a step.
    private struct Motion {
        var x = 0.0, y = 0.0
        var velocity = (x: 0.0, y: 0.0)

        init() {}

        init(from old: DeadReckoning, to new: DeadReckoning) {
            (x, y, velocity) = (new.pose.x - old.pose.x, new.pose.y - old.pose.y, new.velocity)
        }

        var length: Double { hypot(x, y) }

        /// What is left of it along a wall in that direction.
        func along(_ wall: (x: Double, y: Double)) -> Motion {
            let (far, fast) = (x * wall.x + y * wall.y, velocity.x * wall.x + velocity.y * wall.y)
            var motion = Motion()
            (motion.x, motion.y) = (far * wall.x, far * wall.y)
            motion.velocity = (fast * wall.x, fast * wall.y)
            return motion
        }
    }

    private mutating func settle(_ motion: Motion, since before: DeadReckoning) {
        (reckoning.pose.x, reckoning.pose.y) = (before.pose.x + motion.x, before.pose.y + motion.y)
        reckoning.velocity = motion.velocity
        doubt = 0
    }

    /// How badly each supposed move fits what the floor and the walls show.
    private static func costs(
        of supposed: [Motion], from old: Pose, to heading: Double, _ seen: Evidence
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
}
