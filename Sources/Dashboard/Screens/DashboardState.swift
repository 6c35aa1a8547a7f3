import Canvas
import Engine
import Record
import Terminal

/// Everything the dashboard remembers between two frames, as a value: keys and time go in, what must be done comes
/// out, and a frame is a function of it. The loop around it only waits, writes and sends.
struct DashboardState: Sendable {
    enum Effect: Equatable, Sendable {
        case send(EngineCommand)
        /// Draw every cell anew.
        case redraw
        case suspend
        /// Draw with the next theme.
        case nextTheme
        /// Write the screen and a report into files.
        case save
        /// Put what is open into the clipboard.
        case copy
        /// Ask for clicks and the wheel, or give the mouse back to the terminal.
        case useMouse(Bool)
        /// The person wants out before the session has ended.
        case leaveNow
        case replay(ReplayCommand)
        /// The final statistics have been read.
        case leave
    }

    /// A screen that stands still while the session goes on.
    struct Frozen: Sendable {
        var snapshot: Snapshot
        var time: Double
    }

    var view = ViewState()
    var operatorKeys = OperatorKeys()
    /// How far each panel, the overlay and the statistics could be scrolled when they were last drawn.
    var limits: [PanelID: ScrollLimit] = [:]
    var overlayLimit = 0
    /// What of the text that can be searched - the overlay, else the zoomed interpreter - was last drawn.
    var textWindow = TextWindow()
    /// Matches to go on by (1) or back by (-1) in that text once it is drawn.
    var matchSteps: [Int] = []
    var statisticsLimit = 0
    /// Where each panel was last drawn: what a click means.
    var panelRects: [PanelID: Rect] = [:]
    /// Where the overlay was last drawn; `nil` when there was none.
    var overlayRect: Rect?
    /// What of the footer can be clicked.
    var buttons: [FooterPanel.Button] = []
    var pageHeight = 20
    var picture = PictureHold()
    var frozen: Frozen?
    /// Where in a replay the screen is; `nil` when the session is live.
    var replay: ReplayStatus? {
        didSet { view.isReplay = replay != nil }
    }
    /// Where its bar was last drawn.
    var barRect = Rect(x: 0, y: 0, width: 0, height: 0)
    var away = AwayWatch()
    /// What the dashboard itself last said to the person.
    var message: Toast.Message?
    private var skipsReceipts = false
    /// What the engine was told of ``looksClosely``.
    private var saidClosely = false
    /// Until then a second `d` lets the keys reach the game again.
    private var goesLiveUntil = -Double.infinity
    /// The engine was asked to hand over the keys and has not said so yet: they are the person's until this time.
    private var takesOverUntil = -Double.infinity
    var wasClosing = false
    let pictureInterval: Double
    let budgets: Budgets

    init(pictureInterval: Double = 0.25, budgets: Budgets = Budgets()) {
        self.pictureInterval = pictureInterval
        self.budgets = budgets
    }

    // MARK: Keys

    mutating func press(_ key: Key, snapshot: Snapshot, now: Double) -> [Effect] {
        if case .mouse(.press(.left), let x, let y) = key,
            let button = buttons.first(where: { $0.rect.contains(Rect(x: x, y: y, width: 1, height: 1)) })
        {
            return button.presses.flatMap { press($0, snapshot: snapshot, now: now) }
        }
        if replay == nil, key.isPress, let absence = away.press(snapshot, now: now), snapshot.state != .ended {
            let name = KeyMap.key(of: .away)?.name ?? ""
            say("back after \(NumberFormat.duration(absence)): \(name) tells what happened", now: now)
        }
        let action = KeyMap.action(for: key)
        if action == .redraw { return [.redraw] }
        if let effects = pressInReplay(key, now: now) { return effects }
        if showsStatistics(snapshot, now: now), view.overlay == nil {
            return pressAtStatistics(key, action, snapshot, now: now)
        }
        if snapshot.state == .ended, !view.looksBack, view.overlay == nil {
            // The receipts have been seen, or are not wanted.
            if key.isPress { skipsReceipts = true }
            return []
        }
        let drives = snapshot.state == .operatorDrives || (now < takesOverUntil && snapshot.state != .stopping)
        if drives, replay == nil, let effects = drive(key, action, now: now) { return effects }
        if view.isTyping, type(key) { return [] }
        if key == "q", view.closeWord != nil {
            view.close()
            return []
        }
        if case .mouse(let done, let x, let y) = key {
            mouse(done, x: x, y: y, snapshot)
            return []
        }
        guard let action else { return [] }
        if snapshot.state == .ended, KeyMap.group(of: action) == .agent { return action == .stop ? [.leave] : [] }
        return perform(action, snapshot, now: now)
    }

    /// Time has passed: releases game keys of the person who drives, and tells whether the picture is looked at.
    mutating func tick(now: Double) -> [Effect] {
        var effects = operatorKeys.tick(now: now).map(effect)
        if looksClosely != saidClosely {
            saidClosely = looksClosely
            effects.append(.send(.lookClosely(saidClosely)))
        }
        return effects
    }

