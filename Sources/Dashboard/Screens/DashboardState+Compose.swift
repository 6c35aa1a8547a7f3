import Canvas
import Engine
import Record
import Vision

/// From the state and a snapshot to the cells of a frame.
extension DashboardState {
    /// Whether a newer picture than the one shown may be shown now, by its own cap.
    func wantsPicture(_ frame: Frame?, now: Double) -> Bool {
        frozen == nil && picture.wants(frame, now: now, interval: interval)
    }

    /// Whether the panels are frozen and stay so: nothing new in the session has to be drawn.
    func isStandingStill(_ snapshot: Snapshot) -> Bool {
        frozen != nil && !snapshot.state.isClosing && snapshot.state != .operatorDrives
    }

    /// The picture on the screen.
    var shownSequence: UInt64? { picture.sequence }

    /// When a newer picture may be shown; `nil` when none is.
    var pictureDue: Double? { interval.isFinite && frozen == nil ? picture.shownAt + interval : nil }

    /// Whether the picture is what the person looks at: it has the whole screen, and goes on.
    var looksClosely: Bool {
        view.isZoomed && view.focus == .picture && frozen == nil && replay == nil && pictureInterval.isFinite
    }

    /// Seconds between two pictures. Looked at closely they come five times as often, 20 times a second at the most;
    /// that is the engine's to keep, and none that comes a little early waits here for the next.
    private var interval: Double { looksClosely ? max(0.035, pictureInterval / 5) : pictureInterval }

    /// Draws one frame. `pictureOf` gives the picture of a frame by its number, as long as it is remembered.
    mutating func compose(
        _ snapshot: Snapshot, frame: Frame?, now: Double, size: Size, look: Look,
        pictureOf: (UInt64) -> Frame? = { _ in nil }
    ) -> Canvas {
        away.see(snapshot, now: now)
        let canvas = draw(snapshot, frame: frame, now: now, size: size, look: look, pictureOf: pictureOf)
        // Where the next match is, is known once the rows are.
        guard takeMatchSteps() else { return canvas }
        return draw(snapshot, frame: frame, now: now, size: size, look: look, pictureOf: pictureOf)
    }

    private mutating func draw(
        _ snapshot: Snapshot, frame: Frame?, now: Double, size: Size, look: Look, pictureOf: (UInt64) -> Frame?
    ) -> Canvas {
        var canvas = Canvas(size, look: look)
        thaw(snapshot)
        view.isWatched = snapshot.info.isWatched
        overlayRect = nil
        textWindow = TextWindow()
        buttons = []
        barRect = Rect(x: 0, y: 0, width: 0, height: 0)
        // Taken up even where no picture is shown: one that waits would be asked about again and again.
        if frozen == nil { picture.offer(frame, now: now, interval: interval) }
        if replay != nil, frame == nil { picture.clear() }
        if Layout.tier(of: size) == .tooSmall {
            TooSmallScreen.draw(into: &canvas)
            return canvas
        }
        pageHeight = size.height - 2
        if showsStatistics(snapshot, now: now) {
            (statisticsLimit, buttons) = StatisticsScreen.draw(
                snapshot, into: &canvas, scroll: view.statisticsScroll, replay: replay)
            view.statisticsScroll = min(view.statisticsScroll, statisticsLimit)
            if view.overlay != nil {
                drawOverlay(snapshot, now: now, pictureOf: pictureOf, into: &canvas)
                let footer = Rect(x: 0, y: size.height - 1, width: size.width, height: 1)
                buttons = FooterPanel.draw(
                    snapshot, into: &canvas, at: footer, view: view, search: searchStatus, replay: replay)
            }
            Toast.draw(Toast.current(snapshot, messageInSession(now), now: sessionTime(now)), into: &canvas)
            return canvas
        }
        let shown = frozen?.snapshot ?? snapshot
        let shownTime = frozen?.time ?? agesTime(now)
        let layout = Layout(
            size, focus: view.focus, zoomed: view.isZoomed, closing: snapshot.state.isClosing && !view.looksBack,
            hasBar: replay != nil)
        // A journal keeps the pictures behind decisions: that no other came says nothing.
        let pictureAge = replay == nil ? shownTime - picture.shownAt : 0
        drawPanels(shown, layout, now: shownTime, pictureAge: pictureAge, look, into: &canvas)
        HeldBanner.draw(snapshot, now: shownTime, takesKeys: replay == nil, into: &canvas)
        drawOverlay(shown, now: shownTime, pictureOf: pictureOf, into: &canvas)
        HeaderPanel.draw(
            snapshot, into: &canvas, at: layout.header,
            view: PanelView(now: agesTime(now), isFocused: view.isHeaderFocused),
            frozenFor: frozen.map { now - $0.time }, replay: replay)
        if let replay { barRect = ReplayBar.draw(replay, into: &canvas, at: layout.bar) }
        buttons = FooterPanel.draw(
            snapshot, into: &canvas, at: layout.footer, view: view, isFrozen: frozen != nil,
            isAlone: layout.panels.count == 1, search: searchStatus, replay: replay)
        // Nothing may cover what is being closed.
        if !snapshot.state.isClosing || replay != nil {
            Toast.draw(
                Toast.current(snapshot, messageInSession(now), now: sessionTime(now)),
                above: replay == nil ? 1 : 2, into: &canvas)
        }
        return canvas
    }

