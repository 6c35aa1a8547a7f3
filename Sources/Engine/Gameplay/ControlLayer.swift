import Vision

/// What the keys act on at a moment. An action is allowed or not by layer; the key table says which.
package enum ControlLayer: String, Sendable, Codable, CaseIterable {
    case exploration, combat, menu, dialogue, stealth

    /// The layer of a scene. Sneaking matters only where the world takes the keys.
    package init(scene: SceneKind, sneaking: Bool = false) {
        switch scene {
        case .inventory, .map, .menu: self = .menu
        case .dialogue: self = .dialogue
        case .combat: self = .combat
        case .wilderness, .city, .building, .dungeon: self = sneaking ? .stealth : .exploration
        }
    }
}
