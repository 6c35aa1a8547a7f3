/// Everything the agent can do. The key, the hold and the layer of each are in the key table.
package enum ActionKind: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case moveForward, moveBackward, moveLeft, moveRight
    case sprint, jump, sneak
    case turnLeft, turnRight, lookUp, lookDown
    case attack, powerAttack, block, shout, heal
    case activate, openInventory, openMap, back
    case wait
    /// Steered picture by picture, in a game whose pictures are understood: which keys are down changes while it lasts.
    case navigate, engage

    /// Finds the action a model meant, whatever case, spaces, hyphens or common synonym it used.
    /// `nil` when the text names no action: that is refused and counted, never silently turned into something else.
    package init?(modelText text: String) {
        guard let match = Self.byNormalisedName[text.lowercased().filter(\.isLetter)] else { return nil }
        self = match
    }

    package var isMovement: Bool {
        switch self {
        case .moveForward, .moveBackward, .moveLeft, .moveRight, .sprint, .jump, .navigate: true
        default: false
        }
    }

    /// No key of a table plays it; see ``navigate``.
    package var isSteered: Bool { self == .navigate || self == .engage }
    package var opensMenu: Bool { self == .openInventory || self == .openMap }
    package var isAttack: Bool { self == .attack || self == .powerAttack }

    private static let synonyms: [String: ActionKind] = [
        "forward": .moveForward, "walkforward": .moveForward, "explore": .moveForward,
        "backward": .moveBackward, "retreat": .moveBackward, "backaway": .moveBackward,
        "strafeleft": .moveLeft, "straferight": .moveRight,
        "run": .sprint, "crouch": .sneak, "lookleft": .turnLeft, "lookright": .turnRight,
        "quickattack": .attack, "strike": .attack, "heavyattack": .powerAttack,
        "defend": .block, "healself": .heal, "castheal": .heal,
        "talk": .activate, "interact": .activate, "use": .activate,
        "inventory": .openInventory, "map": .openMap,
        "closemenu": .back, "exitmenu": .back, "cancel": .back, "idle": .wait,
    ]
    private static let byNormalisedName: [String: ActionKind] = synonyms.merging(
        allCases.map { ($0.rawValue.lowercased(), $0) }) { _, name in name }
}
