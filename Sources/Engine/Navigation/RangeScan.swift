import Glibc
import Vision

/// How a game looks at its world.
package struct Viewpoint: Sendable, Codable, Equatable {
    /// The share of the picture's height that shows the world; the status bar is below.
    package var viewShare = 400.0 / 480
    /// Degrees from the left edge to the right one.
    package var fieldOfView = 90.0
    /// Map units from the floor to the eye.
    package var eyeHeight = 41.0

    package init() {}

    /// Degrees from straight ahead of a column: -1 is the left edge of the picture, 1 the right one.
    func bearing(of position: Double) -> Double { atan(position * tan((fieldOfView / 2).radians)).degrees }

    /// Pixels: what one map unit at a distance of one map unit spans.
    func focal(width: Int) -> Double { Double(width) / 2 / tan((fieldOfView / 2).radians) }
}

/// How far the walls are, seen in one picture of a game with unfiltered textures: a texel of a wall is as high as it is
/// wide and measures one map unit, so the length of the runs of equal pixels down a column is the focal length by the
/// distance. It needs the game's own pixels: a picture that was scaled has no such runs.
package struct RangeScan: Sendable, Equatable {
    package static let beams = 32
    /// Depth along the line of sight, in map units, left to right.
    package private(set) var depths: [Double] = []
    /// Degrees of each beam, negative left.
    package private(set) var bearings: [Double] = []

    /// Where games of this engine write messages, as shares of the world part's height: letters are no walls.
    private static let messages = 0.35...0.405

    /// Fewer edges than this in a beam say nothing: a smooth surface, and probably a near one.
    private static let leastEdges = 9

    package init(_ frame: Frame, _ view: Viewpoint) {
        let focal = view.focal(width: frame.width)
        let per = frame.width / Self.beams
        for beam in 0..<Self.beams {
            let run = Self.texel(frame, columns: beam * per..<(beam + 1) * per, view)
            depths.append(focal / run)
            bearings.append(atan(((Double(beam) + 0.5) * Double(per) - Double(frame.width) / 2) / focal).degrees)
        }
    }

    package init(depths: [Double], bearings: [Double]) {
        self.depths = depths
        self.bearings = bearings
    }

    /// Mean distance, in map units, of what this scan sees from what an earlier one saw, had one moved from that pose
    /// to this. Nil: too little is near enough to say.
    func misfit(at pose: Pose, to earlier: RangeScan, at before: Pose) -> Double? {
        let old = earlier.points(from: before)
        let new = points(from: pose)
        var (sum, count) = (0.0, 0)
        for (point, depth) in zip(new, depths) where depth < 200 {
            var least = 16.0
            for index in old.indices.dropLast() where earlier.depths[index] < 260 && earlier.depths[index + 1] < 260 {
                let (a, b) = (old[index], old[index + 1])
                let (ex, ey) = (b.x - a.x, b.y - a.y)
                let length = ex * ex + ey * ey
                guard length < 60 * 60 else { continue }
                let along = min(1, max(0, ((point.x - a.x) * ex + (point.y - a.y) * ey) / max(length, 1e-9)))
                least = min(least, hypot(point.x - a.x - along * ex, point.y - a.y - along * ey))
            }
            sum += least
            count += 1
        }
        return count >= 8 ? sum / Double(count) : nil
    }

    private func points(from pose: Pose) -> [(x: Double, y: Double)] {
        zip(depths, bearings).map { depth, bearing in
            pose.point(ahead: depth, right: depth * tan(bearing.radians))
        }
    }

    /// How squarely the beam meets the wall: 1 at right angles, 0 along it.
    func frontality(_ beam: Int) -> Double {
        let (first, last) = (max(0, beam - 1), min(depths.count - 1, beam + 1))
        let (a, b) = (depths[first], depths[last])
        let (dx, dy) = (b * tan(bearings[last].radians) - a * tan(bearings[first].radians), b - a)
        let bearing = bearings[beam].radians
        return abs(cos(bearing) * dx - sin(bearing) * dy) / max(1e-6, hypot(dx, dy))
    }

    /// The direction of the walls, in degrees from straight ahead, between -45 and 45 since walls stand at right
    /// angles to each other; how well they agree: 1 if all do, 0 if any direction is as good; and how much that is
    /// said by, in map units of wall, each counted up to ten times. In five levels of Freedoom it is right within 1.5
    /// degrees (median) where they agree by more than 0.85 and it is said by more than 200, a third of the pictures.
    var grain: (direction: Double, agreement: Double, weight: Double) {
        let points = points(from: Pose())
        var (real, imaginary, weights) = (0.0, 0.0, 0.0)
        for gap in [4, 6] {
            for index in 0..<(points.count - gap) {
                let part = depths[index...index + gap]
                guard let least = part.min(), let most = part.max(), least > 16, most < 220, most < least * 2
                else { continue }
                let (a, b, middle) = (points[index], points[index + gap], points[index + gap / 2])
                let (dx, dy) = (b.x - a.x, b.y - a.y)
                let length = hypot(dx, dy)
                guard length > 12 else { continue }
                // The points between must be on the line.
                let off = abs((middle.x - a.x) * dy - (middle.y - a.y) * dx) / length
                guard off < 0.08 * length + 1 else { continue }
                let angle = 4 * atan2(dx, dy)
                let weight = min(length, 60)
                real += weight * cos(angle)
                imaginary += weight * sin(angle)
                weights += weight
            }
        }
        guard weights > 0 else { return (0, 0, 0) }
        return (atan2(imaginary, real).degrees / 4, hypot(real, imaginary) / weights, weights)
    }

    /// Map units: half of a body and a little more; and how near something must be to stop one soon.
    private static let shoulder = 20.0, soon = 64.0

    /// Whether something near stops the left and the right half of a body that walks straight ahead.
    var stops: (left: Bool, right: Bool) {
        var found = (left: false, right: false)
        for (depth, bearing) in zip(depths, bearings) where depth < Self.soon {
            let right = depth * tan(bearing.radians)
            guard abs(right) < Self.shoulder else { continue }
            // What is in the very middle stops both.
            if right < 3 { found.left = true }
            if right > -3 { found.right = true }
        }
        return found
    }

    /// The nearest of what is straight ahead, a body's width.
    package var ahead: Double { depths[14...17].min() ?? 0 }

    /// Pixels of one texel: the first quarter of the runs, averaged with the next length, since runs of two
    /// neighbouring lengths alternate where a texel is not a whole number of pixels.
    private static func texel(_ frame: Frame, columns: Range<Int>, _ view: Viewpoint) -> Double {
        let viewHeight = Int(Double(frame.height) * view.viewShare)
        let (horizon, band) = (viewHeight / 2, viewHeight / 5)
        var lengths = [Int](repeating: 0, count: 2 * band + 1)
        var count = 0
        let height = Double(viewHeight)
        let words = Int(messages.lowerBound * height)...Int(messages.upperBound * height)
        frame.rgb.withUnsafeBufferPointer { rgb in
            for x in stride(from: columns.lowerBound, to: columns.upperBound, by: 2) {
                var last = -1
                var above = ((horizon - band) * frame.width + x) * 3
                for y in horizon - band + 1...horizon + band {
                    let here = above + frame.width * 3
                    if words.contains(y) {
                        last = -1
                    } else if rgb[above] != rgb[here] || rgb[above + 1] != rgb[here + 1]
                        || rgb[above + 2] != rgb[here + 2]
                    {
                        if last >= 0 {
                            lengths[y - last] += 1
                            count += 1
                        }
                        last = y
                    }
                    above = here
                }
            }
        }
        guard count >= leastEdges else { return Double(2 * band) }
        var left = count / 4
        guard let first = lengths.firstIndex(where: { left -= $0; return left < 0 }) else { return Double(2 * band) }
        let next = min(first + 1, 2 * band)
        let (one, two) = (lengths[first], next > first ? lengths[next] : 0)
        return Double(first * one + next * two) / Double(one + two)
    }
}
