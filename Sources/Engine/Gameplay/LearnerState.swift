import Vision

/// What the learner tells situations apart by: few enough that they come back.
package struct LearnerState: Hashable, Sendable, Codable {
    private let scene: SceneKind
    /// 0 in danger, 1 hurt, 2 well.
    private let health: Int
    private let hasStamina: Bool
    private let enemies: Int
    /// -1 left, 0 ahead, 1 right; `nil` without any.
    private let enemySide: Int?
    private let hasTarget: Bool
    private let isBlocked: Bool
    private let hasPrompt: Bool
    private let rumourSide: Int?

    package init(_ reading: Reading) {
        scene = reading.scene
        health = (reading.health ?? 100) < 30 ? 0 : (reading.health ?? 100) < 65 ? 1 : 2
        hasStamina = (reading.stamina ?? 100) > 20
        enemies = min(2, reading.enemies)
        enemySide = reading.enemyBearing.map(Self.side)
        hasTarget = reading.targetHealth != nil
        isBlocked = reading.blocked
        hasPrompt = reading.prompt
        rumourSide = reading.rumourBearing.map(Self.side)
    }

    private static func side(_ bearing: Double) -> Int { abs(bearing) <= Steering.aim ? 0 : bearing < 0 ? -1 : 1 }
}
