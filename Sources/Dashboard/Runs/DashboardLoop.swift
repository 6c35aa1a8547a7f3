import Canvas
import Engine
import Record
import Terminal
import Vision

/// The loop of the thread that owns the terminal: it sleeps until there is a key, something new, or a second that has
/// passed; draws at most so often; and never waits for the engine.
struct DashboardLoop {
    private let terminal: CursesTerminal
    private let wake: WakePipe
    private let options: Options
    private let snapshot: () -> (Snapshot, Frame?)
    private let pictureOf: (UInt64) -> Frame?
    private let elapsed: () -> Double
    private let send: (EngineCommand) -> Void
    private let replay: ReplaySource?

    private var state: DashboardState
    private var latest: (snapshot: Snapshot, frame: Frame?)
    /// There may be a newer snapshot than the latest one.
    private var isStale = false
    /// Something other than the data asks for a frame: a key, a new size.
    private var mustDraw = true
    /// The next frame answers a key: what the key causes in the engine is shown without waiting for its turn.
    private var answersKey = false
    private var nextData = -Double.infinity
    private var drawnRevision: UInt64?
    private var drawnSecond = Int.min
    private var drawnReplay: [String?] = []
    private var drewStatistics = false
    /// What is on the screen, for whoever wants to save it.
    private var canvas: Canvas?
    private var themes: ThemeCycle
    private var title = WindowTitle()
    private var alerts = Alerts()
    private var lastResize = -Double.infinity
    private var wantsResize = false
    /// What drawing has cost so far.
    private var figures = FinalReport.DashboardFigures()

    init(
        terminal: CursesTerminal, wake: WakePipe, options: Options = Options(),
        snapshot: @escaping () -> (Snapshot, Frame?), pictureOf: @escaping (UInt64) -> Frame?,
        elapsed: @escaping () -> Double,
        send: @escaping (EngineCommand) -> Void, replay: ReplaySource? = nil
    ) {
        self.terminal = terminal
        self.wake = wake
        self.options = options
        self.snapshot = snapshot
        themes = options.themes
        self.pictureOf = pictureOf
        self.elapsed = elapsed
        self.send = send
        self.replay = replay
        state = DashboardState(
            pictureInterval: options.pictureRate > 0 ? 1 / options.pictureRate : .infinity,
            budgets: options.budgets)
        latest = snapshot()
        state.replay = replay?.status
        tell(terminal.takeNotices() + options.notices)
    }

    private mutating func tell(_ notices: [String]) {
        if !notices.isEmpty { state.say(notices.joined(separator: "; "), now: elapsed(), outlivesState: true) }
    }

    /// Runs until the session has ended and, if wanted, a key was pressed; or until somebody does not want to wait.
    mutating func run() -> Outcome {
        while true {
            if let replay {
                if replay.advance(to: elapsed()) { isStale = true }
                tell(replay.takeSentences())
            }
            refresh()
            tellWindow()
            if latest.snapshot.state == .ended || replay != nil, !options.waitAtEnd() { return .ended }
            if perform(state.tick(now: elapsed())) != nil { return .leaveNow }
            handleResize()
            draw()
            let outcome = terminal.wait(seconds: timeout())
            if outcome == .lost { return endWithoutTerminal() }
            if outcome == .woken { isStale = true }
            handleSignals()
            if let left = handleKeys() { return left }
        }
    }

    /// What drawing has cost, for the report.
    var cost: FinalReport.DashboardFigures {
        var cost = figures
        cost.writtenBytes = terminal.writtenBytes
        cost.cpuSeconds = CursesTerminal.threadSeconds
        return cost
    }

    /// Takes the newest snapshot when one may be shown.
    private mutating func refresh() {
        guard isStale, elapsed() >= nextData else { return }
        isStale = false
        wake.rearm()
        latest = snapshot()
        state.replay = replay?.status
    }

    private mutating func draw() {
        // What a slow terminal has not taken yet is not followed by more: frames are left out until it has.
        guard terminal.isReady else {
            let now = elapsed()
            if latest.snapshot.revision != drawnRevision, now >= nextData {
                figures.framesSkipped += 1
                nextData = now + 1 / max(0.1, options.dataRate)
            }
            return
        }
        let now = elapsed()
        let isEnded = latest.snapshot.state == .ended
        // A screen that stands still shows the passing of seconds, and nothing else.
        let wantsData = latest.snapshot.revision != drawnRevision && !state.isStandingStill(latest.snapshot)
        let second = Int(state.sessionTime(now))
        let wantsClock = (!isEnded || replay != nil) && second != drawnSecond
        let replayWords = [state.replay?.word, state.replay?.killed, state.replay?.alarm]
        let wantsPicture = !isEnded && state.wantsPicture(latest.frame, now: now)
        let wantsStatistics = state.showsStatistics(latest.snapshot, now: now) && !drewStatistics
        let wantsWords = replayWords != drawnReplay
        guard mustDraw || wantsData || wantsClock || wantsPicture || wantsStatistics || wantsWords else { return }
        drewStatistics = drewStatistics || wantsStatistics
        mustDraw = false
        drawnRevision = latest.snapshot.revision
        (drawnSecond, drawnReplay) = (second, replayWords)
        let canvas = state.compose(
            latest.snapshot, frame: latest.frame, now: now, size: terminal.size, look: terminal.look,
            pictureOf: pictureOf)
        terminal.present(canvas)
        figures.frames += 1
        figures.slowestFrameSeconds = max(figures.slowestFrameSeconds, elapsed() - now)
        self.canvas = canvas
        // A slow terminal (a long way off, or stopped) must not take the whole thread.
        // Until it shows the first picture, though, everything starts, and waiting for a turn would make that look
        // slow.
        let isFilling = now < 1 && state.shownSequence == nil
        let isClose = state.looksClosely && latest.snapshot.state != .ended
        let interval = answersKey || isFilling ? 0 : isClose ? Self.closePause : 1 / max(0.1, options.dataRate)
        nextData = now + max(interval, (isFilling ? 1 : isClose ? 1.5 : 4) * (elapsed() - now))
        answersKey = false
    }

