import Engine
import Games
import Terminal

/// Turns terminal keys into game input while a person plays. A terminal tells when a key is pressed and repeats it
/// while it is held, but never when it is released: a key counts as held until its repeats stop coming.
struct OperatorKeys: Sendable {
    /// Seconds a movement key stays down after its first press, until the terminal's repeat would have begun.
    private static let firstHold = 0.35
    /// Seconds a key stays down after each repeat.
    private static let repeatHold = 0.15
    /// Seconds in which a second Esc gives the game back; one alone then goes to the game.
    private static let escapeWindow = 0.4
    /// Mouse motion of one arrow key, in pixels.
    private static let lookStep = 60

    private var held: [GameKey: Double] = [:]
    private var escapePressed: Double?

    /// What the keys are, for the help and for the footer.
    static let table: [(keys: String, does: String)] = [
        ("w a s d", "move"), ("arrows", "look"), ("Enter", "left mouse button"), ("Backspace", "right mouse button"),
        ("space Tab e h i j k m p z", "the game's own keys"), ("Esc", "to the game"), ("Esc Esc", "give back"),
    ]

    enum Step: Equatable {
        case input(GameInput)
        case giveBack
    }

    mutating func press(_ key: Key, now: Double) -> [Step] {
        if key == .escape {
            if escapePressed != nil {
                escapePressed = nil
                return releaseAll() + [.giveBack]
            }
            escapePressed = now
            return []
        }
        if let (dx, dy) = Self.motion(key) { return [.input(.look(dx: dx, dy: dy))] }
        guard let game = Self.gameKey(key) else { return [] }
        let isHeld = held[game] != nil
        held[game] = now + (isHeld || !Self.isMovement(game) ? Self.repeatHold : Self.firstHold)
        return isHeld ? [] : [.input(.press(game))]
    }

    /// Releases what is due, and lets a lone Esc through once no second one came.
    mutating func tick(now: Double) -> [Step] {
        var steps: [Step] = []
        for (key, until) in held.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where until <= now {
            held[key] = nil
            steps.append(.input(.release(key)))
        }
        if let pressed = escapePressed, now - pressed >= Self.escapeWindow {
            escapePressed = nil
            held[.escape] = now + Self.repeatHold
            steps.append(.input(.press(.escape)))
        }
        return steps
    }

    /// When ``tick(now:)`` has something to do next.
    var deadline: Double? {
        let release = held.values.min()
        let escape = escapePressed.map { $0 + Self.escapeWindow }
        return [release, escape].compactMap(\.self).min()
    }

    mutating func releaseAll() -> [Step] {
        let hadAny = !held.isEmpty
        held = [:]
        escapePressed = nil
        return hadAny ? [.input(.releaseAll)] : []
    }

    private static func isMovement(_ key: GameKey) -> Bool { [.w, .a, .s, .d, .leftAlt].contains(key) }

    private static func motion(_ key: Key) -> (Int, Int)? {
        switch key {
        case .left: (-lookStep, 0)
        case .right: (lookStep, 0)
        case .up: (0, -lookStep / 2)
        case .down: (0, lookStep / 2)
        default: nil
        }
    }

    private static func gameKey(_ key: Key) -> GameKey? {
        switch key {
        case .character(" "): .space
        case .character(let scalar):
            String(Character(scalar)).lowercased().asGameKey
        case .tab: .tab
        case .enter: .mouseLeft
        case .backspace: .mouseRight
        default: nil
        }
    }
}

extension String {
    /// The key of this letter or digit; `nil` where it is none.
    fileprivate var asGameKey: GameKey? { GameKey.known.contains(self) ? GameKey(rawValue: self) : nil }
}
