/// The kind of scene a frame shows.
package enum SceneKind: String, Sendable, Codable, CaseIterable {
    case wilderness, city, building, dungeon
    case combat, dialogue, inventory, map
    /// A menu, the tally at the end of a level, or whatever else takes the keys in place of the world.
    case menu

    /// A screen that covers the world and takes the keys for itself.
    package var isMenu: Bool { self == .inventory || self == .map || self == .menu }
    /// The world takes the keys: neither a page nor a conversation.
    package var isWorld: Bool { !isMenu && self != .dialogue }
}

/// What was understood of one frame. What could not be seen is `nil` and stays unknown: nothing here is ever guessed.
package struct Reading: Sendable, Codable, Equatable {
    /// The frame this was read from.
    package var frame: UInt64 = 0
    /// Seconds of the game's own time that had been played by then.
    package var gameTime = 0.0
    package var scene: SceneKind = .wilderness
    /// 0...1. Decays while there is no evidence and the last scene is only held.
    package var confidence = 0.0
    /// Percent, from 0; some games let it pass 100.
    package var health: Double?
    package var magicka: Double?
    package var stamina: Double?
    package var armour: Double?
    /// Rounds for the weapon in hand.
    package var ammunition: Int?
    /// Hostile marks on the compass, and the mean bearing of them in degrees (negative is left).
    package var enemies = 0
    package var enemyBearing: Double?
    /// Health of the enemy in the crosshair, percent.
    package var targetHealth: Double?
    /// Somebody to talk to is in the crosshair.
    package var prompt = false
    /// Name of the person who talks, from the dialogue panel.
    package var speaker: String?
    package var sneaking = false
    /// How far the enemies have noticed a sneaking player, 0...1.
    package var detection = 0.0
    /// Bearing in degrees of the nearest place only heard of (gold on the compass).
    package var rumourBearing: Double?
    /// Bearing in degrees of the nearest known place with a bed and a seller, where the compass shows one.
    package var innBearing: Double?
    /// Text of the toast line, empty when there is none.
    package var toast = ""
    /// The last place named by a toast.
    package var place: String?
    package var isNight = false
    /// What fills the middle of the picture is flat: the nose is against a wall.
    package var blocked = false
    /// Mean-removed correlation of this frame's thumbnail with the previous one's, -1...1; `nil` for the first frame.
    package var similarity: Double?
    /// Read from the inventory page only.
    package var potions: Int?
    package var gold: Int?
    package var level: Int?
    /// 9 x 16 grey thumbnail (rows of 16, 0...255): the stuck detector and the verifier compare these.
    package var thumbnail: [Float] = []

    package init() {}
}
