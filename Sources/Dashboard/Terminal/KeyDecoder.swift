import CNcurses

/// What curses says about a key, as a ``Key``.
enum KeyDecoder {
    /// A character, control characters included.
    static func character(_ code: UInt32) -> Key {
        switch code {
        case 27: .escape
        case 13, 10: .enter
        case 9: .tab
        case 8, 127: .backspace
        case 1...26: Unicode.Scalar(code + 96).map(Key.control) ?? .other
        case 0..<32: .other
        default: Unicode.Scalar(code).map(Key.character) ?? .other
        }
    }

    /// A function key; `nil` for what is not a key (a resize that curses noticed).
    static func function(_ code: Int32) -> Key? {
        switch code {
        case KEY_UP: .up
        case KEY_DOWN: .down
        case KEY_LEFT: .left
        case KEY_RIGHT: .right
        case KEY_PPAGE: .pageUp
        case KEY_NPAGE: .pageDown
        case KEY_HOME: .home
        case KEY_END: .end
        case KEY_ENTER: .enter
        case KEY_BACKSPACE: .backspace
        case KEY_BTAB: .backTab
        case KEY_RESIZE: nil
        default: .other
        }
    }
}