    /// Whether the final statistics are on the screen: when the session has ended, and its receipts have stood a
    /// moment.
    func showsStatistics(_ snapshot: Snapshot, now: Double) -> Bool {
        guard snapshot.state == .ended, !view.looksBack else { return false }
        return skipsReceipts || sessionTime(now) >= Self.statisticsDue(snapshot)
    }

    /// When the final statistics take the place of the receipts, session seconds. A cleanup of a few milliseconds would
    /// otherwise never be seen; nothing but the screen waits for this.
    static func statisticsDue(_ snapshot: Snapshot) -> Double { snapshot.stateSince + 0.8 }

    /// When ``tick(now:)`` is due next, in session seconds.
    var deadline: Double? { operatorKeys.deadline }

    /// What must be sent before the program is suspended or the terminal is gone.
    mutating func releaseOperatorKeys() -> [Effect] { operatorKeys.releaseAll().map(effect) }

    /// Says something to the person, for a moment.
    mutating func say(_ text: String, now: Double, outlivesState: Bool = false) {
        message = Toast.Message(time: now, text: text, outlivesState: outlivesState)
    }

    /// Only the keys that are named leave what a session of hours came to; others may have been meant for what was
    /// there before.
    private mutating func pressAtStatistics(
        _ key: Key, _ action: KeyAction?, _ snapshot: Snapshot, now: Double
    ) -> [Effect] {
        switch key {
        case "q", " ", .enter, .escape, .control("c"): return [.leave]
        case .mouse(.wheelUp, _, _): for _ in 0..<3 { scrollStatistics(.lineUp) }
        case .mouse(.wheelDown, _, _): for _ in 0..<3 { scrollStatistics(.lineDown) }
        default: break
        }
        guard let action else { return [] }
        switch action {
        case .scroll(let scroll): scrollStatistics(scroll)
        case .suspend, .save, .copy, .theme, .mouse, .help: return perform(action, snapshot, now: now)
        case .focus(let panel): (view.looksBack, view.focus, view.isZoomed) = (true, panel, true)
        case .focusNext, .focusPrevious, .zoom: view.looksBack = true
        case .filter:
            view.looksBack = true
            navigate(.filter, snapshot, now: now)
            view.isZoomed = true
        default: break
        }
        return []
    }

    private mutating func scrollStatistics(_ scroll: Scroll) {
        view.statisticsScroll = ViewState.moved(
            view.statisticsScroll, scroll, page: pageHeight, limit: statisticsLimit, restsAtEnd: false)
    }

    /// Keys that are the game's while a person drives; `nil` for those that stay the dashboard's.
    private mutating func drive(_ key: Key, _ action: KeyAction?, now: Double) -> [Effect]? {
        if let action, Self.staysHere(action) { return nil }
        if view.overlay != nil {
            // Its border names these keys: pressed while it is read they are not meant for the game.
            if action == .back || action?.isScroll == true { return nil }
            if case .mouse = key { return nil }
        }
        return operatorKeys.press(key, now: now).map(effect)
    }

    /// Whether a key keeps its meaning while a person drives.
    static func staysHere(_ action: KeyAction) -> Bool {
        switch action {
        case .stop, .panic, .suspend, .help: true
        default: false
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
            view.overlay = nil
            frozen = nil
            takesOverUntil = snapshot.info.isWatched ? -.infinity : now + 0.5
            return [.send(.takeOver(true))]
        case .panic:
            takesOverUntil = -.infinity
            return releaseOperatorKeys() + [.send(.panic)]
        case .dryRun: return dryRun(snapshot, now: now)
        case .nextPerspective: return [.send(.nextPerspective)]
        case .mute: return [.send(.toggleMute)]
        case .faster: return [.send(.changeSpeed(times: 2))]
        case .slower: return [.send(.changeSpeed(times: 0.5))]
        case .theme: return [.nextTheme]
        case .save: return [.save]
        case .copy: return [.copy]
        case .mouse:
            view.usesMouse.toggle()
            say(view.usesMouse ? "mouse on: click and wheel; M gives it back" : "mouse off", now: now)
            return [.useMouse(view.usesMouse)]
        case .suspend: return releaseOperatorKeys() + [.suspend]
        case .redraw: return [.redraw]
        default:
            navigate(action, snapshot, now: now)
            return []
        }
    }

    /// Going dry needs no question. Going live does, and the answer names who will receive the keys.
    private mutating func dryRun(_ snapshot: Snapshot, now: Double) -> [Effect] {
        if snapshot.dryRun, now >= goesLiveUntil {
            goesLiveUntil = now + Toast.time
            say("d again: keys will go to \(snapshot.info.game)", now: now)
            return []
        }
        goesLiveUntil = -.infinity
        message = nil
        if snapshot.dryRun { say("live: keys go to \(snapshot.info.game)", now: now) }
        return [.send(.toggleDryRun)]
    }
}

extension KeyAction {
    fileprivate var isScroll: Bool { if case .scroll = self { true } else { false } }
}
