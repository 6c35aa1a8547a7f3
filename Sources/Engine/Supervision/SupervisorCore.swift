import Basics
import Record

/// Decides what becomes of loops that throw or go silent: started again after a wait that grows, given up when that
/// does not help. Pure: what happened and the time go in, what must now be done comes out.
struct SupervisorCore: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Step: Sendable, Equatable {
        case start(LoopName, generation: Int)
        /// Tell the run to end, and see whether other tasks get a turn where it runs.
        case cancel(LoopName)
        /// The run does not end: what it does from now on counts no more.
        case giveUp(LoopName)
        /// What the run that is over held is to be let go of: keys, and what it had begun.
        case letGo(LoopName)
        case tellFailed(LoopName, String, restart: Int, wait: Duration)
        case tellRestarted(LoopName)
        /// It is not started again: no key may be pressed any more.
        case hold(LoopName, String, restarts: Int)
    }

    /// What is known of a run from outside.
    struct Watch: Sendable {
        /// The sign of life that is longest ago; `nil` while none is owed.
        var sign: Instant?
        /// How long it may be silent.
        var limit: Duration
    }

    private enum Phase {
        case running
        /// Silent since `lived`, and told to end. `answers`: other tasks have had a turn where it runs.
        case ending(why: String, lived: Instant, by: Instant, answers: Bool)
        case waiting(until: Instant)
        case dead
        /// Returned by itself, or was not started yet.
        case over
    }
    private struct Loop {
        var phase = Phase.over
        var generation = 0
        var startedAt: Instant?
        /// Restarts in a row.
        var restarts = 0
    }

    private let policy: RestartPolicy
    private let names: [LoopName]
    private var loops: [LoopName: Loop] = [:]
    private var isResting = false
    /// Silence before this is no fault.
    private var countsFrom: Instant?
    /// When ``tick(_:_:)`` is due next.
    private(set) var deadline: Instant?

    init(_ names: [LoopName], policy: RestartPolicy = RestartPolicy()) {
        (self.names, self.policy) = (names, policy)
        for name in names { loops[name] = Loop() }
    }

    mutating func start(at now: Instant) -> [Step] {
        var steps: [Step] = []
        for name in names { steps += start(name, now) }
        return steps
    }

    /// A run is over: it threw `why`, or returned.
    mutating func ended(_ name: LoopName, generation: Int, why: String?, at now: Instant) -> [Step] {
        guard let loop = loops[name], loop.generation == generation else { return [] }
        switch (loop.phase, why) {
        case (.running, let why?): return [.letGo(name)] + fail(name, why, lived: now, now)
        case (.running, nil):
            loops[name]?.phase = .over
            return []
        case (.ending(let why, let lived, _, _), _): return [.letGo(name)] + fail(name, why, lived: lived, now)
        case (.waiting, _), (.dead, _), (.over, _): return []
        }
    }

    /// Another task has had a turn where the run does, since it was told to end.
    mutating func answered(_ name: LoopName, generation: Int) {
        guard let loop = loops[name], loop.generation == generation,
            case .ending(let why, let lived, let by, _) = loop.phase
        else { return }
        loops[name]?.phase = .ending(why: why, lived: lived, by: by, answers: true)
    }

    /// All loops are told to rest, or to go on; while they rest none owes a sign of life.
    mutating func rest(_ on: Bool, at now: Instant) {
        isResting = on
        countsFrom = now
    }

    /// A person gives loops that were given up another chance.
    mutating func revive(at now: Instant) -> [Step] {
        var steps: [Step] = []
        for name in names {
            guard case .dead = loops[name]?.phase else { continue }
            loops[name]?.restarts = 0
            steps += start(name, now)
        }
        return steps
    }

    /// Time has passed, or something happened. `watch` tells of a running loop; `nil` for one that is not watched.
    mutating func tick(_ now: Instant, _ watch: (LoopName) -> Watch?) -> [Step] {
        let wasAway = deadline.map { $0 + policy.oversleep < now } ?? false
        if wasAway { countsFrom = now }
        var steps: [Step] = []
        let graceEnds = now + policy.grace
        for name in names {
            switch loops[name]?.phase {
            case .running:
                guard !isResting, let watch = watch(name), let sign = watch.sign, due(name, sign, watch) <= now
                else { break }
                let why = "no sign of life for \(Int(sign.duration(to: now).seconds.rounded())) s"
                loops[name]?.phase = .ending(why: why, lived: sign, by: graceEnds, answers: false)
                steps.append(.cancel(name))
            case .ending(let why, let lived, let by, let answers):
                if wasAway {
                    loops[name]?.phase = .ending(why: why, lived: lived, by: graceEnds, answers: answers)
                } else if by <= now {
                    steps += [.giveUp(name), .letGo(name)]
                    // Whoever never waits cannot be stopped, and takes the thread that a successor would need.
                    if answers {
                        steps += fail(name, why + ", and it did not end when told to", lived: lived, now)
                    } else {
                        steps.append(die(name, why + ", and it holds up the thread that all loops run on"))
                    }
                }
            case .waiting(let until) where until <= now: steps += start(name, now)
            case .waiting, .dead, .over, nil: break
            }
        }
        var due: [Instant] = []
        for name in names { if let instant = next(name, now, watch) { due.append(instant) } }
        deadline = due.min()
        return steps
    }

    private func due(_ name: LoopName, _ sign: Instant, _ watch: Watch) -> Instant {
        // A run that is just being started has given no sign yet; what is known is the one before it.
        max(sign, countsFrom ?? sign, loops[name]?.startedAt ?? sign) + watch.limit
    }

    /// When there is something to look at in a loop, at the latest.
    private func next(_ name: LoopName, _ now: Instant, _ watch: (LoopName) -> Watch?) -> Instant? {
        switch loops[name]?.phase {
        case .running:
            guard !isResting, let watch = watch(name) else { return nil }
            // One that owes nothing may begin to owe the moment after.
            return due(name, watch.sign ?? now, watch)
        case .ending(_, _, let by, _): return by
        case .waiting(let until): return until
        case .dead, .over, nil: return nil
        }
    }

    private mutating func start(_ name: LoopName, _ now: Instant) -> [Step] {
        guard var loop = loops[name] else { return [] }
        loop.generation += 1
        loop.startedAt = now
        loop.phase = .running
        loops[name] = loop
        let start = Step.start(name, generation: loop.generation)
        return loop.generation == 1 ? [start] : [start, .tellRestarted(name)]
    }

    /// `lived` is when the run was well last.
    private mutating func fail(_ name: LoopName, _ why: String, lived: Instant, _ now: Instant) -> [Step] {
        guard var loop = loops[name] else { return [] }
        if let startedAt = loop.startedAt, startedAt.duration(to: lived) >= policy.healthy { loop.restarts = 0 }
        guard loop.restarts < policy.backoffs.count else { return [die(name, why)] }
        let wait = policy.backoffs[loop.restarts]
        loop.restarts += 1
        loop.phase = .waiting(until: now + wait)
        loops[name] = loop
        return [.tellFailed(name, why, restart: loop.restarts, wait: wait)]
    }

    private mutating func die(_ name: LoopName, _ why: String) -> Step {
        loops[name]?.phase = .dead
        return .hold(name, why, restarts: loops[name]?.restarts ?? 0)
    }
}
