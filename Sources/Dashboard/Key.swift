/// A key as a terminal can tell it.
enum Key: Hashable, Sendable {
    case character(Unicode.Scalar)
    /// Ctrl with a letter, in lower case.
    case control(Unicode.Scalar)
    case escape, enter, tab, backTab, backspace
    case up, down, left, right
    case pageUp, pageDown, home, end
    /// A key this program has no use for.
    case other

    /// How help and footer call it.
    var name: String {
        switch self {
        case .character(" "): "space"
        case .character(let scalar): String(Character(scalar))
        case .control(let scalar): "^" + String(Character(scalar)).uppercased()
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
        case .other: "?"
        }
    }
}
