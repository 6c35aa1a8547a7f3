import Synchronization

/// Runs one task a place over a ``FrameSchedule``: the loop behind the interpreter and the planner.
final class FrameLoop: Sendable {
    private let clock: any EngineClock
    private let health: EndpointHealth
    private let schedule: Mutex<FrameSchedule>
    private let wakeups: [Wakeup]
    private let lifetime = LoopLifetime()

    init(places: Int, period: Duration, clock: any EngineClock, health: EndpointHealth) {
        self.clock = clock
        self.health = health
        schedule = Mutex(FrameSchedule(places: places, period: period))
        wakeups = (0..<places).map { _ in Wakeup() }
    }

    /// Takes a new frame. True when the one it replaces was never looked at.
    func offer(_ frame: Frame) -> Bool {
        let dropped = schedule.withLock { $0.offer(frame) }
        wake()
        return dropped
    }

    func setPaused(_ paused: Bool) {
        schedule.withLock { $0.isPaused = paused }
        wake()
    }

    /// Takes no frame and starts nothing from now on; what runs goes on.
    func stop() { schedule.withLock { $0.isStopped = true } }

    /// See ``FrameSchedule/forget(_:)``.
    func forget(_ place: Int) {
        schedule.withLock { $0.forget(place) }
        wakeups[place].signal()
    }

    /// Gives frames to `work`, one at a time for each place, until the task is cancelled or the loop is closed.
    /// `work` is cancelled then, and this returns when it has.
    func run(_ work: @escaping @Sendable (_ place: Int, Frame) async -> Void) async {
        await lifetime.run { [wakeups] in
            await withTaskGroup(of: Void.self) { group in
                for place in wakeups.indices {
                    group.addTask { await self.serve(place, work) }
                }
            }
        }
    }

    /// Stops, cancels what runs, and returns when it has unwound. Idempotent.
    func close() async {
        stop()
        await lifetime.close()
    }

    /// Undoes a ``close()``.
    func reopen() {
        schedule.withLock { $0.isStopped = false }
        lifetime.reopen()
    }

    private func serve(_ place: Int, _ work: @Sendable (Int, Frame) async -> Void) async {
        while !Task.isCancelled {
            let step = schedule.withLock { $0.next(place, now: clock.now, notBefore: health.notBefore) }
            switch step {
            case .start(let frame): await work(place, frame)
            case .sleep(let instant): try? await clock.sleep(until: instant, tolerance: nil)
            case .idle: await wakeups[place].wait()
            }
        }
    }

    private func wake() { for wakeup in wakeups { wakeup.signal() } }
}
