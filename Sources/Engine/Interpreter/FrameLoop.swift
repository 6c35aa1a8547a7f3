import Basics
import Synchronization
import Vision

/// Runs one task a place over a ``FrameSchedule``: the loop behind the interpreter and the planner.
final class FrameLoop: Sendable {
    private let clock: any EngineClock
    private let admit: Admit
    private let schedule: Mutex<FrameSchedule>
    private let wakeups: [Wakeup]
    private let lifetime = LoopLifetime()
    /// Places that wait because no request is admitted.
    private let held = Mutex<Set<Int>>([])

    /// Gives leave to make a request about a frame.
    typealias Admit = @Sendable () throws(Hold) -> Admission

    init(places: Int, period: Duration, clock: any EngineClock, admit: @escaping Admit) {
        self.clock = clock
        self.admit = admit
        schedule = Mutex(FrameSchedule(places: places, period: period))
        wakeups = (0..<places).map { _ in Wakeup() }
    }

    /// Takes a new frame. True when the one it replaces was never looked at.
    func offer(_ frame: Frame) -> Bool {
        let dropped = schedule.withLock { $0.offer(frame) }
        // A frame ends no hold. A game at full speed has thousands a second, and each wait that is cut short leaves its
        // timer behind until the hold would have ended.
        let held = held.withLock { $0 }
        for (place, wakeup) in wakeups.enumerated() where !held.contains(place) { wakeup.signal() }
        return dropped
    }

    func setPaused(_ paused: Bool) {
        schedule.withLock { $0.isPaused = paused }
        wake()
    }

    /// Whether a place waits because no request is admitted.
    var isHeld: Bool { held.withLock { !$0.isEmpty } }

    /// Takes no frame and starts nothing from now on; what runs goes on.
    func stop() { schedule.withLock { $0.isStopped = true } }

    /// See ``FrameSchedule/forget(_:)``.
    func forget(_ place: Int) {
        schedule.withLock { $0.forget(place) }
        wakeups[place].signal()
    }

    /// Gives frames to `work`, one at a time for each place, until the task is cancelled or the loop is closed.
    /// `work` is cancelled then, and this returns when it has. An admission that `work` does not end counts as
    /// cancelled. `onHold` is told when a place must begin to wait because no request is admitted, and with `nil` when
    /// one is again.
    func run(
        onHold: @escaping @Sendable (Hold?) -> Void = { _ in },
        _ work: @escaping @Sendable (_ place: Int, Frame, Admission) async -> Void
    ) async {
        await lifetime.run { [wakeups] in
            await withTaskGroup(of: Void.self) { group in
                for place in wakeups.indices {
                    group.addTask { await self.serve(place, onHold, work) }
                }
            }
        }
    }

    /// Stops, cancels what runs, and returns when it has unwound. Idempotent.
    func close() async {
        stop()
        await lifetime.close()
    }

    /// Gives up work that does not end: see ``LoopLifetime/abandon()``.
    func abandon() { lifetime.abandon() }

    /// Undoes a ``close()``.
    func reopen() {
        schedule.withLock { $0.isStopped = false }
        lifetime.reopen()
    }

    private func serve(
        _ place: Int, _ onHold: @Sendable (Hold?) -> Void, _ work: @Sendable (Int, Frame, Admission) async -> Void
    ) async {
        var isHeld = false
        LoopRun.current?.rests(place)
        defer { if isHeld { _ = held.withLock { $0.remove(place) } } }
        while !Task.isCancelled {
            // What was signalled so far is looked at now.
            wakeups[place].reset()
            switch schedule.withLock({ $0.next(place, now: clock.now) }) {
            case .sleep(let instant): try? await clock.sleep(until: instant, tolerance: nil)
            case .idle: await wakeups[place].wait()
            case .ready:
                do throws(Hold) {
                    let admission = try admit()
                    // A pause or a stop that came in between counts as having come a moment later.
                    let frame = schedule.withLock { $0.take(place, now: clock.now) }
                    if isHeld {
                        isHeld = false
                        _ = held.withLock { $0.remove(place) }
                        onHold(nil)
                    }
                    if let frame {
                        LoopRun.current?.lives(place, at: clock.now)
                        await work(place, frame, admission)
                        LoopRun.current?.rests(place)
                    }
                    admission.cancelled()
                } catch {
                    // It asks again each time that a request ends; only the first refusal is news.
                    if !isHeld {
                        isHeld = true
                        _ = held.withLock { $0.insert(place) }
                        onHold(error)
                    }
                    await wait(place, error)
                }
            }
        }
    }

    /// Until a hold is over, or something happened that may have ended it.
    private func wait(_ place: Int, _ hold: Hold) async {
        if let until = hold.until {
            await wakeups[place].wait(until: until, clock: clock)
        } else {
            await wakeups[place].wait()
        }
    }

    /// Something happened that may let a place start.
    func wake() { for wakeup in wakeups { wakeup.signal() } }
}
