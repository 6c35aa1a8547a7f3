import DequeModule
import NIOCore
import NIOPosix
import Synchronization

/// Runs tasks one after another on the thread of an event loop. Whoever waits there for another task, for an instant
/// (``LoopClock``) or for a socket wakes no other thread, which on a thread pool is what a quiet agent costs most.
///
/// Nothing that runs here may block, or compute for long: it would hold up all the others.
package final class LoopExecutor: TaskExecutor, NIOScheduledCallbackHandler {
    private struct State {
        var jobs: Deque<UnownedJob> = []
        /// The loop has been asked to run them.
        var isAsked = false
        var isClosed = false
    }

    /// Tasks that never wait give way to the loop's sockets this often, and for that long at the least: a loop looks at
    /// its sockets only when it has nothing else to do at once. Were the pause over before the loop is back from the
    /// turn (16 us in the slowest build, a thread sanitizer's), it would never look at them.
    private static let turn = Duration.milliseconds(2)
    private static let pause = TimeAmount.microseconds(50)

    private static let ofThread = ThreadSpecificVariable<LoopExecutor>()

    /// The executor of the calling thread, if it is one's.
    package static var current: LoopExecutor? { ofThread.currentValue }

    let loop: any EventLoop
    private let state = Mutex(State())

    /// From now on this is the loop's executor.
    package init(_ loop: any EventLoop) {
        self.loop = loop
        loop.execute { Self.ofThread.currentValue = self }
    }

    /// The loop is about to end: whatever still has to run does so on the threads of all other tasks.
    package func close() {
        let left = state.withLock { state in
            state.isClosed = true
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in left { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isClosed = state.withLock { state in
            guard !state.isClosed else { return true }
            state.jobs.append(job)
            // Asked under the lock: once it is closed, the loop may be gone.
            if !state.isAsked { loop.execute { self.run() } }
            state.isAsked = true
            return false
        }
        if isClosed { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    private func run() {
        let end = ContinuousClock.now + Self.turn
        while let job = next() {
            job.runSynchronously(on: asUnownedTaskExecutor())
            if ContinuousClock.now > end {
                // Of a loop that has ended nobody asks for another turn; `close` has what is left.
                _ = try? loop.scheduleCallback(in: Self.pause, handler: self)
                return
            }
        }
    }

    package func handleScheduledCallback(eventLoop: some EventLoop) { run() }

    private func next() -> UnownedJob? {
        state.withLock { state in
            let job = state.jobs.popFirst()
            state.isAsked = job != nil
            return job
        }
    }
}

/// The clock of production: sleeps on the event loop of the ``LoopExecutor`` it is called on, and as `ContinuousClock`
/// does elsewhere.
package struct LoopClock: EngineClock {
    /// An event loop's time stands still while the machine is suspended: how late a sleeper may notice that it was.
    private static let longest = Duration.seconds(60)

    package init() {}

    package var now: ContinuousClock.Instant { .now }
    package var minimumResolution: Duration { ContinuousClock().minimumResolution }

    package func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        while let loop = LoopExecutor.current?.loop {
            let rest = now.duration(to: deadline)
            guard rest > .zero else { return }
            try await Sleeper().sleep(for: min(rest, Self.longest), on: loop)
        }
        try await ContinuousClock().sleep(until: deadline, tolerance: tolerance)
    }
}

/// One task's sleep on an event loop.
private final class Sleeper: NIOScheduledCallbackHandler, Sendable {
    private enum State {
        case awake
        case asleep(UnsafeContinuation<Void, any Error>)
        case over
    }
    private let state = Mutex(State.awake)

    func sleep(for duration: Duration, on loop: any EventLoop) async throws {
        let alarm = try loop.scheduleCallback(at: .now() + TimeAmount(duration), handler: self)
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if case .over = state { return true }
                    state = .asleep(continuation)
                    return false
                }
                if isOver { continuation.resume(with: Task.isCancelled ? .failure(CancellationError()) : .success(())) }
            }
        } onCancel: {
            wake(throwing: CancellationError())
            alarm.cancel()
        }
    }

    func handleScheduledCallback(eventLoop: some EventLoop) { wake() }

    /// Also when the loop ends: its sleepers go on elsewhere.
    func didCancelScheduledCallback(eventLoop: some EventLoop) { wake() }

    private func wake(throwing error: (any Error)? = nil) {
        let sleeper = state.withLock { state -> UnsafeContinuation<Void, any Error>? in
            defer { state = .over }
            if case .asleep(let continuation) = state { return continuation }
            return nil
        }
        if let error { sleeper?.resume(throwing: error) } else { sleeper?.resume() }
    }
}
