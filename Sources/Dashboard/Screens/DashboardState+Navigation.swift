import Canvas
import Engine
import Record
import Terminal

/// Keys and clicks that change what is looked at and tell the engine nothing.
extension DashboardState {
    mutating func navigate(_ action: KeyAction, _ snapshot: Snapshot, now: Double) {
        let snapshot = frozen?.snapshot ?? snapshot
        switch action {
        case .help: open(view.isHelpOpen ? nil : .help)
        case .away: open(view.overlay == .away ? nil : .away)
        case .back: goBack()
        case .zoom:
            view.overlay = nil
            view.isZoomed.toggle()
        case .open: openOrZoom(snapshot)
        case .focus(let panel):
            view.overlay = nil
            if view.focus == panel, !view.isHeaderFocused { view.isZoomed.toggle() }
            view.focus = panel
        case .focusNext: focus(by: 1)
        case .focusPrevious: focus(by: -1)
        case .previous: stepSideways(-1, snapshot)
        case .next: stepSideways(1, snapshot)
        case .scroll(let scroll): move(scroll, snapshot)
        case .follow: follow(snapshot)
        case .filter:
            if view.overlay == nil { focusLog() }
            view.filterBefore = view.filter
            view.isTyping = true
        case .nextMatch: goToMatch(1, snapshot, now: now)
        case .previousMatch: goToMatch(-1, snapshot, now: now)
        case .freeze: frozen = frozen == nil ? Frozen(snapshot: snapshot, time: now) : nil
        default: break
        }
    }

    /// To the log that is filtered. Only the zoomed interpreter has lines to choose from.
    private mutating func focusLog() {
        view.focus = view.filteredLog
        if view.focus == .interpreter { view.isZoomed = true }
    }

    /// Takes a key into the filter; false for what is not text.
    mutating func type(_ key: Key) -> Bool {
        switch key {
        case .character(let scalar):
            append(scalar)
        case .paste(let text):
            for scalar in TextWidth.sanitized(String(text.prefix { !$0.isNewline })).unicodeScalars { append(scalar) }
        case .backspace:
            if view.filter.isEmpty { view.isTyping = false } else { view.filter.unicodeScalars.removeLast() }
        case .enter, .tab:
            view.isTyping = false
            if view.overlay != nil, !view.filter.isEmpty { matchSteps.append(1) }
        case .escape:
            view.filter = view.filterBefore
            view.isTyping = false
        case .control("u"): view.filter = ""
        default: return false
        }
        return true
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        let isText = TextWidth.of(scalar) > 0 || TextWidth.isMark(scalar)
        guard isText, view.filter.unicodeScalars.count < 40 else { return }
        view.filter.unicodeScalars.append(scalar)
    }

    private mutating func open(_ overlay: ViewState.Overlay?) {
        view.overlay = overlay
        view.overlayScroll = 0
        // What is opened by a click takes the keys: its border says so.
        if overlay != nil { view.isTyping = false }
        if overlay == .help || overlay == .away { view.filter = "" }
        view.match = nil
    }

    private mutating func goBack() {
        if view.closeWord != nil {
            view.close()
        } else if view.isHeaderFocused {
            view.isHeaderFocused = false
        } else if view.isZoomed {
            view.isZoomed = false
        } else {
            followNewest()
            view.scrolls[view.focus] = 0
        }
    }

    private mutating func openOrZoom(_ snapshot: Snapshot) {
        if view.overlay != nil { return open(nil) }
        if view.isHeaderFocused { return open(.away) }
        guard view.focus == .decisions else { return view.isZoomed.toggle() }
        let lines = DecisionsPanel.lines(snapshot, filter: view.decisionFilter)
        guard let line = lines.last(where: { $0.decision.id == view.chosen }) ?? lines.last else { return }
        view.followsOnClose = view.chosen == nil
        view.chosen = line.decision.id
        open(.decision(line.decision.id))
        // What the log was filtered by is what is looked for in the line.
        view.filter = view.decisionFilter
    }

    private mutating func focus(by step: Int) {
        // The header lies between the last one and the first.
        let all = PanelID.allCases
        let places = all.count + 1
        let index = view.isHeaderFocused ? all.count : all.firstIndex(of: view.focus) ?? 0
        let next = (index + step + places) % places
        if next == all.count { view.isHeaderFocused = true } else { view.focus = all[next] }
    }

