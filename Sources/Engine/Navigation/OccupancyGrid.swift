import Glibc
import Vision

/// A map made while walking: squares of 16 map units, each with the odds that something stands there. What was not seen
/// for a while is forgotten, so that the drift of dead reckoning does not turn a room into two. Where one has been is
/// kept.
package struct OccupancyGrid: Sendable {
    static let side = 1024
    static let unit = 16.0
    /// Squares of planning are twice as wide: as wide as the player.
    static let planSide = side / 2
    static let planUnit = 2 * unit
    /// Places: squares in which having been somewhere counts.
    static let placeUnit = 128.0
    /// Map units: where what is recognised farther away stands is too uncertain.
    private static let farDoor = 300.0
    /// What is remembered of a wall that was said more of, and what stands for one of which nothing was said.
    private static let mostWeight: Float = 6, unseen: (likely: Float, weight: Float) = (0.2, 0.5)
    /// A wall must be so much farther than one can walk at the most for something low to stand between.
    private static let lowMargin = 1.5

    /// Above 0 something stands there, below 0 it is free.
    private var odds = [Int8](repeating: 0, count: side * side)
    private var seen = [Float](repeating: 0, count: side * side)
    /// Until when a square counts as blocked whatever a scan says: walls below the eye stop one too.
    private var blockedUntil = [Float](repeating: 0, count: side * side)
    /// What was said of squares of planning, whether they open when they are pushed: the sum of the likelihoods, and
    /// of their weights.
    private var doors = [(sum: Float, weight: Float)](repeating: (0, 0), count: planSide * planSide)
    /// Squares of planning whose floor hurts.
    private var harmful: Set<Int> = []
    private var now: Float = 0
    /// Seconds after which a square that was not seen again is unknown.
    let memory: Double
    package private(set) var visited: Set<Place> = []

    package struct Place: Hashable, Sendable {
        package var x: Int, y: Int

        init(_ point: (x: Double, y: Double)) {
            x = Int((point.x / placeUnit).rounded(.down))
            y = Int((point.y / placeUnit).rounded(.down))
        }
    }

    package init(memory: Double) { self.memory = memory }

    static func index(_ point: (x: Double, y: Double)) -> Int? {
        let column = Int((point.x / unit).rounded(.down)) + side / 2
        let row = Int((point.y / unit).rounded(.down)) + side / 2
        return column >= 2 && row >= 2 && column < side - 2 && row < side - 2 ? row * side + column : nil
    }

    // MARK: What is learnt

    package mutating func enter(_ pose: Pose, at seconds: Double) {
        now = Float(seconds)
        visited.insert(Place((pose.x, pose.y)))
        // Where one stands is free.
        guard let here = Self.index((pose.x, pose.y)) else { return }
        for near in [here, here + 1, here - 1, here + Self.side, here - Self.side] {
            if near == here { blockedUntil[near] = 0 }
            set(near, min(value(near), -4))
        }
    }

    /// What a scan saw: free up to the wall, and the wall.
    mutating func add(_ scan: RangeScan, from pose: Pose) {
        for (depth, bearing) in zip(scan.depths, scan.bearings) {
            let beam = Pose(x: pose.x, y: pose.y, heading: pose.heading + bearing)
            let reach = depth / cos(bearing.radians)
            // What is far may be the sky over a sill that one cannot pass.
            let free = depth > 200 ? 150 : reach * 0.85 - 12
            for distance in stride(from: 8, to: free, by: 14) {
                guard let square = Self.index(beam.point(ahead: distance)) else { continue }
                set(square, max(-20, value(square) - (distance < 120 ? 2 : 1)))
            }
            if reach < 200, let square = Self.index(beam.point(ahead: reach)) {
                set(square, min(60, value(square) + (reach < 110 ? 9 : 5)))
            }
        }
    }

    /// What was recognised: doors among the walls that one sees, and what is too low for the eye.
    mutating func add(_ columns: [Recogniser.Column], _ scan: RangeScan, from pose: Pose, _ view: Viewpoint) {
        for column in columns {
            let bearing = view.bearing(of: column.position)
            // The walls measure better where they are near enough.
            let beam = scan.bearings.firstIndex { $0 >= bearing } ?? scan.depths.count - 1
            let depth = scan.depths[beam] < 160 ? scan.depths[beam] : column.way
            func point(_ depth: Double) -> (x: Double, y: Double) {
                pose.point(ahead: depth, right: depth * tan(bearing.radians))
            }
            if column.way < 200, column.most * Self.lowMargin < scan.depths[beam] {
                for more in [0.0, 12, 24] {
                    guard let square = Self.index(point(column.way + more)) else { continue }
                    set(square, min(60, value(square) + 6))
                }
            }
            guard depth < Self.farDoor, let square = Self.square(point(depth)) else { continue }
            let weight = Self.weight(depth, scan.frontality(beam))
            let old = doors[square]
            let kept = min(1, max(0, Self.mostWeight - weight) / max(old.weight, 0.01))
            doors[square] = (old.sum * kept + weight * Float(column.door), old.weight * kept + weight)
        }
    }

    /// How much is to be given to what is said of a wall: near and face on doors are told from walls, from afar or
    /// from the side hardly (of doors in five levels at up to 100 units face on 64 % were given 0.5 or more, of walls
    /// 2 %; at 240 units 26 %).
    private static func weight(_ depth: Double, _ frontality: Double) -> Float {
        (depth < 120 ? 1 : depth < 180 ? 0.3 : 0.05) * (frontality > 0.85 ? 1 : frontality > 0.6 ? 0.4 : 0.05)
    }

    /// How likely what is in the square opens when it is pushed, by what was said of it and of its neighbours along the
    /// wall, which are `step` apart. One wall in forty is a door; what walls and doors are given, face on, makes the rest.
    func likelihood(_ square: Int, along step: Int) -> Float {
        var (sum, weight) = (Self.unseen.likely * Self.unseen.weight, Self.unseen.weight)
        for next in [square - step, square, square + step] {
            sum += doors[next].sum
            weight += doors[next].weight
        }
        let odds = exp(7.2 * (sum / weight - 0.27)) / 40
        return odds / (1 + odds)
    }

    /// Something that eye level does not show is in the way there.
    mutating func block(_ point: (x: Double, y: Double)) {
        if let square = Self.index(point) { blockedUntil[square] = now + 60 }
    }

    mutating func clear(_ point: (x: Double, y: Double)) {
        guard let square = Self.index(point) else { return }
        blockedUntil[square] = 0
        set(square, min(value(square), 0))
    }

    /// Such floors are large: so many squares of planning around are the same.
    private static let harmReach = 4

    /// The floor there hurts who stands on it.
    mutating func harm(_ point: (x: Double, y: Double)) {
        guard let middle = Self.square(point) else { return }
        for row in -Self.harmReach...Self.harmReach {
            for column in -Self.harmReach...Self.harmReach { harmful.insert(middle + row * Self.planSide + column) }
        }
    }

    func isHarmful(_ square: Int) -> Bool { harmful.contains(square) }

    /// One was carried elsewhere: only what was visited is still known.
    mutating func forget() {
        for index in odds.indices { (odds[index], blockedUntil[index]) = (0, 0) }
        for index in doors.indices { doors[index] = (0, 0) }
        harmful = []
    }

    private func value(_ square: Int) -> Int8 {
        if blockedUntil[square] > now { return 60 }
        return now - seen[square] < Float(memory) ? odds[square] : 0
    }

    private mutating func set(_ square: Int, _ value: Int8) {
        odds[square] = value
        seen[square] = now
    }

    // MARK: What is known

    func isWall(_ point: (x: Double, y: Double)) -> Bool { Self.index(point).map { value($0) > 6 } ?? true }

    /// Squares of planning by number.
    static func square(_ point: (x: Double, y: Double)) -> Int? {
        index(point).map { ($0 / side / 2) * planSide + ($0 % side) / 2 }
    }

    static func centre(_ square: Int) -> (x: Double, y: Double) {
        (
            (Double(square % planSide - planSide / 2) + 0.5) * planUnit,
            (Double(square / planSide - planSide / 2) + 0.5) * planUnit
        )
    }

    enum Kind { case wall, free, unknown }

    func kind(_ square: Int) -> Kind {
        let corner = (square / Self.planSide) * 2 * Self.side + (square % Self.planSide) * 2
        var free = 0
        for part in [corner, corner + 1, corner + Self.side, corner + Self.side + 1] {
            let value = value(part)
            if value > 6 { return .wall }
            if value < -1 { free += 1 }
        }
        return free >= 2 ? .free : .unknown
    }

    /// Whether a body can go straight from here to there.
    func isClear(from pose: Pose, to point: (x: Double, y: Double), half: Double = 14) -> Bool {
        let way = Pose(x: pose.x, y: pose.y, heading: pose.heading + pose.bearing(to: point))
        for distance in stride(from: 16, to: pose.distance(to: point), by: 12) {
            for side in [-half, 0, half] where isWall(way.point(ahead: distance, right: side)) { return false }
        }
        return true
    }
}
