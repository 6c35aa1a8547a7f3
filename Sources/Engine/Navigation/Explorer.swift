import HeapModule

/// Where to go next, and the way there: the place not visited yet that costs least, else the edge of what is known,
/// else a wall that nobody has pushed yet, since it may be a door.
struct Explorer {
    /// A way, square by square of planning, without the one that it starts from.
    struct Way: Equatable {
        var squares: [Int]
        /// The side of the last square where the wall is that is to be pushed: 0 ahead (+y), 1 right, 2, 3.
        var wall: Int?
        /// That it opens was recognised.
        var isDoor = false
    }

    static let sides: [(step: Int, heading: Double)] = [
        (OccupancyGrid.planSide, 0), (1, 90), (-OccupancyGrid.planSide, 180), (-1, -90),
    ]
    private static let side = OccupancyGrid.planSide
    private static let neighbours: [(step: Int, cost: Float)] = [
        (-1, 1), (1, 1), (-side, 1), (side, 1),
        (-side - 1, 1.42), (-side + 1, 1.42), (side - 1, 1.42), (side + 1, 1.42),
    ]
    /// So many squares are looked at, and no more.
    private static let mostSquares = 20_000

    private var goal: Int?
    /// Seconds spent on the way to places, and until when each is left alone.
    private var effort: [OccupancyGrid.Place: Double] = [:]
    private var avoided: [OccupancyGrid.Place: Double] = [:]
    private var pushed: [Int: Double] = [:]
    /// Walls that opened once.
    private var doors: Set<Int> = []
    /// Where something was pushed, and until when no door there is gone to.
    private var tried: [(x: Double, y: Double, until: Double)] = []
    /// When it gave up last, and how often in a row; until when only walls are pushed.
    private var givenUpAt = -100.0
    private var givenUp = 0
    private var wallsUntil = -100.0
    /// Seconds after which a wall may be pushed again, and a place that could not be reached be tried again.
    private static let again = 20.0
    /// The same for what was recognised as a door: it opened or it did not, and elsewhere is more to see.
    private static let doorAgain = 45.0
    /// Map units around what was pushed that are the same door.
    private static let doorReach = 90.0
    /// Squares that one goes farther for a place than for a door, for a wall, and for one that looks like no door.
    private static let costOfDoor: Float = 14, costOfWall: Float = 30, costOfSolid: Float = 80

    /// The way to what is worth most now; nil: nothing is left to do anywhere.
    mutating func way(on grid: OccupancyGrid, from pose: Pose, at seconds: Double) -> Way? {
        let onlyWalls = seconds < wallsUntil
        func cost(_ square: Int) -> Float? {
            onlyWalls ? nil : explorationCost(square, grid, pose, seconds)
        }
        let open = search(grid, pose) { square in
            guard doorSide(of: square, grid, seconds) != nil else { return cost(square) }
            return min(Self.costOfDoor, cost(square) ?? .infinity)
        }
        if let squares = open, let end = squares.last ?? OccupancyGrid.square((pose.x, pose.y)) {
            if let side = doorSide(of: end, grid, seconds), Self.costOfDoor <= cost(end) ?? .infinity {
                goal = nil
                return Way(squares: squares, wall: side, isDoor: true)
            }
            if !squares.isEmpty {
                goal = end
                return Way(squares: squares)
            }
        }
        goal = nil
        let faces = search(grid, pose) { square in untriedSide(of: square, grid, seconds).map { $0.cost } }
        guard let faces, let end = faces.last ?? OccupancyGrid.square((pose.x, pose.y)) else { return nil }
        return untriedSide(of: end, grid, seconds).map { Way(squares: faces, wall: $0.side) }
    }

    /// So many seconds were spent on the way to the goal; one that takes too long is left alone for a while.
    mutating func spend(_ seconds: Double, at now: Double) {
        guard let goal else { return }
        let place = OccupancyGrid.Place(OccupancyGrid.centre(goal))
        effort[place, default: 0] += seconds
        if effort[place, default: 0] > 6 { giveUp(at: now) }
    }

    /// The goal cannot be reached: it is left alone for a while.
    mutating func giveUp(at now: Double) {
        if now - givenUpAt > 0.5 {
            // Three in a row that could not be reached: what looks open here is not, and a door may be.
            givenUp = now - givenUpAt < 12 ? givenUp + 1 : 1
            givenUpAt = now
            if givenUp >= 3 { (wallsUntil, givenUp) = (now + 15, 0) }
        }
        guard let goal else { return }
        let place = OccupancyGrid.Place(OccupancyGrid.centre(goal))
        avoided[place] = now + Self.again
        effort[place] = nil
        self.goal = nil
    }

    /// The wall on that side of the square was pushed.
    mutating func push(_ square: Int, side: Int, at seconds: Double) { pushed[Self.face(square, side)] = seconds }

    /// A wall is on that side of the square, and nobody has pushed it, or not for long.
    func isUntried(_ square: Int, side: Int, on grid: OccupancyGrid, at now: Double) -> Bool {
        grid.kind(square) != .wall && costOfPushing(side, of: square, grid, now) != nil
    }

    /// What is there was pushed: if it is a door, then from its other side and from beside it too.
    mutating func push(at point: (x: Double, y: Double), at now: Double) {
        tried.removeAll { $0.until < now }
        tried.append((point.x, point.y, now + Self.doorAgain))
    }

    private func isTried(_ square: Int, _ now: Double) -> Bool {
        let centre = OccupancyGrid.centre(square)
        return tried.contains {
            now < $0.until && max(abs($0.x - centre.x), abs($0.y - centre.y)) < Self.doorReach
        }
    }

