import Engine
import Record

/// What keys do in the state the session is in: one that does nothing now, or goes to the game, is not offered.
enum KeyHints {
    /// The word for a key; `nil` where it would be an empty promise.
    static func word(_ action: KeyAction, _ usual: String, in state: SessionState, _ view: ViewState) -> String? {
        if view.isReplay, KeyMap.group(of: action) == .agent, action != .stop || view.closeWord == nil { return nil }
        if view.isWatched, action.needsKeys { return nil }
        return switch (action, state) {
        case (.stop, _): view.closeWord ?? usual
        case (_, .operatorDrives) where !view.isReplay: DashboardState.staysHere(action) ? usual : nil
        case (.pause, .paused), (.pause, .held), (.pause, .stepping): "resume"
        case (.step, .held): nil
        case (.zoom, _) where view.isZoomed: "all panels"
        case (_, .ended): KeyMap.group(of: action) == .agent ? nil : usual
        default: usual
        }
    }

    /// What stands in the border of a panel.
    static func border(_ panel: PanelID, in state: SessionState, _ view: ViewState) -> String {
        if state.isClosing, !view.looksBack { return "" }
        // What q closes, where it does not stop: nothing else may crowd that out.
        let actions = panel == view.focus && view.closeWord != nil ? [(.stop, "")] : panel.actions
        return KeyMap.hint(
            actions.compactMap { action, usual in word(action, usual, in: state, view).map { (action, $0) } })
    }
}

extension KeyAction {
    /// It is about what is pressed in the game, or how fast that goes.
    fileprivate var needsKeys: Bool {
        switch self {
        case .step, .takeOver, .panic, .dryRun, .faster, .slower: true
        default: false
        }
    }
}

extension PanelID {
    /// What keys do in the panel, for its border.
    fileprivate var actions: [(KeyAction, String)] {
        switch self {
        case .picture: [(.zoom, "zoom")]
        case .connections: []
        case .loops: [(.pause, "pause")]
        case .interpreter: [(.nextPerspective, "mode")]
        case .decisions: [(.filter, "filter"), (.open, "open")]
        case .cleanup: [(.stop, "stop")]
        }
    }
}
