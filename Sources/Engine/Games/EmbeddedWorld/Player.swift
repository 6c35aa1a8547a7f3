/// The one who is played.
struct Player: Sendable, Equatable {
    /// Units of ``heading`` in a full circle. One unit is one pixel of mouse motion, a third of a degree: the heading
    /// stays an integer, and turning adds no rounding.
    static let headingUnits = 1080
    /// Furthest pitch either way, in thirds of a picture row.
    static let pitchLimit = 72

    var x: Double
    var y: Double
    /// Clockwise from east, in thirds of a degree: 0..<1080.
    var heading = 810
    /// Thirds of a picture row that the horizon is below the middle: looking up is positive.
    var pitch = 0

    var health = 100.0
    var magicka = 100.0
    var stamina = 100.0
    var level = 1
    var experience = 0
    var gold = 30
    var potions = 2

    var isSneaking = false
    var isBlocking = false
    var isHealing = false
    /// Ticks until the next blow is possible.
    var swingCooldown = 0
    /// The last blow was a power attack.
    var isSwingStrong = false
    /// Ticks until the voice is back.
    var shoutCooldown = 0
    /// Ticks that the attack button has been down; `nil` when no attack is being prepared.
    var attackHold: Int?
    /// Ticks left of a jump.
    var airborne = 0
    /// Ticks left in which a wound is shown.
    var hurt = 0
    /// Ticks until health comes back by itself.
    var combat = 0
    /// Wanted to move in the last tick and could not.
    var isBumped = false

    var angle: Double { Double(heading) * Trigonometry.turn / Double(Self.headingUnits) }

    /// Angle from where the player looks to a point: negative is left. Radians.
    func bearing(toX targetX: Double, y targetY: Double) -> Double {
        Trigonometry.wrapped(Trigonometry.angle(x: targetX - x, y: targetY - y) - angle)
    }

    func distance(toX targetX: Double, y targetY: Double) -> Double {
        Trigonometry.length(targetX - x, targetY - y)
    }

    mutating func look(dx: Int, dy: Int) {
        let turned = (heading + dx) % Self.headingUnits
        heading = turned < 0 ? turned + Self.headingUnits : turned
        pitch = min(max(pitch - dy, -Self.pitchLimit), Self.pitchLimit)
    }
}