    /// What was pushed from here opened: next time it is the first to be pushed.
    mutating func opened(from pose: Pose) {
        guard let square = OccupancyGrid.square((pose.x, pose.y)) else { return }
        let side = Self.side(facing: pose)
        for step in [0, Self.sides[side].step] { doors.insert(Self.face(square + step, side)) }
    }

    static func side(facing pose: Pose) -> Int { (Int((pose.heading.wrapped / 90).rounded()) + 4) % 4 }

    /// The level began again, and its doors are closed.
    mutating func restart() {
        pushed = [:]
        tried = []
        effort = [:]
        avoided = [:]
        goal = nil
    }

    // MARK: What squares are worth

    private func explorationCost(_ square: Int, _ grid: OccupancyGrid, _ pose: Pose, _ now: Double) -> Float? {
        guard grid.kind(square) == .free else { return nil }
        let centre = OccupancyGrid.centre(square)
        let place = OccupancyGrid.Place(centre)
        guard now >= avoided[place, default: 0] else { return nil }
        let fresh = !grid.visited.contains(place)
        guard fresh || Self.sides.contains(where: { grid.kind(square + $0.step) == .unknown }) else { return nil }
        let turn = abs(pose.bearing(to: centre)) / 12
        let old = goal.map(OccupancyGrid.centre)
        let isKept = old.map { abs($0.x - centre.x) + abs($0.y - centre.y) < 80 } ?? false
        return Float(turn + (fresh ? 0 : 16) + 2 * effort[place, default: 0] - (isKept ? 6 : 0))
    }

    /// Nil: no wall is there within reach, or it was pushed not long ago.
    private func costOfPushing(_ side: Int, of square: Int, _ grid: OccupancyGrid, _ now: Double) -> Float? {
        let step = Self.sides[side].step
        let isNear = grid.kind(square + step) == .wall
        guard isNear || grid.kind(square + 2 * step) == .wall else { return nil }
        let face = Self.face(square, side)
        let isDoor = doors.contains(face)
        guard now - pushed[face, default: -.infinity] >= (isDoor ? 8 : Self.again) else { return nil }
        let isSolid = grid.isSolid(square + step) || grid.isSolid(square + 2 * step)
        return (isDoor ? 0 : isSolid ? Self.costOfSolid : Self.costOfWall) + (isNear ? 0 : 1)
    }

    /// The side on which what was recognised as a door is within reach of this square, and may be pushed.
    private func doorSide(of square: Int, _ grid: OccupancyGrid, _ now: Double) -> Int? {
        Self.sides.indices.first { side in
            let step = Self.sides[side].step
            return costOfPushing(side, of: square, grid, now) != nil
                && (grid.isDoor(square + step) || grid.isDoor(square + 2 * step)) && !isTried(square + step, now)
        }
    }

    private func untriedSide(of square: Int, _ grid: OccupancyGrid, _ now: Double) -> (side: Int, cost: Float)? {
        var best: (side: Int, cost: Float)?
        for side in Self.sides.indices {
            guard let cost = costOfPushing(side, of: square, grid, now), cost < best?.cost ?? .infinity else { continue }
            best = (side, cost)
        }
        return best
    }

    /// A wall is pushed once per 64 units, which is how wide the narrowest doors are.
    private static func face(_ square: Int, _ side: Int) -> Int {
        let (column, row) = (square % self.side / 2, square / self.side / 2)
        return (row * self.side + column) * 4 + side
    }

    // MARK: Dijkstra

    private struct Step: Comparable {
        var cost: Float
        var square: Int
        static func < (one: Step, other: Step) -> Bool { (one.cost, one.square) < (other.cost, other.square) }
    }

    /// The squares to the one whose distance and worth together cost least; empty if that is where one stands.
    private func search(_ grid: OccupancyGrid, _ pose: Pose, worth: (Int) -> Float?) -> [Int]? {
        guard let start = OccupancyGrid.square((pose.x, pose.y)) else { return nil }
        var cost = [Float](repeating: .infinity, count: Self.side * Self.side)
        var from = [Int32](repeating: -1, count: Self.side * Self.side)
        var open: Heap<Step> = [Step(cost: 0, square: start)]
        cost[start] = 0
        var (best, least, looked) = (-1, Float.infinity, 0)
        while let step = open.popMin(), looked < Self.mostSquares, step.cost < least + 6 {
            let here = step.square
            guard step.cost <= cost[here] else { continue }
            looked += 1
            if let worth = worth(here), step.cost + worth < least { (best, least) = (here, step.cost + worth) }
            for neighbour in Self.neighbours {
                let next = here + neighbour.step
                guard next > 2 * Self.side, next < Self.side * (Self.side - 2), grid.kind(next) == .free
                else { continue }
                if neighbour.cost > 1 {
                    // Round a corner no body goes straight.
                    let row = neighbour.step > 0 ? Self.side : -Self.side
                    if grid.kind(here + row) == .wall || grid.kind(next - row) == .wall { continue }
                }
                var total = step.cost + neighbour.cost
                for side in Self.sides where grid.kind(next + side.step) == .wall { total += 0.7 }
                guard total < cost[next] else { continue }
                cost[next] = total
                from[next] = Int32(here)
                open.insert(Step(cost: total, square: next))
            }
        }
        guard best >= 0 else { return nil }
        var squares: [Int] = []
        while best != start, best >= 0 {
            squares.append(best)
            best = Int(from[best])
        }
        return squares.reversed()
    }
}