    private mutating func stepSideways(_ step: Int, _ snapshot: Snapshot) {
        guard case .decision = view.overlay else {
            if view.overlay == nil { focus(by: step) }
            return
        }
        choose(by: step, snapshot)
        let newest = DecisionsPanel.lines(snapshot, filter: view.decisionFilter).last?.decision.id
        if let chosen = view.chosen ?? newest {
            view.followsOnClose = chosen == newest
            view.chosen = chosen
            open(.decision(chosen))
        }
    }

    private mutating func move(_ scroll: Scroll, _ snapshot: Snapshot) {
        // From now on what comes next is reckoned from what is on the screen.
        view.match = nil
        if view.overlay != nil {
            view.overlayScroll = ViewState.moved(
                view.overlayScroll, scroll, page: pageHeight - 4, limit: overlayLimit, restsAtEnd: false)
        } else if view.focus == .decisions {
            choose(scroll, snapshot)
        } else {
            let value = ViewState.moved(
                view.scrolls[view.focus] ?? 0, scroll, page: page(of: view.focus), limit: limits[view.focus] ?? 0,
                restsAtEnd: view.focus.restsAtEnd)
            view.scrolls[view.focus] = value
            guard view.focus == .interpreter else { return }
            view.heldInterpretation = value == 0 ? nil : view.heldInterpretation ?? snapshot.interpretations.last?.id
        }
    }

    /// Rows of a panel as it was last drawn.
    private func page(of panel: PanelID) -> Int { panelRects[panel]?.inner.height ?? 10 }

    private mutating func choose(_ scroll: Scroll, _ snapshot: Snapshot) {
        if let rows = scroll.rows(page: page(of: .decisions)) {
            choose(by: rows, snapshot)
        } else if scroll == .top {
            choose(by: -snapshot.actions.count, snapshot)
        } else {
            view.chosen = nil
        }
    }

    /// Chooses a decision so many lines further. The first key chooses the newest; going past it follows again.
    private mutating func choose(by step: Int, _ snapshot: Snapshot) {
        let lines = DecisionsPanel.lines(snapshot, filter: view.decisionFilter)
        guard let last = lines.indices.last else { return }
        guard let chosen = view.chosen else {
            if step < 0 { view.chosen = lines[max(0, last + step + 1)].decision.id }
            return
        }
        let index = lines.firstIndex { $0.decision.id >= chosen } ?? last
        let next = index + step
        view.chosen = next > last ? nil : lines[max(0, next)].decision.id
    }

    private mutating func follow(_ snapshot: Snapshot) {
        let isFollowing = view.focus == .decisions ? view.chosen == nil : view.heldInterpretation == nil
        guard isFollowing, view.focus.restsAtEnd else { return followNewest() }
        view.chosen = view.focus == .decisions ? snapshot.actions.last?.decision.id : view.chosen
        if view.focus == .interpreter { view.heldInterpretation = snapshot.interpretations.last?.id }
    }

    private mutating func followNewest() {
        view.chosen = nil
        view.heldInterpretation = nil
        view.match = nil
        view.scrolls[.interpreter] = 0
    }

    // MARK: Mouse

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
        for _ in 0..<3 { navigate(.scroll(scroll), snapshot, now: 0) }
    }

    private mutating func click(x: Int, y: Int, _ snapshot: Snapshot) {
        guard view.overlay == nil else {
            // Beside it is out of it.
            if overlayRect?.contains(Rect(x: x, y: y, width: 1, height: 1)) != true { view.close() }
            return
        }
        // The header is the first row of every screen that has one.
        if y == 0 { return open(.away) }
        guard let panel = panel(x: x, y: y), let rect = panelRects[panel] else { return }
        let wasFocused = view.focus == panel
        if !wasFocused { view.isTyping = false }
        view.focus = panel
        guard panel == .decisions, rect.inner.contains(Rect(x: x, y: y, width: 1, height: 1)) else {
            // The title of the panel that has the focus already.
            if wasFocused, y == rect.y { view.isZoomed.toggle() }
            return
        }
        let lines = DecisionsPanel.lines(snapshot, filter: view.decisionFilter)
        let window = DecisionsPanel.window(lines, chosen: view.chosen, rows: rect.inner.height)
        let index = window.first + y - rect.inner.y
        guard lines.indices.contains(index) else { return }
        let id = lines[index].decision.id
        if view.chosen == id { navigate(.open, snapshot, now: 0) } else { view.chosen = id }
    }

    private func panel(x: Int, y: Int) -> PanelID? {
        panelRects.first { $0.value.contains(Rect(x: x, y: y, width: 1, height: 1)) }?.key
    }
}
