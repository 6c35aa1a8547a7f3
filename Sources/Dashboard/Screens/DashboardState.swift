import Engine

/// Everything the dashboard remembers between two frames, as a value: keys and time go in, what must be done comes
/// out, and a frame is a function of it. The loop around it only waits, writes and sends.
struct DashboardState: Sendable {
    enum Effect: Equatable, Sendable {
        case send(EngineCommand)
        /// Draw every cell anew.
        case redraw
        case suspend
        /// The person wants out before the session has ended.
        case leaveNow
        /// The final statistics have been read.
        case leave
    }

    private(set) var view = ViewState()
    private var operatorKeys = OperatorKeys()
    /// How far each panel, the help and the statistics could be scrolled when they were last drawn.
    private(set) var limits: [PanelID: ScrollLimit] = [:]
    private var skipsReceipts = false
    private var helpLimit = 0
    private var statisticsLimit = 0
    private var pages: [PanelID: Int] = [:]
    private var pageHeight = 20
    private var picture = PictureHold()
    private var wasClosing = false
    let pictureInterval: Double
    let connectBudget: Double
    let totalBudget: Double

    init(pictureInterval: Double = 0.25, connectBudget: Double = 10, totalBudget: Double = 30) {
        self.pictureInterval = pictureInterval
        self.connectBudget = connectBudget
        self.totalBudget = totalBudget
    }

    // MARK: Keys

    mutating func press(_ key: Key, snapshot: Snapshot, now: Double) -> [Effect] {
        let action = KeyMap.action(for: key)
        if action == .redraw { return [.redraw] }
        if showsStatistics(snapshot, now: now) { return pressAtEnd(key, action) }
        if snapshot.state == .ended {
            // The receipts have been seen, or are not wanted.
            if key != .other { skipsReceipts = true }
            return []
        }
        if snapshot.state == .operatorDrives, let effects = drive(key, action, now: now) { return effects }
        guard let action else { return [] }
        return perform(action, snapshot, now: now)
    }

    /// Time has passed: releases game keys of the person who drives.
    mutating func pass(now: Double) -> [Effect] { operatorKeys.pass(now: now).map(effect) }

    /// Whether the final statistics are on the screen: when the session has ended, and its receipts have stood a
    /// moment.
    func showsStatistics(_ snapshot: Snapshot, now: Double) -> Bool {
        snapshot.state == .ended && (skipsReceipts || now >= Self.statisticsDue(snapshot))
    }

    /// When the final statistics take the place of the receipts, session seconds. A cleanup of a few milliseconds would
    /// otherwise never be seen; nothing but the screen waits for this.
    static func statisticsDue(_ snapshot: Snapshot) -> Double { snapshot.stateSince + 0.8 }

    /// When ``pass(now:)`` is due next, in session seconds.
    var deadline: Double? { operatorKeys.deadline }

    /// What must be sent before the program is suspended or the terminal is gone.
    mutating func releaseOperatorKeys() -> [Effect] { operatorKeys.releaseAll().map(effect) }

    private mutating func pressAtEnd(_ key: Key, _ action: KeyAction?) -> [Effect] {
        switch action {
        case .scroll(let scroll):
            view.statisticsScroll = ViewState.moved(
                view.statisticsScroll, scroll, page: pageHeight, limit: statisticsLimit, restsAtEnd: false)
            return []
        case .suspend: return [.suspend]
        default: return key == .other ? [] : [.leave]
        }
    }

    /// Keys that are the game's while a person drives; `nil` for those that stay the dashboard's.
    private mutating func drive(_ key: Key, _ action: KeyAction?, now: Double) -> [Effect]? {
        switch action {
        case .stop, .panic, .suspend, .help: return nil
        default: return operatorKeys.press(key, now: now).map(effect)
        }
    }

    private func effect(_ step: OperatorKeys.Step) -> Effect {
        switch step {
        case .input(let input): .send(.operatorInput(input))
        case .giveBack: .send(.takeOver(false))
        }
    }

    private mutating func perform(_ action: KeyAction, _ snapshot: Snapshot, now: Double) -> [Effect] {
        switch action {
        case .stop:
            view.stopPresses += 1
            return view.stopPresses > 2 ? [.leaveNow] : releaseOperatorKeys() + [.send(.stop(.key))]
        case .pause: return [.send(.togglePause)]
        case .step: return [.send(.step)]
        case .takeOver:
            view.isHelpOpen = false
            return [.send(.takeOver(true))]
        case .panic: return releaseOperatorKeys() + [.send(.panic)]
        case .dryRun: return [.send(.toggleDryRun)]
        case .nextPerspective: return [.send(.nextPerspective)]
        case .faster: return speed(snapshot.speed, times: 2)
        case .slower: return speed(snapshot.speed, times: 0.5)
        case .suspend: return releaseOperatorKeys() + [.suspend]
        case .redraw: return [.redraw]
        default:
            look(action)
            return []
        }
    }

    private func speed(_ now: Double, times factor: Double) -> [Effect] {
        // A lock-step game has no speed of its own to change.
        guard now > 0 else { return [] }
        return [.send(.setSpeed(max(0.25, min(16, now * factor))))]
    }

