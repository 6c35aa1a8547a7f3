import Record
import Vision

/// What each kind of action should change in what is seen.
enum Effect {
    /// Whether the effect is a change of the view itself.
    static func isMotion(_ action: ActionKind) -> Bool {
        switch action {
        case .turnLeft, .turnRight, .lookUp, .lookDown: true
        default: action.isMovement
        }
    }

    /// Compares a reading from before an action with a later one. ``Verdict/noEffect`` means "not seen yet";
    /// ``Verdict/unverifiable`` that no frame could tell.
    static func judge(_ action: ActionKind, _ before: Reading, _ after: Reading) -> Verdict {
        // One that is steered in a menu is there to leave it.
        if action.isSteered, before.scene.isMenu { return seen(!after.scene.isMenu) }
        if isMotion(action) { return motion(before, after) }
        switch action {
        case .attack, .powerAttack: return strike(before, after)
        case .heal: return rise(before.health, after.health)
        case .sneak: return seen(before.sneaking != after.sneaking)
        case .openInventory: return seen(after.scene == .inventory)
        case .openMap: return seen(after.scene == .map)
        case .back: return seen(before.scene != after.scene && !before.scene.isWorld)
        case .activate: return activate(before, after)
        default: return .unverifiable
        }
    }

    private static func seen(_ isSeen: Bool) -> Verdict { isSeen ? .verified : .noEffect }

    private static func motion(_ before: Reading, _ after: Reading) -> Verdict {
        guard before.scene.isWorld, before.scene == after.scene || after.scene.isWorld,
            let similarity = Thumbnail.similarity(before.thumbnail, after.thumbnail)
        else { return .unverifiable }
        return seen(similarity <= Thumbnail.same)
    }

    /// A swing shows on the bar of whoever is in the crosshair; without a bar nothing tells a miss from a hit.
    private static func strike(_ before: Reading, _ after: Reading) -> Verdict {
        if case .slain = ToastLine(after.toast), after.toast != before.toast { return .verified }
        guard let target = before.targetHealth else { return .unverifiable }
        guard let left = after.targetHealth else { return after.enemies < before.enemies ? .verified : .unverifiable }
        return seen(left < target - 1)
    }

    private static func rise(_ before: Double?, _ after: Double?) -> Verdict {
        guard let before, let after else { return .unverifiable }
        return seen(after > before + 1)
    }

    private static func activate(_ before: Reading, _ after: Reading) -> Verdict {
        if before.scene != after.scene { return .verified }
        if !after.toast.isEmpty, after.toast != before.toast { return .verified }
        switch before.scene {
        case .dialogue: return .unverifiable
        case .inventory:
            if let had = before.potions, let has = after.potions { return seen(has < had) }
            return rise(before.health, after.health)
        default: return .noEffect
        }
    }
}