    /// Seconds to the next thing that happens by itself; `nil` when nothing does.
    private func timeout() -> Double? {
        let now = elapsed()
        var due = [state.deadline, isStale ? nextData : nil]
        // A terminal that takes nothing says itself when it takes more.
        if terminal.isReady {
            if wantsResize { due.append(lastResize + Self.resizePause) }
            if let replay {
                due.append(replay.pause.map { now + $0 })
            } else if latest.snapshot.state == .ended {
                if !drewStatistics { due.append(DashboardState.statisticsDue(latest.snapshot)) }
            } else {
                due.append(now.rounded(.down) + 1)
            }
            if latest.snapshot.state != .ended, let frame = latest.frame, frame.sequence != state.shownSequence {
                due.append(state.pictureDue)
            }
        }
        return due.compactMap(\.self).min().map { max(0, $0 - now) }
    }

    /// Tells those who do not look at the screen: the window's title, and what is worth a bell.
    private mutating func tellWindow() {
        // What a stalled terminal has not been told is still true when it comes back.
        guard terminal.isReady else { return }
        let now = elapsed()
        if let text = title.next(latest.snapshot, now: now, isReplay: replay != nil) { terminal.setTitle(text) }
        // What was worth a call once is none now.
        guard replay?.isNews ?? true else { return }
        for alert in alerts.take(latest.snapshot, now: state.sessionTime(now)) where !options.isQuiet {
            terminal.call("singularis", alert.sentence)
        }
    }

    private mutating func copy() {
        let now = elapsed()
        guard let canvas, let copied = state.copied(latest.snapshot, from: canvas, now: now) else {
            return state.say("there is no text here to copy", now: now)
        }
        terminal.copy(copied.text)
        state.say(copied.sentence(terminal.surroundings), now: now)
    }

    private mutating func nextTheme() {
        let theme = themes.next()
        terminal.use(theme)
        state.say("theme \(theme.name)", now: elapsed())
    }

    private mutating func save() {
        guard let canvas else { return }
        do {
            let isInterim = latest.snapshot.stopReason == nil
            let report = FinalReport(latest.snapshot, dashboard: cost, isInterim: isInterim)
            let lines = FinalStatistics.plainLines(report, glyphs: canvas.glyphs).map(\.text)
            let svg = ScreenSVG.text(canvas, themes.current)
            let saved = try ScreenSave.write(screen: canvas.rows, svg: svg, report: lines, json: report.json())
            figures.savedFiles += saved.files
            state.say("saved \(saved)", now: elapsed())
        } catch {
            state.say("\(error)", now: elapsed())
        }
    }

    /// Seconds between two new sizes: they come in storms while a window is dragged, and each costs a whole screen.
    private static let resizePause = 0.05

    /// Seconds between two looks at what there is while the picture is looked at closely: 20 a second come.
    private static let closePause = 0.035

    /// Takes on a new size, and leaves those out that are over before anybody could have seen them.
    private mutating func handleResize() {
        guard wantsResize, elapsed() >= lastResize + Self.resizePause else { return }
        wantsResize = false
        lastResize = elapsed()
        terminal.resize()
        mustDraw = true
    }

    private mutating func handleSignals() {
        for event in TerminalSignals.take() {
            switch event {
            case .resized: wantsResize = true
            case .suspendAsked: suspend()
            case .continued:
                terminal.resume()
                mustDraw = true
            }
        }
    }

    private mutating func suspend() {
        _ = perform(state.releaseOperatorKeys())
        terminal.suspend()
        mustDraw = true
    }

    /// Gives every key to the state; returns how the loop ends if it does.
    private mutating func handleKeys() -> Outcome? {
        let keys = terminal.keys()
        tell(terminal.takeNotices())
        guard !keys.isEmpty else { return nil }
        // A key is answered with what is true now, and what it causes is shown as soon as it happens.
        isStale = true
        nextData = -.infinity
        answersKey = true
        mustDraw = true
        refresh()
        for key in keys {
            if let outcome = perform(state.press(key, snapshot: latest.snapshot, now: elapsed())) { return outcome }
        }
        return nil
    }

    private mutating func perform(_ effects: [DashboardState.Effect]) -> Outcome? {
        for effect in effects {
            switch effect {
            case .send(let command):
                alerts.personActed(now: elapsed())
                send(command)
            case .replay(let command):
                replay?.perform(command)
                isStale = true
            case .redraw: terminal.invalidate()
            case .suspend: suspend()
            case .nextTheme: nextTheme()
            case .save: save()
            case .copy: copy()
            case .useMouse(let on): terminal.wantsMouse = on
            case .leave: return .ended
            case .leaveNow: return .leaveNow
            }
        }
        return nil
    }

    /// The terminal is gone: the session is told once, and nothing is drawn any more.
    private mutating func endWithoutTerminal() -> Outcome {
        if replay != nil { return .terminalLost }
        _ = perform(state.releaseOperatorKeys())
        if latest.snapshot.state != .ended { send(.stop(.terminalLost)) }
        while true {
            wake.rearm()
            if snapshot().0.state == .ended { return .terminalLost }
            _ = terminal.wait(seconds: 1)
        }
    }
}