    /// However the end was asked for, it is what there is to see now; and nobody drives a picture that stands still.
    private mutating func thaw(_ snapshot: Snapshot) {
        if snapshot.state.isClosing || snapshot.state == .operatorDrives { frozen = nil }
        // A replay goes back to before it.
        if snapshot.state != .ended { view.looksBack = false }
        if !snapshot.state.isClosing { wasClosing = false }
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
        let search = Search(wanted: view.filter, current: view.match)
        switch view.overlay {
        case nil: return
        case .help: drawn(
            HelpOverlay.draw(
                into: &canvas, scroll: view.overlayScroll, search: search, isReplay: view.isReplay))
        case .away:
            guard let summary = away.summary(snapshot, now: now) else { return }
            drawn(AwayOverlay.draw(summary, into: &canvas, scroll: view.overlayScroll, search: search))
        case .decision(let id):
            guard let line = snapshot.actions.last(where: { $0.decision.id == id }) else {
                // It has left the memory of the session.
                view.overlay = nil
                return
            }
            drawn(
                DecisionOverlay.draw(
                    line, picture: pictureOf(line.decision.frame), into: &canvas, scroll: view.overlayScroll,
                    search: search))
        }
    }

    private mutating func drawn(_ overlay: OverlayBox.Drawn) {
        (overlayRect, overlayLimit, textWindow) = (overlay.rect, overlay.text.limit, overlay.text)
        view.overlayScroll = min(view.overlayScroll, overlayLimit)
    }

    private mutating func drawPanels(
        _ snapshot: Snapshot, _ layout: Layout, now: Double, pictureAge: Double, _ look: Look, into canvas: inout Canvas
    ) {
        panelRects = layout.panels
        for (panel, rect) in layout.panels {
            let panelView = PanelView(
                now: now, isFocused: panel == view.focus && !view.isHeaderFocused && layout.tier != .single,
                isZoomed: view.isZoomed,
                hint: KeyHints.border(panel, in: snapshot.state, view),
                takesKeys: snapshot.state != .operatorDrives || view.isReplay, isReplay: view.isReplay,
                scroll: view.scrolls[panel] ?? 0)
            let log = LogView(
                chosen: view.chosen, heldInterpretation: view.heldInterpretation, filter: view.filters[panel] ?? "",
                match: view.overlay == nil ? view.match : nil)
            var limit = 0
            switch panel {
            case .picture:
                let room = PicturePanel.room(in: rect, zoomed: view.isZoomed)
                let shown = ShownPicture(
                    picture: picture.fitted(into: room, look: look), sequence: picture.sequence,
                    age: pictureAge, isOff: !pictureInterval.isFinite)
                PicturePanel.draw(snapshot, into: &canvas, at: rect, view: panelView, picture: shown)
            case .connections:
                limit = ConnectionsPanel.draw(snapshot, into: &canvas, at: rect, view: panelView, budgets: budgets)
            case .loops: limit = LoopsPanel.draw(snapshot, into: &canvas, at: rect, view: panelView)
            case .interpreter:
                textWindow = InterpreterPanel.draw(snapshot, into: &canvas, at: rect, view: panelView, log: log)
                limit = textWindow.limit
            case .decisions:
                limit = DecisionsPanel.draw(snapshot, into: &canvas, at: rect, view: panelView, log: log)
            case .cleanup: limit = CleanupPanel.draw(snapshot, into: &canvas, at: rect, view: panelView)
            }
            limits[panel] = limit
            view.scrolls[panel] = min(view.scrolls[panel] ?? 0, limit)
        }
    }
}
