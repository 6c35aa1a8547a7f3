/// A key or mouse button a game can be played with, by its X11 name: a keysym (`w`, `space`, `Control_L`) or a button
/// (`Button1` is the left one). What a key *does* is the game's business; what the agent uses it for is in the game's
/// key table.
package struct GameKey: RawRepresentable, Sendable, Codable, Hashable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let w = GameKey(rawValue: "w"), a = GameKey(rawValue: "a"), s = GameKey(rawValue: "s")
    package static let d = GameKey(rawValue: "d"), e = GameKey(rawValue: "e"), i = GameKey(rawValue: "i")
    package static let j = GameKey(rawValue: "j"), m = GameKey(rawValue: "m"), p = GameKey(rawValue: "p")
    package static let k = GameKey(rawValue: "k"), h = GameKey(rawValue: "h"), z = GameKey(rawValue: "z")
    package static let t = GameKey(rawValue: "t"), space = GameKey(rawValue: "space")
    package static let tab = GameKey(rawValue: "Tab"), escape = GameKey(rawValue: "Escape")
    package static let leftAlt = GameKey(rawValue: "Alt_L"), leftControl = GameKey(rawValue: "Control_L")
    package static let f5 = GameKey(rawValue: "F5"), f9 = GameKey(rawValue: "F9")
    package static let mouseLeft = GameKey(rawValue: "Button1"), mouseRight = GameKey(rawValue: "Button3")

    /// The number of a mouse button; `nil` for a key of the keyboard.
    package var button: Int? { rawValue.hasPrefix("Button") ? Int(rawValue.dropFirst(6)) : nil }

    /// The names that a key table may use: the keysyms of `/usr/include/X11/keysymdef.h` that keyboards have, and five
    /// buttons.
    package static let known: [String] = {
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789".map(String.init)
        let functions = (1...12).map { "F\($0)" }
        let pad = (0...9).map { "KP_\($0)" }
            + ["KP_Add", "KP_Subtract", "KP_Multiply", "KP_Divide", "KP_Decimal", "KP_Enter"]
        let named = """
            space Tab Escape Return BackSpace Delete Insert Home End Prior Next Up Down Left Right Pause Print \
            Caps_Lock Shift_L Shift_R Control_L Control_R Alt_L Alt_R Super_L Super_R Menu \
            comma period slash semicolon apostrophe bracketleft bracketright backslash minus equal grave less
            """.split(separator: " ").map(String.init)
        return letters + functions + pad + named + (1...5).map { "Button\($0)" }
    }()
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
