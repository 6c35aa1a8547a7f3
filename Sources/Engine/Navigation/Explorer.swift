import Glibc
import HeapModule

/// Where to go next, and the way there: a place not visited yet, the edge of what is known, or a wall to push, since it
/// may be a door. What costs least by what it is worth comes first; a wall is worth how likely it opens.
struct Explorer {
    /// A way, square by square of planning, without the one that it starts from.
    struct Way: Equatable {
        var squares: [Int]
        /// What is to be pushed from the last square.
        var wall: Wall?
    }

    /// A wall, and the side of the square before it that it is on: 0 ahead (+y), 1 right, 2, 3.
    struct Wall: Equatable {
        var square: Int, side: Int
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
    /// The wall that is gone to.
    private var wall: Wall?
    /// Seconds spent on the way to places.
    private var effort: [OccupancyGrid.Place: Double] = [:]
    /// Until when a place that could not be reached is left alone, and how often it was so.
    private var avoided: [OccupancyGrid.Place: (until: Double, times: Int)] = [:]
    private var attempts: [Attempt] = []
    /// Seconds for which what was pushed, and a place that could not be reached, is left alone the first time; each
    /// time after it is twice as long.
    private static let again = 20.0
    /// The same for what opened: it is shut again soon, and may be the only way back.
    private static let doorAgain = 10.0
    /// The edge of what is known is worth this share of a new place, and costs so many squares more: it may be none.
    private static let edgeCost: Float = 4, edgeValue: Float = 0.4
    /// What a push takes, in squares that one could walk meanwhile; and how much what is behind a door is worth.
    private static let pushCost: Float = 14, doorValue: Float = 2
    /// What was gone to is gone on with unless something else costs less than this share.
    private static let constancy: Float = 0.6
    /// How much more it costs to push again what was pushed.
    private static let repetition = 3.0
    /// Squares that one goes farther for what is not on a floor that hurts, and for each step that is not.
    private static let harmCost: Float = 60, harmStep: Float = 4

    /// The way to what is worth most now; nil: nothing is left to do anywhere.
    mutating func way(on grid: OccupancyGrid, from pose: Pose, at seconds: Double) -> Way? {
        var choice: Wall?
        let squares = search(grid, pose) { square, distance in
            var best = explorationCost(square, distance, grid, pose, seconds)
            var found: Wall?
            for side in Self.sides.indices {
                guard let (wall, cost) = wallCost(square, side, distance, grid, seconds), cost < best ?? .infinity
                else { continue }
                (best, found) = (cost, wall)
            }
            return best.map { ($0, { choice = found }) }
        }
        guard let squares, choice != nil || !squares.isEmpty else { return nil }
        wall = choice
        goal = choice == nil ? squares.last : nil
        return Way(squares: squares, wall: choice)
    }

    /// So many seconds were spent on the way to the goal; one that takes too long is left alone for a while.
    mutating func spend(_ seconds: Double, at now: Double) {
        guard let goal else { return }
        let place = OccupancyGrid.Place(OccupancyGrid.centre(goal))
        effort[place, default: 0] += seconds
        if effort[place, default: 0] > 6 { giveUp(at: now) }
    }

    /// The goal cannot be reached: it is left alone for a while, each time for longer.
    mutating func giveUp(at now: Double) {
        if let wall { push(at: OccupancyGrid.centre(wall.square), at: now) }
        guard let goal else { return }
        let place = OccupancyGrid.Place(OccupancyGrid.centre(goal))
        let times = avoided[place]?.times ?? 0
        avoided[place] = (now + Self.again * pow(2, Double(times)), times + 1)
        effort[place] = nil
        self.goal = nil
    }

    /// What is there was pushed: it is left alone for a while, from its other side and from beside it too.
    mutating func push(at point: (x: Double, y: Double), at now: Double) {
        wall = nil
        let known = attempts.firstIndex { $0.isNear(point) }.map { attempts.remove(at: $0) }
        var times = (known?.times ?? 0) + 1
        // The wall that was meant and the point that was met are one attempt.
        if let known, now - known.at < 1 { times = known.times }
        let until = now + Self.again * pow(2, Double(times - 1))
        attempts.append(Attempt(x: point.x, y: point.y, at: now, until: until, times: times))
    }

