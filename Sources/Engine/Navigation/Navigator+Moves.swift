import Basics

/// What to do next, by what was seen.
extension Navigator {
    mutating func decide() -> Move {
        if now < waitUntil { return Move([], .waits) }
        if isUnheeded { return goOn() }
        if vitals.isDead { return Move(pushingNowAndThen([]), .revives) }
        while let next = script.first {
            if now < next.until { return next.move }
            script.removeFirst()
        }
        if let opening { return wait(for: opening) }
        if now < passesUntil { return pass() }
        if let turn = marksman.next(movers, enemies: enemies, pose: pose, at: now, standing: now - stillSince) {
            anchor = (pose, now)
            return combat(turn)
        }
        if place.stopped >= 3 || place.pressed > 8 && scan.ahead < 30 { return free() }
        return explore()
    }

    /// Leaves whatever takes the keys. The tally at the end of a level wants the use key, up to three times, of which a
    /// menu takes no notice; a menu wants the other one, which would open a menu over the tally. So that comes after
    /// them; in between one turns, which alone shows whether it helped.
    private mutating func goOn() -> Move {
        var last = wayOut ?? (0, -100)
        if now - last.at >= 0.6 { last = (last.presses + 1, now) }
        wayOut = last
        let key: Controls = last.presses % 4 == 0 ? .leave : .use
        return Move(now - last.at < 0.1 ? key : .turnRight, .leavesMenu)
    }

    private mutating func combat(_ action: Marksman.Action) -> Move {
        switch action {
        case .face(let bearing): return Move(turn(to: pose.heading + bearing), .faces)
        case .fire: return Move(.fire, .fires)
        case .watch: return Move([], .looks)
        case .look(let heading): return Move(turn(to: heading), .looksForAttacker)
        }
    }

    /// The picture stood while one walked: pushes what is there, waits whether it opens, else turns away.
    private mutating func free() -> Move {
        place.freed()
        if scan.ahead > 64, scan.stops.left != scan.stops.right, now - snaggedAt > 1.5 {
            (snaggedAt, passesUntil) = (now, now + 0.5)
            return pass()
        }
        // Most walls follow the axes.
        let wall = Pose(x: pose.x, y: pose.y, heading: (pose.heading / 90).rounded() * 90)
        // Nothing at eye level: a sill or a ledge, and those are long.
        let isLow = scan.ahead > 100
        if isLow { explorer.giveUp(at: now) }
        let half = isLow ? 96.0 : 32
        for side in stride(from: -half, through: half, by: 16) { grid.block(wall.point(ahead: 26, right: side)) }
        return push()
    }

    /// Pushes what is ahead, once, and stands to see whether it moves.
    private mutating func push() -> Move {
        let point = pose.point(ahead: min(scan.ahead, 64))
        explorer.push(at: point, at: now)
        // Nearer than one's own half width is no wall: a smooth surface, of which the scan can say nothing.
        opening = (point, max(scan.ahead, 64), now, now + 0.4)
        way = nil
        let use = Move(brake.union(.use), .frees)
        script = [(use, now + 0.09)]
        return use
    }

    /// What brings one who goes ahead to a stand soonest.
    private var brake: Controls {
        let body = place.predicted
        return body.speed > 1.5 && abs(body.pose.bearing(to: body.rest)) < 60 ? .back : []
    }

    /// Walks straight on, through a door or past a corner: what stops one shoulder only is evaded.
    private mutating func pass() -> Move {
        if place.stopped >= 8 { passesUntil = now }
        let stops = scan.stops
        let aside: Controls = stops.left == stops.right ? [] : stops.left ? .strafeRight : .strafeLeft
        return Move(aside.union(.forward), .goesThrough)
    }

    private mutating func wait(
        for door: (point: (x: Double, y: Double), depth: Double, since: Double, until: Double)
    ) -> Move {
        if scan.ahead > door.depth + 40 {
            // It is open as far as the eye.
            for ahead in stride(from: 16.0, through: 96, by: 16) {
                for side in [-16.0, 0, 16] { grid.clear(pose.point(ahead: ahead, right: side)) }
            }
            opening = nil
            explorer.opened(at: door.point, at: now)
            script = [(Move([], .waitsForDoor), now + 0.3)]
            passesUntil = now + 1.1
            return Move([], .waitsForDoor)
        }
        // As long as something moves it may be a door; a little is one's own coming to a stand.
        let least = now - door.since < 0.6 ? 0.015 : 0.15
        if now < door.until || change > least && now - door.since < 1.3 { return Move(brake, .waitsForDoor) }
        opening = nil
        if scan.ahead > 30 { return explore() }
        script = [(Move(.back, .frees), now + 0.25)]
        return Move(.back, .frees)
    }

