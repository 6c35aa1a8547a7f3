import Record

/// Looks, and does nothing about it: for a game in which there is nothing to press. Whatever the mode, there is one
/// loop, since nothing waits for what it finds.
struct WatchingScheduler: Sendable {
    /// How far apart two looks should be at the most, in seconds.
    private static let interval = 0.5

    let stages: Stages

    var loops: [SupervisedLoop] {
        [
            SupervisedLoop(name: .perception, limit: stages.limit(Self.interval)) {
                while true {
                    try await stages.gate.untilOpen()
                    let began = stages.clock.now
                    _ = try await stages.perceive()
                    stages.beat(.perception, since: began, interval: Self.interval)
                    try await stages.clock.sleep(until: began + stages.perceptionInterval, tolerance: nil)
                }
            }
        ]
    }
}
