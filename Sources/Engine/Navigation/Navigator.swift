import Basics
import FoundationEssentials
import Vision

/// What the status bar says, as far as it could be read.
package struct Vitals: Sendable, Equatable {
    package var health: Int?, armour: Int?, ammunition: Int?

    package init(health: Int? = nil, armour: Int? = nil, ammunition: Int? = nil) {
        self.health = health
        self.armour = armour
        self.ammunition = ammunition
    }

    var isDead: Bool { health == 0 }
}

/// Plays a first-person game by its pictures alone: goes where it was not yet, pushes what stops it, and fires at what
/// moves while it stands still. Every picture is seen once, and after each the next move is asked for.
package struct Navigator: Sendable {
    package let laws: MotionLaws
    package let view: Viewpoint
    package internal(set) var reckoning: DeadReckoning
    package internal(set) var grid: OccupancyGrid
    package internal(set) var scan = RangeScan(depths: [], bearings: [])
    /// What moved, if one stood still long enough to tell.
    package internal(set) var movers: [Mover] = []
    /// The share of the last picture that changed.
    package internal(set) var change = 1.0

    var explorer = Explorer()
    var marksman = Marksman()
    var random: SeededGenerator
    /// Seconds of the game.
    var now = 0.0
    private var picture: GreyPicture?
    private var vitals = Vitals()
    /// What was commanded, and when: the game obeys after `laws.latency`.
    private var commands: [(at: Double, controls: Controls)] = []
    private var stillSince = 0.0

    // The way being walked.
    private var way: Explorer.Way?
    private var plannedAt = -1.0
    /// Moves that follow whatever is seen: each until its time.
    private var script: [(move: Move, until: Double)] = []
    private var stopped = 0, pressed = 0
    private var anchor = (pose: Pose(), at: 0.0)
    private var opening: (until: Double, depth: Double)?
    private var waitingSince = 0.0

    package init(laws: MotionLaws = .doom, view: Viewpoint = Viewpoint(), memory: Double = 30, seed: UInt64 = 1) {
        self.laws = laws
        self.view = view
        reckoning = DeadReckoning(laws: laws)
        grid = OccupancyGrid(memory: memory)
        random = SeededGenerator(seed: seed)
    }

    package var pose: Pose { reckoning.pose }

    // MARK: Seeing

    /// The next picture of the game, with what its status bar says. `truth`: the pose, where somebody knows it.
    package mutating func see(_ frame: Frame, vitals seen: Vitals, truth: Pose? = nil) {
        let time = frame.gameTime.seconds
        let new = GreyPicture(frame, view)
        scan = RangeScan(frame, view)
        change = picture.map { new.change(from: $0) } ?? 1
        let before = reckoning
        let pushing = advance(to: time)
        if let truth {
            reckoning.velocity = ((truth.x - before.pose.x) / 2, (truth.y - before.pose.y) / 2)
            reckoning.pose = truth
        } else if let picture {
            correct(since: before, FloorOdometry(old: picture, new: new, depths: scan.depths, view: view))
        }
        let elapsed = time - now
        now = time
        notice(seen)
        if reckoning.speed > 0.6 || !held(at: now - laws.latency).isEmpty { stillSince = now }
        movers = []
        if now - stillSince > 0.15, let picture { movers = MotionDetector.movers(from: picture, to: new, view) }
        picture = new
        grid.enter(pose, at: now)
        grid.add(scan, from: pose)
        if case .explores? = lastReason { explorer.spend(elapsed, at: now) }
        // Pressed on, and the picture stands: something is in the way.
        pressed = pushing ? pressed + 1 : 0
        if pushing, change < 0.012 { reckoning.velocity = (0, 0) }
        let moved = pose.distance(to: (before.pose.x, before.pose.y))
        stopped = pressed > 3 && (change < 0.012 || moved < 2) ? stopped + 1 : 0
    }

    private var lastReason: Move.Reason?
    private var hurtAt = -100.0

    /// What the game was told to hold at that moment.
    private func held(at seconds: Double) -> Controls { commands.last { $0.at <= seconds }?.controls ?? [] }

    /// Reckons on to this moment; true if forward was held the whole time.
    private mutating func advance(to time: Double) -> Bool {
        let (first, last) = (Int((now * laws.rate).rounded()), Int((time * laws.rate).rounded()))
        var pushing = last > first
        for step in first..<max(first, last) {
            let controls = held(at: Double(step) / laws.rate - laws.latency + 0.001)
            reckoning.step(controls)
            if !controls.contains(.forward) { pushing = false }
        }
        commands.removeFirst(max(0, commands.count - 40))
        return pushing
    }

    /// What was pressed says how far one should have come; the floor says how far one came.
    private mutating func correct(since before: DeadReckoning, _ floor: FloorOdometry) {
        let (dx, dy) = (pose.x - before.pose.x, pose.y - before.pose.y)
        guard dx * dx + dy * dy > 16 else { return }
        let (sine, cosine) = (sin(before.pose.heading.radians), cos(before.pose.heading.radians))
        let turn = pose.heading - before.pose.heading
        func error(_ x: Double, _ y: Double) -> Double {
            [0, 1.5, -1.5].map {
                floor.error(ahead: x * sine + y * cosine, right: x * cosine - y * sine, turn: turn, rise: $0) ?? .infinity
            }.min() ?? .infinity
        }
        let full = error(dx, dy)
        guard full > 4, full < .infinity else { return }
        let (none, onlyX, onlyY) = (error(0, 0), error(dx, 0), error(0, dy))
        let least = min(none, onlyX, onlyY)
        guard least < full * 0.7 else { return }
        if least != onlyX {
            reckoning.pose.x = before.pose.x
            reckoning.velocity.x = 0
        }
        if least != onlyY {
            reckoning.pose.y = before.pose.y
            reckoning.velocity.y = 0
        }
    }

    private mutating func notice(_ seen: Vitals) {
        let old = vitals
        vitals.health = seen.health ?? old.health
        vitals.armour = seen.armour ?? old.armour
        vitals.ammunition = seen.ammunition ?? old.ammunition
        guard let health = vitals.health, let was = old.health else { return }
        if health < was - 2 {
            // Poison on the floor hurts at even intervals: away from here, whatever moves.
            let since = now - hurtAt
            if since > 0.8, since < 1.05, change < 0.9 { marksman.leave(until: now + 5) } else { marksman.hurt(at: now) }
            hurtAt = now
        }
        // A level that begins again, after death or because it was left.
        if health == 100, was < 100 && change > 0.3 && (vitals.ammunition == 50 || was < 30) { restart() }
    }

    private mutating func restart() {
        reckoning = DeadReckoning(laws: laws)
        grid.forget()
        explorer.restart()
        marksman = Marksman()
        (way, script, opening, stopped) = (nil, [], nil, 0)
        anchor = (pose, now)
    }

    // MARK: Deciding

    /// What to hold until the next picture.
    package mutating func next() -> Move {
        let move = decide()
        lastReason = move.reason
        commands.append((now, move.controls))
        return move
    }

    private mutating func decide() -> Move {
        if now < 0.3 { return Move([], .waits) }
        if vitals.isDead { return Move(Int(now * 4) % 2 == 0 ? .use : [], .revives) }
        while let next = script.first {
            if now < next.until { return next.move }
            script.removeFirst()
        }
        if let opening { return wait(for: opening) }
        if let turn = marksman.next(movers, pose: pose, at: now, standing: now - stillSince) {
            anchor = (pose, now)
            return combat(turn)
        }
        if stopped >= 3 || pressed > 8 && scan.ahead < 30 { return free() }
        return explore()
    }

    private mutating func combat(_ action: Marksman.Action) -> Move {
        switch action {
        case .face(let bearing): return Move(turn(to: pose.heading + bearing, forward: []), .faces)
        case .fire: return Move(.fire, .fires)
        case .watch: return Move([], .looks)
        case .look(let heading): return Move(turn(to: heading, forward: []), .looksForAttacker)
        }
    }

    /// The picture stood while one walked: pushes what is there, waits whether it opens, else turns away.
    private mutating func free() -> Move {
        (stopped, pressed) = (0, 0)
        // Most walls follow the axes.
        let wall = Pose(x: pose.x, y: pose.y, heading: (pose.heading / 90).rounded() * 90)
        for side in stride(from: -32.0, through: 32, by: 16) { grid.block(wall.point(ahead: 26, right: side)) }
        if let square = OccupancyGrid.square((pose.x, pose.y)) {
            let side = Explorer.side(facing: pose)
            for step in [0, Explorer.sides[side].step] { explorer.push(square + step, side: side, at: now) }
        }
        opening = (now + 0.35, scan.ahead)
        (way, waitingSince) = (nil, now)
        let use = Move(.use, .frees)
        script = [(use, now + 0.09)]
        return use
    }

    private mutating func wait(for door: (until: Double, depth: Double)) -> Move {
        if scan.ahead > door.depth + 40 {
            // It is open as far as the eye.
            for ahead in stride(from: 16.0, through: 96, by: 16) {
                for side in [-16.0, 0, 16] { grid.clear(pose.point(ahead: ahead, right: side)) }
            }
            opening = nil
            explorer.opened(from: pose)
            let walk = Move(.forward, .goesThrough)
            script = [(Move([], .waitsForDoor), now + 0.3), (walk, now + 1.1)]
            return Move([], .waitsForDoor)
        }
        // As long as something moves it may be a door.
        if now - stillSince > 0.1, change > 0.015, change < 0.6, now - waitingSince < 2 {
            opening = (now + 0.5, door.depth)
        }
        if now < door.until || now - stillSince < 0.2 && now - waitingSince < 0.8 { return Move([], .waitsForDoor) }
        opening = nil
        if scan.ahead > 30 { return explore() }
        script = [(Move(.back, .frees), now + 0.25)]
        return Move(.back, .frees)
    }

    private mutating func explore() -> Move {
        if pose.distance(to: (anchor.pose.x, anchor.pose.y)) > 64 { anchor = (pose, now) }
        if now - anchor.at > (way?.wall == nil ? 4 : 12) { return turnForAChange() }
        if way == nil || now - plannedAt > 0.25 {
            way = explorer.way(on: grid, from: pose, at: now)
            plannedAt = now
        }
        guard let way else { return turnForAChange() }
        var target = way.squares.first.map(OccupancyGrid.centre) ?? (pose.x, pose.y)
        for square in way.squares.prefix(16) where grid.isClear(from: pose, to: OccupancyGrid.centre(square)) {
            target = OccupancyGrid.centre(square)
        }
        if let side = way.wall, way.squares.isEmpty || pose.distance(to: OccupancyGrid.centre(way.squares.last!)) < 24 {
            // What is within reach is pushed.
            let heading = Explorer.sides[side].heading
            let off = abs((heading - pose.heading).wrapped)
            if off < 12, scan.ahead < 58 { return free() }
            let coasts = predicted.speed / (1 - laws.friction)
            return Move(turn(to: heading, forward: off < 20 && scan.ahead - coasts > 36 ? .forward : []), .feelsWalls)
        }
        return steer(to: target, way.wall == nil ? .explores : .feelsWalls)
    }

    private mutating func turnForAChange() -> Move {
        explorer.giveUp(at: now)
        anchor = (pose, now)
        way = nil
        let turn = Move(random.chance(0.5) ? [.turnLeft, .run] : [.turnRight, .run], .turnsForAChange)
        script = [(turn, now + 0.2 + 0.5 * random.unit()), (Move([.forward, .run], .turnsForAChange), now + 1.2)]
        return turn
    }

    // MARK: Steering

    /// Where one will be when what is decided now takes effect.
    private var predicted: DeadReckoning {
        var ahead = reckoning
        let first = Int((now * laws.rate).rounded())
        for step in 0..<Int((laws.latency * laws.rate).rounded()) {
            ahead.step(held(at: Double(first + step) / laws.rate - laws.latency + 0.001))
        }
        return ahead
    }

    private func steer(to target: (x: Double, y: Double), _ reason: Move.Reason) -> Move {
        let body = predicted
        let (off, distance) = (abs(body.pose.bearing(to: target)), body.pose.distance(to: target))
        var forward: Controls = off < (distance > 100 ? 60 : 30) ? [.forward, .run] : []
        // Not faster than one can stop before a wall.
        let rest = body.rest
        if body.speed > 4, !grid.isClear(from: body.pose, to: rest, half: 8) { forward = off < 30 ? .forward : [] }
        if distance < 48 { forward.remove(.run) }
        return Move(turn(to: body.pose.heading + body.pose.bearing(to: target), forward: forward, body), reason)
    }

    /// The controls that bring the heading nearest to this one by the next picture, on top of those that walk.
    private func turn(to heading: Double, forward: Controls, _ body: DeadReckoning? = nil) -> Controls {
        let body = body ?? predicted
        var best = (controls: forward, cost: Double.infinity)
        for turn in [[], .turnLeft, .turnRight] as [Controls] {
            for run in [[], .run] as [Controls] {
                if turn.isEmpty, run.isEmpty != !forward.contains(.run) { continue }
                let controls = forward.subtracting(.run).union(turn).union(run)
                var after = body
                for _ in 0..<2 { after.step(controls) }
                let slower = forward.contains(.run) && run.isEmpty ? 2.0 : 0
                let cost = abs((heading - after.pose.heading).wrapped) + slower
                if cost < best.cost - 0.5 { best = (controls, cost) }
            }
        }
        return best.controls
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
