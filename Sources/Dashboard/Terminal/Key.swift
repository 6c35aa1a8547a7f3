/// What a person does at a terminal, as far as a terminal can tell: a key, or something with the mouse.
package enum Key: Hashable, Sendable {
    case character(Unicode.Scalar)
    /// Ctrl with a letter, in lower case, or with one of `\ ] ^ _`.
    case control(Unicode.Scalar)
    /// Alt with a character. Never the character alone: Alt-q does not stop.
    case alt(Unicode.Scalar)
    case escape, enter, tab, backTab, backspace
    case up, down, left, right
    case pageUp, pageDown, home, end
    /// The mouse, while it is asked for; column and row of the cell, from 0.
    case mouse(MouseAction, x: Int, y: Int)
    /// Text from the clipboard, at most ``InputParser/longestPaste`` bytes of it.
    case paste(String)
    /// A key this program has no use for.
    case other
    /// Bytes that are no key, such as a sequence nobody knows or an answer of the terminal.
    case unknown

    /// Whether a person who is asked to press any key has pressed one.
    package var isPress: Bool {
        switch self {
        case .alt, .mouse, .paste, .other, .unknown: false
        default: true
        }
    }

    /// How help and footer call it.
    package var name: String {
        switch self {
        case .character(" "): "space"
        case .character(let scalar): String(Character(scalar))
        case .control(let scalar): "^" + String(Character(scalar)).uppercased()
        case .alt(let scalar): "Alt-" + String(Character(scalar))
        case .escape: "Esc"
        case .enter: "Enter"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .home: "Home"
        case .end: "End"
        case .mouse: "mouse"
        case .paste, .other, .unknown: "?"
        }
    }
}

/// What was done with the mouse.
package enum MouseAction: Hashable, Sendable {
    package enum Button: Hashable, Sendable { case left, middle, right }
    case press(Button)
    case release
    case drag(Button)
    case move
    case wheelUp, wheelDown, wheelLeft, wheelRight
}
