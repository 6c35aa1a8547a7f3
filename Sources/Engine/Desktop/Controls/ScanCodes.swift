import Games

/// The numbers by which games of DirectInput call keys and buttons: those of the keyboard are places on it, and named
/// here as a keyboard of the United States has them.
///
/// Source: `dinput.h` (DIK_*), of which Wine has a copy; the numbers above 0x7f are the keys that came later.
enum ScanCodes {
    /// The key of a number; `nil` for one that no key table can name.
    static func key(_ code: Int) -> GameKey? { keys[code].map(GameKey.init(rawValue:)) }

    /// The button of a number: left, right, middle, and the wheel (8 up, 9 down), which X11 counts otherwise.
    static func button(_ code: Int) -> GameKey? {
        [0: 1, 1: 3, 2: 2, 8: 4, 9: 5][code].map { GameKey(rawValue: "Button\($0)") }
    }

    /// Runs of keys that follow one another, with the number of the first; `-` is one that has no name here.
    private static let runs: [(first: Int, names: String)] = [
        (0x01, "Escape 1 2 3 4 5 6 7 8 9 0 minus equal BackSpace Tab q w e r t y u i o p bracketleft bracketright"),
        (0x1C, "Return Control_L a s d f g h j k l semicolon apostrophe grave Shift_L backslash z x c v b n m comma"),
        (0x34, "period slash Shift_R KP_Multiply Alt_L space Caps_Lock F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 - - KP_7 KP_8"),
        (0x49, "KP_9 KP_Subtract KP_4 KP_5 KP_6 KP_Add KP_1 KP_2 KP_3 KP_0 KP_Decimal - - less F11 F12"),
        (0x9C, "KP_Enter Control_R"), (0xB5, "KP_Divide - Print Alt_R"), (0xC5, "Pause - Home Up Prior"),
        (0xCB, "Left - Right - End Down Next Insert Delete"), (0xDB, "Super_L Super_R Menu"),
    ]

    private static let keys: [Int: String] = {
        var keys: [Int: String] = [:]
        for run in runs {
            for (place, name) in run.names.split(separator: " ").enumerated() where name != "-" {
                keys[run.first + place] = String(name)
            }
        }
        return keys
    }()
}
