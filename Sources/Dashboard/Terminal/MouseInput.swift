/// What a terminal says about the mouse.
enum MouseInput {
    /// `ESC [ < button ; column ; row` and `M`, or `m` for a release (mode 1006).
    static func modern(_ numbers: [Int]?, _ final: UInt8) -> Key {
        guard let numbers, numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return .unknown }
        switch final {
        case UInt8(ascii: "M"): return key(numbers[0], numbers[1] - 1, numbers[2] - 1)
        case UInt8(ascii: "m"): return .mouse(.release, x: numbers[1] - 1, y: numbers[2] - 1)
        default: return .unknown
        }
    }

    /// `ESC [ M` and three bytes: button, column and row, each above the control characters.
    static func old(_ bytes: [UInt8]) -> Key {
        guard bytes.count == 3, bytes[1] > 0x20, bytes[2] > 0x20 else { return .unknown }
        let button = Int(bytes[0]) - 0x20
        let (x, y) = (Int(bytes[1]) - 0x21, Int(bytes[2]) - 0x21)
        // Which button was released is not said.
        if button & 3 == 3, button & (32 | 64) == 0 { return .mouse(.release, x: x, y: y) }
        return key(button, x, y)
    }

    /// Bits: 0 and 1 the button, 2 to 4 Shift, Alt and Ctrl, 5 motion, 6 the wheel, 7 buttons that few mice have.
    private static func key(_ button: Int, _ x: Int, _ y: Int) -> Key {
        guard button & ~0x7F == 0 else { return .unknown }
        if button & 64 != 0 {
            let wheel: [MouseAction] = [.wheelUp, .wheelDown, .wheelLeft, .wheelRight]
            return .mouse(wheel[button & 3], x: x, y: y)
        }
        let isMotion = button & 32 != 0
        let buttons: [MouseAction.Button] = [.left, .middle, .right]
        guard button & 3 < buttons.count else { return isMotion ? .mouse(.move, x: x, y: y) : .unknown }
        let which = buttons[button & 3]
        return .mouse(isMotion ? .drag(which) : .press(which), x: x, y: y)
    }
}
