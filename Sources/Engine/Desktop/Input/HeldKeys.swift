import Basics
import Games

/// The keys that are down, and since when. Pure.
struct HeldKeys: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Games that look at their keys now and then miss a shorter press.
    private let shortest: Duration
    /// Games that have caught the pointer clamp larger steps.
    static let largestStep = 15

    private(set) var down: [GameKey: Instant] = [:]

    init(shortest: Duration = .milliseconds(80)) { self.shortest = shortest }

    var isEmpty: Bool { down.isEmpty }
    var keys: [GameKey] { down.keys.sorted { $0.rawValue < $1.rawValue } }

    /// The lines that press a key; none if it is down.
    mutating func press(_ key: GameKey, at now: Instant) -> [String] {
        guard down[key] == nil else { return [] }
        down[key] = now
        return [Self.line(key, isDown: true)]
    }

    /// How long a key has to stay down yet; `nil` if it is not down.
    func rest(of key: GameKey, at now: Instant) -> Duration? {
        down[key].map { max(.zero, shortest - $0.duration(to: now)) }
    }

    /// The lines that release a key; none if it is up. It counts as down until ``released(_:)``.
    func release(_ key: GameKey) -> [String] { down[key] == nil ? [] : [Self.line(key, isDown: false)] }

    func releaseAll() -> [String] { keys.map { Self.line($0, isDown: false) } }

    /// The display has these keys up.
    mutating func released(_ keys: [GameKey]) { for key in keys { down[key] = nil } }

    /// The lines of a motion of the mouse, in steps that games take.
    static func motion(dx: Int, dy: Int) -> [String] {
        let reach = max(abs(dx), abs(dy))
        let steps = max(1, (reach + largestStep - 1) / largestStep)
        return (1...steps).map { step in
            let x = dx * step / steps - dx * (step - 1) / steps
            let y = dy * step / steps - dy * (step - 1) / steps
            return "mousemove_relative -- \(x) \(y)"
        }
    }

    /// Without the wait of 12 ms that xdotool makes by itself.
    static func line(_ key: GameKey, isDown: Bool) -> String {
        if let button = key.button { return "mouse\(isDown ? "down" : "up") \(button)" }
        return "key\(isDown ? "down" : "up") --delay 0 \(key.rawValue)"
    }
}