    private mutating func look(_ action: KeyAction) {
        switch action {
        case .help:
            view.isHelpOpen.toggle()
            view.helpScroll = 0
        case .back:
            if view.isHelpOpen {
                view.isHelpOpen = false
            } else if view.isZoomed {
                view.isZoomed = false
            } else {
                view.scrolls[view.focus] = 0
            }
        case .zoom: view.isZoomed.toggle()
        case .focus(let panel):
            if view.focus == panel { view.isZoomed.toggle() }
            view.focus = panel
        case .focusNext: focus(by: 1)
        case .focusPrevious: focus(by: -1)
        case .scroll(let scroll): move(scroll)
        default: break
        }
    }

    private mutating func focus(by step: Int) {
        let all = PanelID.allCases
        let index = all.firstIndex(of: view.focus) ?? 0
        view.focus = all[(index + step + all.count) % all.count]
    }

    private mutating func move(_ scroll: Scroll) {
        if view.isHelpOpen {
            view.helpScroll = ViewState.moved(
                view.helpScroll, scroll, page: pageHeight, limit: helpLimit, restsAtEnd: false)
            return
        }
        view.scrolls[view.focus] = ViewState.moved(
            view.scrolls[view.focus] ?? 0, scroll, page: pages[view.focus] ?? 10, limit: limits[view.focus] ?? 0,
            restsAtEnd: view.focus.restsAtEnd)
    }

    // MARK: Frames

    /// Whether a newer picture than the one shown may be shown now, by its own cap.
    func wantsPicture(_ frame: Frame?, now: Double) -> Bool {
        picture.wants(frame, now: now, interval: pictureInterval)
    }

    /// The picture on the screen.
    var shownSequence: UInt64? { picture.sequence }

    /// When a newer picture may be shown.
    var pictureDue: Double { picture.shownAt + pictureInterval }

    /// Draws one frame.
    mutating func compose(_ snapshot: Snapshot, frame: Frame?, now: Double, size: Size, look: Look) -> Canvas {
        var canvas = Canvas(size, look: look)
        // Taken up even where no picture is shown: one that waits would be asked about again and again.
        picture.offer(frame, now: now, interval: pictureInterval)
        let tier = Layout.tier(of: size)
        if tier == .tooSmall {
            TooSmallScreen.draw(into: &canvas)
            return canvas
        }
        pageHeight = size.height - 2
        if showsStatistics(snapshot, now: now) {
            statisticsLimit = StatisticsScreen.draw(snapshot, into: &canvas, scroll: view.statisticsScroll)
            view.statisticsScroll = min(view.statisticsScroll, statisticsLimit)
            return canvas
        }
        let closing = snapshot.state == .stopping || snapshot.state == .ended
        if closing, !wasClosing {
            // However the end was asked for, it is what there is to see now.
            wasClosing = true
            view.focus = .cleanup
            view.isZoomed = false
        }
        let layout = Layout(size, focus: view.focus, zoomed: view.isZoomed, closing: closing)
        drawPanels(snapshot, layout, now: now, look, into: &canvas)
        HeaderPanel.draw(snapshot, into: &canvas, at: layout.header, view: PanelView(now: now))
        FooterPanel.draw(snapshot, into: &canvas, at: layout.footer, stopPresses: view.stopPresses, now: now)
        if view.isHelpOpen {
            helpLimit = HelpOverlay.draw(into: &canvas, scroll: view.helpScroll)
            view.helpScroll = min(view.helpScroll, helpLimit)
        }
        return canvas
    }

    private mutating func drawPanels(
        _ snapshot: Snapshot, _ layout: Layout, now: Double, _ look: Look, into canvas: inout Canvas
    ) {
        for (panel, rect) in layout.panels {
            var panelView = PanelView(now: now)
            panelView.isFocused = panel == view.focus && (layout.tier != .single)
            panelView.isZoomed = view.isZoomed
            panelView.scroll = view.scrolls[panel] ?? 0
            panelView.connectBudget = connectBudget
            panelView.totalBudget = totalBudget
            pages[panel] = rect.inner.height
            let limit: ScrollLimit
            switch panel {
            case .picture:
                let room = PicturePanel.room(in: rect, zoomed: view.isZoomed)
                panelView.raster = picture.raster(room: room, look: look)
                panelView.frameSequence = picture.sequence
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

/// The picture on the screen: it changes less often than the figures, and is turned into cells once.
private struct PictureHold: Sendable {
    private var frame: Frame?
    private(set) var shownAt = -Double.infinity
    private var cached: (sequence: UInt64, raster: PictureRaster, look: Look)?

    var sequence: UInt64? { frame?.sequence }

    func wants(_ new: Frame?, now: Double, interval: Double) -> Bool {
        guard let new, new.sequence != frame?.sequence else { return false }
        return now - shownAt >= interval
    }

    mutating func offer(_ new: Frame?, now: Double, interval: Double) {
        guard wants(new, now: now, interval: interval) else { return }
        frame = new
        shownAt = now
    }

    mutating func raster(room: Size, look: Look) -> PictureRaster? {
        guard let frame else { return nil }
        let size = PictureRaster.fit(width: frame.width, height: frame.height, into: room)
        if let cached, cached.sequence == frame.sequence, cached.raster.size == size, cached.look == look {
            return cached.raster
        }
        let raster = PictureRaster(frame, size: size, look: look)
        cached = (frame.sequence, raster, look)
        return raster
    }
}
