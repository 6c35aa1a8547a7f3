/// What a model wants to be done, for a while: reflexes ground it on the newest frame while the model thinks again.
package struct Intent: Sendable, Equatable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case engageEnemy, retreat, heal, explore, followRumour, talk, trade, seekShelter, closeMenu, wait
    }

    package let kind: Kind
    /// One line of the model's own reason.
    package let reason: String
    /// The frame the model was shown.
    package let frame: UInt64
    package let issuedAt: ContinuousClock.Instant
    /// How long it may guide decisions.
    package let lifetime: Duration

    package init(kind: Kind, reason: String, frame: UInt64, issuedAt: ContinuousClock.Instant, lifetime: Duration) {
        self.kind = kind
        self.reason = reason
        self.frame = frame
        self.issuedAt = issuedAt
        self.lifetime = lifetime
    }

    package func isAlive(at now: ContinuousClock.Instant) -> Bool { now < issuedAt + lifetime }
}
