import Glibc

/// Something that moved between two pictures taken while the player stood still.
package struct Mover: Sendable, Equatable {
    /// Degrees from straight ahead, negative left.
    package var bearing: Double
    /// Degrees it spans.
    package var width: Double
    /// Shares of the world part's height.
    package var top: Double, bottom: Double
    /// Squares of 4 x 4 pixels that changed.
    package var area: Int
}

enum MotionDetector {
    /// More than this share of the picture: the view itself moved, or the light did.
    static let mostChange = 0.25
    private static let leastArea = 4
    /// Squares between two changed ones that are one thing all the same.
    private static let gap = 2

    /// What moved, the largest first.
    static func movers(from old: GreyPicture, to new: GreyPicture, _ view: Viewpoint) -> [Mover] {
        guard old.brightness.count == new.brightness.count, new.change(from: old) < mostChange else { return [] }
        let (width, height) = (new.width, new.height)
        var open = new.brightness.indices.map { new.differs(old, at: $0) }
        let focal = view.focal(width: width)
        var found: [Mover] = []
        for start in open.indices where open[start] {
            open[start] = false
            var stack = [start]
            var (left, right, top, bottom, area) = (width, 0, height, 0, 0)
            while let here = stack.popLast() {
                let (x, y) = (here % width, here / width)
                (left, right, top, bottom) = (min(left, x), max(right, x), min(top, y), max(bottom, y))
                area += 1
                for ny in max(0, y - gap)...min(height - 1, y + gap) {
                    for nx in max(0, x - gap)...min(width - 1, x + gap) where open[ny * width + nx] {
                        open[ny * width + nx] = false
                        stack.append(ny * width + nx)
                    }
                }
            }
            guard area >= leastArea else { continue }
            let angle = { (x: Int) in atan((Double(x) - Double(width) / 2) / focal).degrees }
            found.append(
                Mover(
                    bearing: (angle(left) + angle(right + 1)) / 2, width: angle(right + 1) - angle(left),
                    top: Double(top) / Double(height), bottom: Double(bottom + 1) / Double(height), area: area))
        }
        return found.sorted { $0.area > $1.area }
    }
}
