import Record

/// Calls the stages in order from one task: look, reflect on the last action, decide, act. The actions set the pace.
struct SequentialScheduler: Sendable {
    /// The longest a cycle should take: the longest action and its surroundings, in seconds.
    static let interval = 3.0
    let stages: Stages

    var loops: [SupervisedLoop] {
        [
            SupervisedLoop(
                name: .cycle, limit: stages.actionLimit(Self.interval), body: { while true { try await cycle() } },
                letGo: stages.letGo)
        ]
    }

    private func cycle() async throws {
        try await stages.gate.untilOpen()
        let began = stages.clock.now
        let perception = try await stages.perceive()
        stages.reflect(perception)
        guard let decision = try stages.decide(perception) else { return }
        switch stages.rule(decision) {
        case .go, .preempt: try await stages.act(decision)
        case .refuse(let why): try await stages.pace(after: why)
        }
        stages.beat(.cycle, since: began, interval: Self.interval)
        try Task.checkCancellation()
    }
}
