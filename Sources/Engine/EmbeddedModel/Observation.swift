import Vision

/// What a picture shows, and the picture before it: everything a commentary may speak of.
package struct Observation: Sendable {
    package let now: Reading
    /// `nil` for the first picture of a conversation.
    package var before: Reading?
    package var belongings = Belongings()

    /// The scene before, where it was another one.
    var leftScene: SceneKind? {
        guard let before, before.scene != now.scene else { return nil }
        return before.scene
    }

    /// Percent points that a bar has gained (or lost, negative); `nil` when one of the two pictures does not show it.
    func change(of bar: KeyPath<Reading, Double?>) -> Double? {
        guard let current = now[keyPath: bar], let earlier = before?[keyPath: bar] else { return nil }
        return current - earlier
    }

    /// Hostile marks more (or fewer, negative) than before. A page that covers the compass hides them.
    var enemiesGained: Int? {
        guard let before, !before.scene.isMenu, !now.scene.isMenu else { return nil }
        return now.enemies - before.enemies
    }

    /// The reader has no evidence for the scene and holds the last one.
    var isUncertain: Bool { now.confidence < 0.5 }

    /// The picture hardly differs from the one before.
    var isStill: Bool { before != nil && leftScene == nil && (now.similarity ?? 0) > 0.995 }

    /// A message that was not on screen before.
    var freshToast: String? {
        now.toast.isEmpty || now.toast == before?.toast ? nil : now.toast
    }
}

/// What the inventory page showed when it was last open. It may have changed since.
package struct Belongings: Sendable, Equatable {
    package var potions: Int?
    package var gold: Int?
    package var level: Int?

    mutating func update(from reading: Reading) {
        potions = reading.potions ?? potions
        gold = reading.gold ?? gold
        level = reading.level ?? level
    }
}
