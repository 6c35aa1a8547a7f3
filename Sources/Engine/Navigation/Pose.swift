import Glibc

/// A place and a direction in the navigator's own map: the origin is where it began, looking along +y.
package struct Pose: Sendable, Equatable {
    /// Map units to the right of and ahead of where it began.
    package var x = 0.0, y = 0.0
    /// Degrees clockwise from where it looked first; not wrapped.
    package var heading = 0.0

    package init(x: Double = 0, y: Double = 0, heading: Double = 0) {
        self.x = x
        self.y = y
        self.heading = heading
    }

    /// The point that is so far ahead and to the right.
    func point(ahead: Double, right: Double = 0) -> (x: Double, y: Double) {
        let (sine, cosine) = (sin(heading.radians), cos(heading.radians))
        return (x + ahead * sine + right * cosine, y + ahead * cosine - right * sine)
    }

    /// Degrees to turn to face a point, in -180...180, positive to the right.
    func bearing(to point: (x: Double, y: Double)) -> Double {
        (atan2(point.x - x, point.y - y).degrees - heading).wrapped
    }

    func distance(to point: (x: Double, y: Double)) -> Double { hypot(point.x - x, point.y - y) }
}

extension Double {
    var radians: Double { self * .pi / 180 }
    var degrees: Double { self * 180 / .pi }

    /// An angle in degrees, brought to -180...180.
    var wrapped: Double { remainder(dividingBy: 360) }
}
