import FoundationEssentials
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

    /// The nearest of what is straight ahead, a body's width.
    package var ahead: Double { depths[14...17].min() ?? 0 }

    /// Pixels of one texel: the first quarter of the runs, averaged with the next length, since runs of two neighbouring
    /// lengths alternate where a texel is not a whole number of pixels.
    private static func texel(_ frame: Frame, columns: Range<Int>, _ view: Viewpoint) -> Double {
        let viewHeight = Int(Double(frame.height) * view.viewShare)
        let (horizon, band) = (viewHeight / 2, viewHeight / 5)
        var lengths = [Int](repeating: 0, count: 2 * band + 1)
        var count = 0
        frame.rgb.withUnsafeBufferPointer { rgb in
            for x in stride(from: columns.lowerBound, to: columns.upperBound, by: 2) {
                var last = -1
                var above = ((horizon - band) * frame.width + x) * 3
                for y in horizon - band + 1...horizon + band {
                    let here = above + frame.width * 3
                    if rgb[above] != rgb[here] || rgb[above + 1] != rgb[here + 1] || rgb[above + 2] != rgb[here + 2] {
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
