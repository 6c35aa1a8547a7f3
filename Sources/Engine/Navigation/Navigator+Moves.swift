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
        // Before the marksman: who goes sideways stands nowhere, and only who stands sees what moves by itself.
        if let move = goAlongWall() { return move }
        if let turn = marksman.next(movers, enemies: enemies, pose: pose, at: now, standing: now - stillSince) {
            anchor = (pose, now)
            return combat(turn)
        }
        if place.stopped >= 3 || place.pressed > 8 && scan.ahead < 30 { return free() }
        return explore()
    }

    /// Leaves whatever takes the keys. The tally at the end of a level wants the use key, of which a menu takes no
    /// notice; a menu wants the other one, which would open a menu over the tally. So in turns, and use comes first;
    /// in between one turns, which alone shows whether it helped.
    private mutating func goOn() -> Move {
        if let last = wayOut, now - last.at < 0.6 {
            return Move(now - last.at < 0.1 ? last.key : .turnRight, .leavesMenu)
        }
        let key: Controls = wayOut?.key == .use ? .leave : .use
        wayOut = (key, now)
        return Move(key, .leavesMenu)
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
        place.freed()
        // Most walls follow the axes.
        let wall = Pose(x: pose.x, y: pose.y, heading: (pose.heading / 90).rounded() * 90)
        // Nothing at eye level: a sill or a ledge, and those are long.
        let isLow = scan.ahead > 100
        if isLow { explorer.giveUp(at: now) }
        let half = isLow ? 96.0 : 32
        for side in stride(from: -half, through: half, by: 16) { grid.block(wall.point(ahead: 26, right: side)) }
        if let square = OccupancyGrid.square((pose.x, pose.y)) {
            let side = Explorer.side(facing: pose)
            for step in [0, Explorer.sides[side].step] { explorer.push(square + step, side: side, at: now) }
        }
        explorer.push(at: pose.point(ahead: min(scan.ahead, 64)), at: now)
        opening = (scan.ahead, now, now + 0.35)
        way = nil
        let use = Move(.use, .frees)
        script = [(use, now + 0.09)]
        return use
    }

    private mutating func wait(for door: (depth: Double, since: Double, until: Double)) -> Move {
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
        if now - stillSince > 0.1, change > 0.015, change < 0.6, now - door.since < 1.2 {
            opening = (door.depth, door.since, now + 0.5)
        }
        if now < door.until || now - stillSince < 0.2 && now - door.since < 0.8 { return Move([], .waitsForDoor) }
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
            if off < 12, scan.ahead < 58 {
                // What opens is pushed once: a second push would close it again.
                if way.isDoor { return free() }
                let towards: Controls = random.chance(0.5) ? .strafeLeft : .strafeRight
                sweep = Sweep(side: side, towards: towards, since: now, newAt: now)
                return goAlongWall() ?? free()
            }
            let coasts = place.predicted.speed / (1 - laws.friction)
            return Move(turn(to: heading, forward: off < 20 && scan.ahead - coasts > 36 ? .forward : []), .feelsWalls)
        }
        return steer(to: target, way.wall == nil ? .explores : .feelsWalls)
    }

    /// Goes on along the wall until there is nothing new to push, then steps back to see what has opened.
    private mutating func goAlongWall() -> Move? {
        guard let sweep else { return nil }
        let off = abs((sweep.heading - pose.heading).wrapped)
        if off < 20, let square = OccupancyGrid.square((pose.x, pose.y)) {
            for step in [0, Explorer.sides[sweep.side].step] { explorer.push(square + step, side: sweep.side, at: now) }
        }
        let facing = Pose(x: pose.x, y: pose.y, heading: sweep.heading)
        let next = OccupancyGrid.square(facing.point(ahead: 0, right: sweep.towards == .strafeRight ? 56 : -56))
        if let next, explorer.isUntried(next, side: sweep.side, on: grid, at: now) { self.sweep?.newAt = now }
        let stands = place.stopped >= 3 && now - sweep.since > 0.4
        if now - sweep.since > 3.5 || now - sweep.newAt > 0.6 || stands || scan.ahead > 140 {
            self.sweep = nil
            way = nil
            if now - sweep.since < 0.5 { return free() }
            place.freed()
            let back = Move([.back, .run], .feelsWalls)
            script = [(back, now + 0.4), (Move([], .waitsForDoor), now + 0.7)]
            return back
        }
        var controls = off < 15 ? [] : turn(to: sweep.heading, forward: [])
        // Near enough to push, which is 64 units, and no nearer.
        if scan.ahead < 56 { controls.insert(sweep.towards) }
        if scan.ahead > 42 { controls.insert(.forward) } else if scan.ahead < 24 { controls.insert(.back) }
        return Move(pushingNowAndThen(controls), .feelsWalls)
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
        let (off, distance) = (abs(body.pose.bearing(to: target)), body.pose.distance(to: target))
        var forward: Controls = off < (distance > 100 ? 60 : 30) ? [.forward, .run] : []
        // Not faster than one can stop before a wall.
        let rest = body.rest
        if body.speed > 4, !grid.isClear(from: body.pose, to: rest, half: 8) { forward = off < 30 ? .forward : [] }
        if distance < 48 { forward.remove(.run) }
        // What is within reach may be a door: pushing it on the way costs nothing.
        if scan.ahead < 90 { forward = pushingNowAndThen(forward) }
        return Move(turn(to: body.pose.heading + body.pose.bearing(to: target), forward: forward, body), reason)
    }

    /// The controls that bring the heading nearest to this one by the next picture, on top of those that walk.
    private func turn(to heading: Double, forward: Controls, _ body: DeadReckoning? = nil) -> Controls {
        let body = body ?? place.predicted
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
