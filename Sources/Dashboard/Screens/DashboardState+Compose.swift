import Canvas
import Engine

/// From the state and a snapshot to the cells of a frame.
extension DashboardState {
    /// Whether a newer picture than the one shown may be shown now, by its own cap.
    func wantsPicture(_ frame: Frame?, now: Double) -> Bool {
        frozen == nil && picture.wants(frame, now: now, interval: pictureInterval)
    }

    /// Whether the panels are frozen and stay so: nothing new in the session has to be drawn.
    func isStandingStill(_ snapshot: Snapshot) -> Bool {
        frozen != nil && !snapshot.state.isClosing && snapshot.state != .operatorDrives
    }

    /// The picture on the screen.
    var shownSequence: UInt64? { picture.sequence }

    /// When a newer picture may be shown; `nil` when none is.
    var pictureDue: Double? { pictureInterval.isFinite && frozen == nil ? picture.shownAt + pictureInterval : nil }

    /// Draws one frame. `pictureOf` gives the picture of a frame by its number, as long as it is remembered.
    mutating func compose(
        _ snapshot: Snapshot, frame: Frame?, now: Double, size: Size, look: Look,
        pictureOf: (UInt64) -> Frame? = { _ in nil }
    ) -> Canvas {
        var canvas = Canvas(size, look: look)
        thaw(snapshot)
        // Taken up even where no picture is shown: one that waits would be asked about again and again.
        if frozen == nil { picture.offer(frame, now: now, interval: pictureInterval) }
        if Layout.tier(of: size) == .tooSmall {
            TooSmallScreen.draw(into: &canvas)
            return canvas
        }
        pageHeight = size.height - 2
        if showsStatistics(snapshot, now: now) {
            statisticsLimit = StatisticsScreen.draw(snapshot, into: &canvas, scroll: view.statisticsScroll)
            view.statisticsScroll = min(view.statisticsScroll, statisticsLimit)
            Toast.draw(toast(snapshot, now: now), into: &canvas)
            return canvas
        }
        let shown = frozen?.snapshot ?? snapshot
        let shownTime = frozen?.time ?? now
        let layout = Layout(size, focus: view.focus, zoomed: view.isZoomed, closing: snapshot.state.isClosing)
        drawPanels(shown, layout, now: shownTime, look, into: &canvas)
        drawOverlay(shown, now: shownTime, pictureOf: pictureOf, into: &canvas)
        HeaderPanel.draw(
            snapshot, into: &canvas, at: layout.header, view: PanelView(now: now),
            frozenFor: frozen.map { now - $0.time })
        FooterPanel.draw(snapshot, into: &canvas, at: layout.footer, view: view, isFrozen: frozen != nil,
            isAlone: layout.panels.count == 1)
        // Nothing may cover what is being closed.
        if !snapshot.state.isClosing { Toast.draw(toast(snapshot, now: now), into: &canvas) }
        return canvas
    }

    /// Seconds by which what is said of a change may come before the change: they are posted apart.
    private static let changeSlack = 0.1

    /// What is said to the person now: the engine's word or the dashboard's, whichever is newer. What was said before
    /// the state changed is not: it may contradict what the header says.
    private func toast(_ snapshot: Snapshot, now: Double) -> String? {
        let notice = snapshot.notices.last.map { Toast.Message(time: $0.time, text: $0.text) }
        return [notice, message].compactMap(\.self)
            .filter { now - $0.time < Toast.time && $0.time >= snapshot.stateSince - Self.changeSlack }
            .max { $0.time < $1.time }?.text
    }

    /// However the end was asked for, it is what there is to see now; and nobody drives a picture that stands still.
    private mutating func thaw(_ snapshot: Snapshot) {
        if snapshot.state.isClosing || snapshot.state == .operatorDrives { frozen = nil }
        guard snapshot.state.isClosing, !wasClosing else { return }
        wasClosing = true
        view.focus = .cleanup
        view.isZoomed = false
        view.isTyping = false
        if view.overlay != .help { view.overlay = nil }
    }

    private mutating func drawOverlay(
        _ snapshot: Snapshot, now: Double, pictureOf: (UInt64) -> Frame?, into canvas: inout Canvas
    ) {
        switch view.overlay {
        case nil: return
        case .help: overlayLimit = HelpOverlay.draw(into: &canvas, scroll: view.overlayScroll)
        case .decision(let id):
            guard let line = snapshot.actions.last(where: { $0.decision.id == id }) else {
                // It has left the memory of the session.
                view.overlay = nil
                return
            }
            overlayLimit = DecisionOverlay.draw(
                line, picture: pictureOf(line.decision.frame), into: &canvas, scroll: view.overlayScroll, now: now)
        }
        view.overlayScroll = min(view.overlayScroll, overlayLimit)
    }

    private mutating func drawPanels(
        _ snapshot: Snapshot, _ layout: Layout, now: Double, _ look: Look, into canvas: inout Canvas
    ) {
        places = layout.panels
        for (panel, rect) in layout.panels {
            var panelView = PanelView(now: now)
            panelView.isFocused = panel == view.focus && (layout.tier != .single)
            panelView.isZoomed = view.isZoomed
            panelView.hint = KeyHints.border(panel, in: snapshot.state, isZoomed: view.isZoomed)
            panelView.takesKeys = snapshot.state != .operatorDrives
            panelView.scroll = view.scrolls[panel] ?? 0
            panelView.connectBudget = connectBudget
            panelView.totalBudget = totalBudget
            panelView.chosen = view.chosen
            panelView.heldInterpretation = view.heldInterpretation
            panelView.filter = view.filters[panel] ?? ""
            pages[panel] = rect.inner.height
            let limit: ScrollLimit
            switch panel {
            case .picture:
                let room = PicturePanel.room(in: rect, zoomed: view.isZoomed)
                panelView.raster = picture.raster(room: room, look: look)
                panelView.frameSequence = picture.sequence
                panelView.pictureAge = now - picture.shownAt
                panelView.showsPicture = pictureInterval.isFinite
                PicturePanel.draw(snapshot, into: &canvas, at: rect, view: panelView)
                limit = 0
            case .connections: limit = ConnectionsPanel.draw(snapshot, into: &canvas, at: rect, view: panelView)
            case .loops: limit = LoopsPanel.draw(snapshot, into: &canvas, at: rect, view: panelView)
            case .interpreter: limit = InterpreterPanel.draw(snapshot, into: &canvas, at: rect, view: panelView)
            case .decisions: limit = DecisionsPanel.draw(snapshot, into: &canvas, at: rect, view: panelView)
            case .cleanup: limit = CleanupPanel.draw(snapshot, into: &canvas, at: rect, view: panelView)
            }
            limits[panel] = limit
            view.scrolls[panel] = min(view.scrolls[panel] ?? 0, limit)
        }
    }
}

extension SessionState {
    /// The session is being closed, or is closed.
    var isClosing: Bool { self == .stopping || self == .ended }
}
