/// A key or mouse button a game can be played with. What a key *does* is the game's business; what the agent uses it
/// for is in the key table (`assets/keys/*.json`).
package enum GameKey: String, Sendable, Codable, CaseIterable {
    case w, a, s, d, e, i, j, m, p, k, h, z, t
    case space, tab, escape
    case leftAlt, leftControl
    case f5, f9
    case mouseLeft, mouseRight
}

/// What goes into a game: keys and mouse motion, never method calls.
package enum GameInput: Sendable, Equatable {
    case press(GameKey)
    case release(GameKey)
    /// Relative mouse motion in pixels; x grows to the right, y grows downwards.
    case look(dx: Int, dy: Int)
    /// Releases every key that is held. Always accepted, also after the input was stopped.
    case releaseAll
}
