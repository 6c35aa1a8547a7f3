import Basics
import Record
import Synchronization

/// A loop that is started again when it fails.
struct SupervisedLoop: Sendable {
    let name: LoopName
    /// How long it may be silent while it owes a sign of life (``LoopRun``); `nil` when it never owes one.
    var limit: (@Sendable () -> Duration)?
    /// Runs until it is cancelled. What it throws, and silence, is a failure; to return is none.
    var body: @Sendable () async throws -> Void
    /// Lets go of what a run that failed may have left behind: keys it held, what it had begun.
    var letGo: @Sendable () async -> Void = {}
}

/// Runs loops, and watches them: see ``SupervisorCore``, which it asks what to do and obeys.
final class Supervisor: Sendable {
    fileprivate enum Event: Sendable {
        case ended(LoopRun, why: String?)
        case answered(LoopRun)
        case rest(Bool)
        case revive
    }

    let names: [LoopName]
    private let loops: [LoopName: SupervisedLoop]
    private let hub: EventHub
    private let policy: RestartPolicy
    private let hold: @Sendable () async -> Void
    private let inbox = Mutex<[Event]>([])
    private let news = Wakeup()

    /// `hold` sees to it that no key is pressed any more: one of the loops does not work and will not by itself.
    init(
        _ loops: [SupervisedLoop], hub: EventHub, policy: RestartPolicy = RestartPolicy(),
        hold: @escaping @Sendable () async -> Void
    ) {
        names = loops.map(\.name)
        self.loops = Dictionary(uniqueKeysWithValues: loops.map { ($0.name, $0) })
        (self.hub, self.policy, self.hold) = (hub, policy, hold)
    }

    /// All loops are told to rest, or to go on.
    func rest(_ on: Bool) { post(.rest(on)) }

    /// Starts loops that were given up once more.
    func revive() { post(.revive) }

    /// Runs the loops on `executor` until the task is cancelled, and returns when all of them have unwound, those that
    /// were given up included. Must itself run elsewhere: a loop that never waits would hold up its own watch.
    func run(on executor: LoopExecutor?) async {
        await withDiscardingTaskGroup { group in
            var core = SupervisorCore(names, policy: policy)
            var runs: [LoopName: LoopRun] = [:]
            var steps = core.start(at: hub.clock.now)
            while !Task.isCancelled {
                for step in steps { perform(step, &runs, &group, executor) }
                let (events, now) = (inbox.withLock { inbox in
                    defer { inbox = [] }
                    return inbox
                }, hub.clock.now)
                steps = events.flatMap { core.obey($0, at: now) }
                steps += core.tick(now) { name in
                    loops[name]?.limit.map { SupervisorCore.Watch(sign: runs[name]?.oldestSign, limit: $0()) }
                }
                // What was just decided may be due, or change what is due.
                if !steps.isEmpty { continue }
                if let deadline = core.deadline {
                    await news.wait(until: deadline, clock: hub.clock)
                } else {
                    await news.wait()
                }
            }
        }
    }

    private func perform(
        _ step: SupervisorCore.Step, _ runs: inout [LoopName: LoopRun], _ group: inout DiscardingTaskGroup,
        _ executor: LoopExecutor?
    ) {
        switch step {
        case .start(let name, let generation):
            guard let loop = loops[name] else { return }
            let run = LoopRun(name, generation: generation, at: hub.clock.now)
            runs[name] = run
            group.addTask(executorPreference: executor) { [self] in
                do {
                    try await run.run(loop.body)
                    post(.ended(run, why: nil))
                } catch {
                    post(.ended(run, why: "\(error)"))
                }
            }
        case .cancel(let name):
            guard let run = runs[name] else { return }
            run.cancel()
            group.addTask(executorPreference: executor) { [self] in post(.answered(run)) }
        case .giveUp(let name): runs[name]?.giveUp()
        case .letGo(let name):
            guard let loop = loops[name] else { return }
            group.addTask { await loop.letGo() }
        case .tellFailed(let name, let why, let restart, let wait):
            hub.post(.loopFailed(name, message: why, restart: restart, in: wait.seconds))
        case .tellRestarted(let name): hub.post(.loopRestarted(name))
        case .hold(let name, let why, let restarts):
            hub.post(.loopDead(name, message: why, restarts: restarts))
            group.addTask { [hold] in await hold() }
        }
    }

    private func post(_ event: Event) {
        inbox.withLock { $0.append(event) }
        news.signal()
    }
}

extension SupervisorCore {
    fileprivate mutating func obey(_ event: Supervisor.Event, at now: Instant) -> [Step] {
        switch event {
        case .ended(let run, let why): return ended(run.name, generation: run.generation, why: why, at: now)
        case .answered(let run): answered(run.name, generation: run.generation)
        case .rest(let on): rest(on, at: now)
        case .revive: return revive(at: now)
        }
        return []
    }
}