    /// What was pushed there opened.
    mutating func opened(at point: (x: Double, y: Double), at now: Double) {
        guard let index = attempts.firstIndex(where: { $0.isNear(point) }) else { return }
        attempts[index].until = now + Self.doorAgain * pow(2, Double(attempts[index].times - 1))
    }

    /// Something was pushed.
    private struct Attempt {
        /// Map units around it that are the same door.
        private static let reach = 48.0

        let x: Double, y: Double
        /// When last, until when it is left alone, and how often.
        let at: Double
        var until: Double
        let times: Int

        func isNear(_ point: (x: Double, y: Double)) -> Bool {
            max(abs(x - point.x), abs(y - point.y)) < Self.reach
        }
    }

    /// The level began again, and its doors are closed.
    mutating func restart() {
        for index in attempts.indices { attempts[index].until = 0 }
        (effort, avoided, goal, wall) = ([:], [:], nil, nil)
    }

    // MARK: What squares are worth

    private func explorationCost(
        _ square: Int, _ distance: Float, _ grid: OccupancyGrid, _ pose: Pose, _ now: Double
    ) -> Float? {
        guard grid.kind(square) == .free else { return nil }
        let centre = OccupancyGrid.centre(square)
        let place = OccupancyGrid.Place(centre)
        guard now >= avoided[place]?.until ?? 0 else { return nil }
        let fresh = !grid.visited.contains(place)
        guard fresh || Self.sides.contains(where: { grid.kind(square + $0.step) == .unknown }) else { return nil }
        let old = goal.map(OccupancyGrid.centre)
        let isKept = old.map { abs($0.x - centre.x) + abs($0.y - centre.y) < 80 } ?? false
        let turn = Float(abs(pose.bearing(to: centre)) / 24)
        let cost = (isKept ? distance * Self.constancy : distance + turn + 4) + Float(2 * effort[place, default: 0])
        if grid.isHarmful(square) { return cost + Self.harmCost }
        return fresh ? cost : (cost + Self.edgeCost) / Self.edgeValue
    }

    /// The wall on that side of the square, within reach, and what it costs to push it by how likely it opens.
    private func wallCost(
        _ square: Int, _ side: Int, _ distance: Float, _ grid: OccupancyGrid, _ now: Double
    ) -> (wall: Wall, cost: Float)? {
        let step = Self.sides[side].step
        let isNear = grid.kind(square + step) == .wall
        guard isNear || grid.kind(square + 2 * step) == .wall else { return nil }
        let found = Wall(square: square + (isNear ? step : 2 * step), side: side)
        let attempt = attempts.last { $0.isNear(OccupancyGrid.centre(found.square)) }
        guard now >= attempt?.until ?? 0 else { return nil }
        let likely = grid.likelihood(found.square, along: Self.sides[(side + 1) % 4].step)
        var cost = (distance + (isNear ? 0 : 1) + Self.pushCost) / (Self.doorValue * likely)
        if let attempt { cost *= Float(pow(Self.repetition, Double(attempt.times))) }
        return (found, found == wall ? cost * Self.constancy : cost)
    }

    // MARK: Dijkstra

    private struct Step: Comparable {
        var cost: Float
        var square: Int
        static func < (one: Step, other: Step) -> Bool { (one.cost, one.square) < (other.cost, other.square) }
    }

    /// The squares to the one that costs least by `worth`, which is told each square and how far it is and says, with
    /// the cost, what to do should it be the best so far; empty if that is where one stands.
    private func search(_ grid: OccupancyGrid, _ pose: Pose, worth: (Int, Float) -> (Float, () -> Void)?) -> [Int]? {
        guard let start = OccupancyGrid.square((pose.x, pose.y)) else { return nil }
        var cost = [Float](repeating: .infinity, count: Self.side * Self.side)
        var from = [Int32](repeating: -1, count: Self.side * Self.side)
        var open: Heap<Step> = [Step(cost: 0, square: start)]
        cost[start] = 0
        var (best, least, looked) = (-1, Float.infinity, 0)
        while let step = open.popMin(), looked < Self.mostSquares, step.cost < least * 2 + 6 {
            let here = step.square
            guard step.cost <= cost[here] else { continue }
            looked += 1
            if let (cost, choose) = worth(here, step.cost), cost < least {
                (best, least) = (here, cost)
                choose()
            }
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
                if grid.isHarmful(next) { total += Self.harmStep }
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
