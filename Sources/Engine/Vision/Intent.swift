/// What a model wants to be done, for a while: reflexes ground it on the newest frame while the model thinks again.
///
/// It ages by the game's time, from the frame that the model was shown: what matters is how far the game has gone on
/// since, and a game may run faster than life.
package struct Intent: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case engageEnemy, retreat, heal, explore, followRumour, talk, trade, seekShelter, closeMenu, wait
    }

    package let kind: Kind
    /// One line of the model's own reason.
    package let reason: String
    /// The frame the model was shown.
    package let frame: UInt64
    /// The game's time in that frame, in seconds.
    package let gameTime: Double
    /// How long it may guide decisions, in seconds of the game's time.
    package let lifetime: Double
    /// Degrees from the middle of that frame to the enemy that is meant, negative to the left.
    package let bearing: Double?

    package init(
        kind: Kind, reason: String, frame: UInt64, gameTime: Double, lifetime: Double, bearing: Double? = nil
    ) {
        self.kind = kind
        self.reason = reason
        self.frame = frame
        self.gameTime = gameTime
        self.lifetime = lifetime
        self.bearing = bearing
    }

    /// Seconds of the game's time that it has left; negative when it has died.
    package func left(at gameTime: Double) -> Double { self.gameTime + lifetime - gameTime }

    package func isAlive(at gameTime: Double) -> Bool { left(at: gameTime) > 0 }
}
