import Basics
import Synchronization
import Vision

/// Pictures of a window, from one long-lived ffmpeg (x11grab by window id): the newest wins, and one that may be old is
/// never given as new.
///
/// One output of raw RGB, already scaled down, serves the screen, the readers and the model. A second output of JPEG
/// would need another pipe and a decoder on our side, and spares the model's upload only.
final class ScreenCapture: Sendable {
    struct Plan: Sendable {
        var width: Int
        var height: Int
        /// Pictures a second.
        var rate: Double
    }

    private struct State {
        var health: CaptureHealth
        var newest: Frame?
        var sequence: UInt64 = 0
        /// Pictures that were usable, since the beginning.
        var count = 0
        var generation = 0
    }

    /// How often the window itself is looked at, which costs a few milliseconds of other programs.
    private static let lookEvery = Duration.milliseconds(1500)

    private let plan: Plan
    private let clock: any EngineClock
    private let began: ContinuousClock.Instant
    private let state: Mutex<State>
    private let ended = Wakeup()
    private let onChange: @Sendable () -> Void

    /// `onChange` is called when a picture came or the health changed; must only note it.
    init(_ plan: Plan, clock: any EngineClock, onChange: @escaping @Sendable () -> Void) {
        (self.plan, self.clock, self.onChange) = (plan, clock, onChange)
        began = clock.now
        state = Mutex(State(health: CaptureHealth(rate: plan.rate, at: clock.now)))
    }

    var health: CaptureHealth.State { state.withLock { $0.health.state } }
    /// The newest picture that was good when it came; `nil` while the pictures are not.
    var newest: Frame? { state.withLock { $0.health.state == .good ? $0.newest : nil } }
    var count: Int { state.withLock(\.count) }

    func pressed() { state.withLock { $0.health.pressed(at: clock.now) } }

    /// Captures until the task is cancelled, starting ffmpeg again whenever that is needed; returns when it was reaped.
    /// `find` gives the window as it is now, or throws when there is none. `onProcess` is told of ffmpeg.
    func run(
        _ display: XDisplay, size: (width: Int, height: Int), onProcess: @Sendable (ChildProcess?) -> Void,
        find: @Sendable () async throws -> GameWindow
    ) async {
        let cover = WindowCover(display)
        while !Task.isCancelled {
            var step: CaptureHealth.Step?
            do {
                let window = try await find()
                look(at: window, size)
                step = try await capture(window, display, cover, size, onProcess)
            } catch {
                if Task.isCancelled { return }
                step = state.withLock {
                    $0.health.started(at: clock.now)
                    return $0.health.ended(why: "\(error)", at: clock.now)
                }
            }
            onChange()
            if case .restart(let wait)? = step { try? await clock.sleep(for: wait) }
        }
    }

    /// Notes the size of the window; returns whether it is the right one.
    @discardableResult
    private func look(at window: GameWindow, _ size: (width: Int, height: Int)) -> Bool {
        let isRight = (window.width, window.height) == size
        state.withLock { $0.health.sized(isRight ? nil : (window.width, window.height)) }
        return isRight
    }

    /// Notes what lies upon the window.
    private func look(at window: GameWindow, for cover: WindowCover) {
        let words = cover.cover(of: window.id)?.words
        let isNews = state.withLock { state in
            let before = state.health.state
            state.health.covered(by: words)
            return state.health.state != before
        }
        if isNews { onChange() }
    }

    /// One run of ffmpeg, until it is to be started again.
    private func capture(
        _ window: GameWindow, _ display: XDisplay, _ cover: WindowCover, _ size: (width: Int, height: Int),
        _ onProcess: @Sendable (ChildProcess?) -> Void
    ) async throws(DesktopError) -> CaptureHealth.Step? {
        let generation = state.withLock {
            $0.generation += 1
            $0.health.started(at: clock.now)
            return $0.generation
        }
        // Before the first picture, which would let keys through.
        look(at: window, for: cover)
        let assembler = Mutex(FrameAssembler(size: plan.width * plan.height * 3))
        let (steps, over) = (FirstValue<CaptureHealth.Step>(), Wakeup())
        let child = try await ChildProcess.start(command(window, display)) { [self] bytes in
            assembler.withLock { assembler in
                assembler.append(bytes) { rgb in
                    guard let step = take(rgb, generation) else { return }
                    steps.set(step)
                    over.signal()
                }
            }
        }
        onProcess(child)
        child.whenEnded { over.signal() }
        var failure: DesktopError?
        do throws(DesktopError) {
            try await watch(child, window, display, cover, size, steps, over)
        } catch {
            failure = error
        }
        await child.end()
        onProcess(nil)
        if let failure { throw failure }
        if let step = steps.current { return step }
        let why = child.ending.current ?? "the window is gone or has another size"
        return state.withLock { $0.health.ended(why: why, at: clock.now) }
    }

    /// Looks at the pictures and at their window, until something is to be done about either.
    private func watch(
        _ child: ChildProcess, _ window: GameWindow, _ display: XDisplay, _ cover: WindowCover,
        _ size: (width: Int, height: Int),
        _ steps: FirstValue<CaptureHealth.Step>, _ over: Wakeup
    ) async throws(DesktopError) {
        var lookAgain = clock.now + Self.lookEvery
        var coverAgain = clock.now
        while !Task.isCancelled, !child.hasEnded, steps.current == nil {
            await over.wait(until: clock.now + .milliseconds(250), clock: clock)
            if let step = state.withLock({ $0.health.tick(at: clock.now) }) { steps.set(step) }
            if clock.now >= coverAgain {
                coverAgain = clock.now + WindowCover.interval
                look(at: window, for: cover)
            }
            guard clock.now >= lookAgain, !child.hasEnded else { continue }
            lookAgain = clock.now + Self.lookEvery
            // Gone, or of another size: both are mended by looking for it anew.
            guard let now = try await display.describe(window.id), look(at: now, size) else { return }
        }
    }

    private func take(_ rgb: [UInt8], _ generation: Int) -> CaptureHealth.Step? {
        let now = clock.now
        let previous = state.withLock(\.newest)
        let facts = PictureFacts(of: rgb, after: previous?.rgb)
        let (step, isNews) = state.withLock { state -> (CaptureHealth.Step?, Bool) in
            guard state.generation == generation else { return (nil, false) }
            let before = state.health.state
            let (isUsable, step) = state.health.picture(facts, at: now)
            if isUsable {
                state.count += 1
                if !facts.isSame || state.newest == nil { state.sequence += 1 }
                state.newest = Frame(
                    width: plan.width, height: plan.height, rgb: rgb, sequence: state.sequence, capturedAt: now,
                    gameTime: began.duration(to: now))
            }
            return (step, isUsable || before != state.health.state)
        }
        if isNews { onChange() }
        return step
    }

    private func command(_ window: GameWindow, _ display: XDisplay) -> ChildProcess.Plan {
        var plan = ChildProcess.Plan(
            name: "ffmpeg",
            command: [
                "ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1",
                "-f", "x11grab", "-draw_mouse", "0", "-framerate", "\(self.plan.rate)",
                "-window_id", "\(window.id)", "-i", display.name,
                // Never a picture twice, and none held back to be encoded later.
                "-fps_mode", "passthrough", "-enc_time_base", "-1",
                "-vf", "scale=\(self.plan.width):\(self.plan.height):flags=area",
                "-pix_fmt", "rgb24", "-f", "rawvideo", "-flush_packets", "1", "pipe:1",
            ],
            environment: display.environment)
        plan.package = ShortRun.packages["ffmpeg"]
        return plan
    }
}
