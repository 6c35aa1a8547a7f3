/// How game time relates to the clock on the wall.
package enum GameSpeed: Sendable, Equatable {
    /// The world runs by itself, this many times faster than life.
    case realtime(Double)
    /// The world moves only while the agent acts, as fast as the machine allows.
    case lockStep

    /// How much slower and faster than life a game may run.
    package static let range = 0.1...64.0

    /// A realtime game's speed times a factor, within what it can run at; `nil` for lock-step, whose speed is 0.
    package static func changed(_ speed: Double, times factor: Double) -> Double? {
        guard speed > 0, factor > 0 else { return nil }
        return min(max(speed * factor, range.lowerBound), range.upperBound)
    }
}
