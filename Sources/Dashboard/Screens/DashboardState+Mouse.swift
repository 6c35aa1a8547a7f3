import Canvas
import Engine
import Terminal

/// What clicks and the wheel do.
extension DashboardState {
    mutating func mouse(_ action: MouseAction, x: Int, y: Int, _ snapshot: Snapshot) {
        let snapshot = frozen?.snapshot ?? snapshot
        switch action {
        case .wheelUp: wheel(.lineUp, x: x, y: y, snapshot)
        case .wheelDown: wheel(.lineDown, x: x, y: y, snapshot)
        case .press(.left): click(x: x, y: y, snapshot)
        case .press(.right), .press(.middle), .release, .drag, .move, .wheelLeft, .wheelRight: break
        }
    }

    /// The wheel scrolls what is under it by three rows, which is what terminals do.
    private mutating func wheel(_ scroll: Scroll, x: Int, y: Int, _ snapshot: Snapshot) {
        if view.overlay == nil {
            guard let panel = panel(x: x, y: y) else { return }
            if view.focus != panel { view.isTyping = false }
            view.focus = panel
        }
        for _ in 0..<3 { look(.scroll(scroll), snapshot, now: 0) }
    }

    private mutating func click(x: Int, y: Int, _ snapshot: Snapshot) {
        guard view.overlay == nil else { return look(.back, snapshot, now: 0) }
        guard let panel = panel(x: x, y: y), let rect = places[panel] else { return }
        let wasFocused = view.focus == panel
        if !wasFocused { view.isTyping = false }
        view.focus = panel
        guard panel == .decisions, rect.inner.contains(Rect(x: x, y: y, width: 1, height: 1)) else {
            // The title of the panel that has the focus already.
            if wasFocused, y == rect.y { view.isZoomed.toggle() }
            return
        }
        let lines = DecisionsPanel.lines(snapshot, filter: view.decisionFilter)
        let index = DecisionsPanel.first(lines, chosen: view.chosen, rows: rect.inner.height) + y - rect.inner.y
        guard lines.indices.contains(index) else { return }
        let id = lines[index].decision.id
        if view.chosen == id { look(.open, snapshot, now: 0) } else { view.chosen = id }
    }

    private func panel(x: Int, y: Int) -> PanelID? {
        places.first { $0.value.contains(Rect(x: x, y: y, width: 1, height: 1)) }?.key
    }
}
