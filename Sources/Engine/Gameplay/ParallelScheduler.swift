import Record

/// Runs the stages as four loops that wait for one another only through one-place slots, so that each works on the
/// newest there is: perception looks, reasoning decides, action plays - and can be interrupted by a decision of higher
/// priority while it does - and learning reflects.
struct ParallelScheduler: Sendable {
    /// How far apart the beats of the loops that follow frames should be, in seconds.
    private static let frameInterval = 0.5
    /// The same for the action loop: the longest action and the decision before it.
    private static let actionInterval = 2.5

    let stages: Stages
    private let readings = NewestSlot<Perception>()
    private let lessons = NewestSlot<Perception>()
    private let decisions = NewestSlot<Decision>()
    /// In a lock-step game: the picture may have changed, look again.
    private let looks = NewestSlot<Void>()

    /// Each fails, and is started again, by itself.
    var loops: [SupervisedLoop] {
        let (frames, actions) = (stages.limit(Self.frameInterval), stages.actionLimit(Self.actionInterval))
        // In a lock-step game perception waits for the action, which has to be found out first.
        let twice: @Sendable () -> Duration = { actions() * 2 }
        return [
            SupervisedLoop(name: .perception, limit: stages.isLockStep ? twice : frames, body: perceptionLoop),
            SupervisedLoop(name: .reasoning, limit: frames, body: reasoningLoop),
            SupervisedLoop(name: .action, limit: actions, body: actionLoop, letGo: stages.letGo),
            SupervisedLoop(name: .learning, limit: frames, body: learningLoop),
        ]
    }

    private func perceptionLoop() async throws {
        looks.put(())
        while true {
            try await stages.gate.untilOpen()
            if stages.isLockStep { try await looks.take() }
            let began = stages.clock.now
            let perception = try await stages.perceive()
            lessons.put(perception)
            if readings.put(perception) != nil { stages.skipped(1) }
            stages.beat(.perception, since: began, interval: Self.frameInterval)
            if !stages.isLockStep {
                try await stages.clock.sleep(until: began + stages.perceptionInterval, tolerance: nil)
            }
        }
    }

    private func reasoningLoop() async throws {
        // What the run before this one had taken is lost.
        looks.put(())
        while true {
            if stages.gate.rests {
                try await stages.gate.untilOpen()
                // What was seen before the pause is no ground for a decision after it.
                readings.clear()
                looks.put(())
            }
            let perception = try await LoopRun.resting(stages.clock) { try await readings.take() }
            if stages.gate.rests { continue }
            let began = stages.clock.now
            if let decision = try stages.decide(perception) {
                if let overtaken = decisions.put(decision) { stages.overtaken(overtaken) }
            } else if stages.isIdle {
                looks.put(())
            }
            stages.beat(.reasoning, since: began, interval: Self.frameInterval)
        }
    }

    private func actionLoop() async throws {
        var next: Decision?
        looks.put(())
        while true {
            let decision: Decision
            if let approved = next {
                decision = approved
            } else {
                decision = try await LoopRun.resting(stages.clock) { try await decisions.take() }
                if case .refuse(let why) = stages.rule(decision) {
                    let began = stages.clock.now
                    try await stages.pace(after: why)
                    looks.put(())
                    stages.beat(.action, since: began, interval: Self.actionInterval)
                    continue
                }
            }
            let began = stages.clock.now
            next = try await play(decision)
            looks.put(())
            stages.beat(.action, since: began, interval: Self.actionInterval)
            try Task.checkCancellation()
        }
    }

    /// Plays a decision while listening for one that may interrupt it.
    /// - Returns: The decision that took over, already approved; `nil` when the action was played to its end.
    private func play(_ decision: Decision) async throws -> Decision? {
        try await withThrowingTaskGroup(of: Decision?.self) { group in
            group.addTask {
                try await stages.act(decision)
                return nil
            }
            group.addTask { await interruption() }
            // Whichever comes first ends the other: an approved decision releases the keys of the running action.
            var approved = try await group.next() ?? nil
            group.cancelAll()
            // A decision approved in the same moment as the action ended must not be lost.
            while let late = try await group.next() { approved = approved ?? late }
            return approved
        }
    }

    /// Waits for a decision that the arbiter lets through while another runs; `nil` when cancelled.
    private func interruption() async -> Decision? {
        while let decision = try? await decisions.take() {
            switch stages.rule(decision) {
            case .go, .preempt: return decision
            case .refuse: continue
            }
        }
        return nil
    }

    private func learningLoop() async throws {
        while true {
            let perception = try await LoopRun.resting(stages.clock) { try await lessons.take() }
            let began = stages.clock.now
            stages.reflect(perception)
            stages.beat(.learning, since: began, interval: Self.frameInterval)
        }
    }
}