    private mutating func explore() -> Move {
        if pose.distance(to: (anchor.pose.x, anchor.pose.y)) > 64 { anchor = (pose, now) }
        if now - anchor.at > (way?.wall == nil ? 4 : 6) { return turnForAChange() }
        if way == nil || now - plannedAt > 0.25 {
            way = explorer.way(on: grid, from: pose, at: now)
            plannedAt = now
        }
        guard let way else { return turnForAChange() }
        var target = way.squares.first.map(OccupancyGrid.centre) ?? (pose.x, pose.y)
        for square in way.squares.prefix(16) where grid.isClear(from: pose, to: OccupancyGrid.centre(square)) {
            target = OccupancyGrid.centre(square)
        }
        guard let wall = way.wall else { return steer(to: target, .explores) }
        return goToPush(
            OccupancyGrid.centre(wall.square), facing: Explorer.sides[wall.side].heading,
            from: way.squares.last.map(OccupancyGrid.centre)
        ) ?? steer(to: target, .feelsWalls)
    }

    /// Map units: from where a wall is gone to straight; and how near it must be to be pushed, which reaches 64, but a
    /// scan may say a quarter too little.
    private static let approach = 200.0, arm = 42.0

    /// Goes straight to a wall and pushes it, if it is near enough and not seen too much from the side: `end` is
    /// before it. Nil: there is a way to go first.
    private mutating func goToPush(
        _ wall: (x: Double, y: Double), facing heading: Double, from end: (x: Double, y: Double)?
    ) -> Move? {
        let body = place.predicted
        let distance = body.pose.distance(to: wall)
        // Aimed from where the present speed carries one: it is on the wall that one looks when one is there.
        let soon = Pose(
            x: body.pose.x + body.velocity.x * 4, y: body.pose.y + body.velocity.y * 4, heading: body.pose.heading)
        let bearing = (soon.distance(to: wall) < 48 ? body.pose : soon).bearing(to: wall)
        let isThere = end.map { body.pose.distance(to: $0) < 24 } ?? true
        let isOblique = abs((body.pose.heading + bearing - heading).wrapped) >= 50
        guard isThere || !isOblique && distance < Self.approach && grid.isClear(from: pose, to: end ?? wall)
        else { return nil }
        let ahead = scan.ahead - body.speed * 2
        if abs(bearing) < 20 || isThere && distance < 40 {
            if ahead < Self.arm, distance < 110 {
                explorer.push(at: wall, at: now)
                return push()
            }
            // What was to be pushed is not there.
            if distance < 36, ahead > 80 {
                explorer.push(at: wall, at: now)
                way = nil
                return Move([], .feelsWalls)
            }
        }
        let coast = body.speed / (1 - laws.friction)
        var forward: Controls = abs(bearing) > 30 || coast > distance ? [] : .forward
        if coast + 60 < distance, abs(bearing) < 20 { forward.insert(.run) }
        if coast > distance * 1.5 { forward = brake }
        let target = distance < 40 ? heading : body.pose.heading + bearing
        return Move(turn(to: target, walking: forward, body), .feelsWalls)
    }

    /// With the key that opens doors going down and up, however far apart the pictures are: what counts is its going
    /// down.
    private func pushingNowAndThen(_ controls: Controls) -> Controls {
        (now - use.at < 0.1) == use.isDown ? controls.union(.use) : controls
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

    private func steer(to target: (x: Double, y: Double), _ reason: Move.Reason) -> Move {
        let body = place.predicted
        let bearing = body.pose.bearing(to: target)
        let (off, distance) = (abs(bearing), body.pose.distance(to: target))
        // Who turns far goes sideways or backwards meanwhile.
        var legs = off < (distance > 100 ? 60 : 30) ? .forward : distance > 30 ? Self.legs(bearing) : []
        if !legs.isEmpty { legs.insert(.run) }
        // Not faster than one can stop before a wall.
        let rest = body.rest
        if body.speed > 4, !grid.isClear(from: body.pose, to: rest, half: 8) { legs = off < 30 ? .forward : [] }
        if distance < 48 { legs.remove(.run) }
        // What is within reach may be a door: pushing it on the way costs nothing.
        if reason == .explores, scan.ahead < 90 { legs = pushingNowAndThen(legs) }
        return Move(turn(to: body.pose.heading + bearing, walking: legs, body), reason)
    }

    /// What goes in that direction, in degrees to the right of straight ahead, as exactly as keys can.
    static func legs(_ bearing: Double) -> Controls {
        let off = abs(bearing)
        var legs: Controls = off < 67.5 ? .forward : off > 112.5 ? .back : []
        if off > 22.5, off < 157.5 { legs.insert(bearing > 0 ? .strafeRight : .strafeLeft) }
        return legs
    }

    /// The controls that bring the heading nearest to this one by the next picture, on top of those that walk.
    private func turn(to heading: Double, walking legs: Controls = [], _ body: DeadReckoning? = nil) -> Controls {
        let body = body ?? place.predicted
        var best = (controls: legs, cost: Double.infinity)
        for turn in [[], .turnLeft, .turnRight] as [Controls] {
            for run in [[], .run] as [Controls] {
                if turn.isEmpty, run.isEmpty != !legs.contains(.run) { continue }
                let controls = legs.subtracting(.run).union(turn).union(run)
                var after = body
                for _ in 0..<2 { after.step(controls) }
                let slower = legs.contains(.run) && run.isEmpty ? 2.0 : 0
                let cost = abs((heading - after.pose.heading).wrapped) + slower
                if cost < best.cost - 0.5 { best = (controls, cost) }
            }
        }
        return best.controls
    }
}
