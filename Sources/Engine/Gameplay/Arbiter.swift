import Record
import Vision

/// Decides whether a decision may become an action. One action at a time; only a higher priority interrupts.
/// Pure: a shell asks it before every action and tells it what became of each.
package struct Arbiter: Sendable {
    /// What the arbiter looks at besides the decision itself.
    package struct Context: Sendable {
        package var now: ContinuousClock.Instant
        /// When the frame behind the decision was captured.
        package var frameCapturedAt: ContinuousClock.Instant
        /// The newest reading, which may be newer than the decision's.
        package var newest: Reading
        /// Whether the key table allows the action in the newest reading's layer.
        package var isAllowed = true
        /// Why no action may start at all: paused, a person drives, input stopped.
        package var closed: Refusal?
    }

    package enum Ruling: Sendable, Equatable {
        case go
        /// Starts in place of a running one of lower priority, whose keys have to be released first.
        case preempt(Decision)
        case refuse(Refusal)
    }

    /// Oldest frame an action may be based on.
    package static let freshness = Duration.seconds(2)
    /// The same for critical actions: late help is better than none.
    package static let criticalFreshness = Duration.seconds(5)
    /// Below this health, in percent, only critical actions start.
    package static let criticalHealth = 15.0
    /// Below this health, in percent, no attack starts.
    package static let attackHealth = 25.0
    /// So often may an action run in a row without an effect that was seen.
    package static let repeats = 5
    /// A repetition is one only if it follows this soon.
    package static let repetitionMemory = Duration.seconds(10)

    package private(set) var running: Decision?
    private var run: Run?

    /// Executions of one action in a row, since an effect of it was seen.
    private struct Run {
        var action: ActionKind
        var count: Int
        var last: ContinuousClock.Instant
    }

    /// Rules on a decision. On ``Ruling/go`` and ``Ruling/preempt(_:)`` it counts as running until ``ended(_:_:at:)``.
    package mutating func request(_ decision: Decision, _ context: Context) -> Ruling {
        if let why = refusal(of: decision, context) { return .refuse(why) }
        defer { running = decision }
        return running.map(Ruling.preempt) ?? .go
    }

    /// An action is over, however it ended.
    package mutating func ended(_ decision: Decision, _ fate: ActionFate, at now: ContinuousClock.Instant) {
        if running?.id == decision.id { running = nil }
        // What is steered changes as it goes: twice the same is no repetition.
        guard fate == .executed, !decision.action.isSteered else { return }
        if var same = run, same.action == decision.action, same.last + Self.repetitionMemory > now {
            same.count += 1
            same.last = now
            run = same
        } else {
            run = Run(action: decision.action, count: 1, last: now)
        }
    }

    /// An action was judged from later frames. Walking on is no repetition as long as the picture changes.
    package mutating func judged(_ action: ActionKind, _ verdict: Verdict) {
        if verdict == .verified, run?.action == action { run?.count = 0 }
    }

    /// The action that would be refused as repeated. Whoever decides asks for it and chooses another, so that a
    /// stubborn decision cannot stop the agent; it is also forgotten after a while.
    package func exhausted(at now: ContinuousClock.Instant) -> ActionKind? {
        guard let run, run.count >= Self.repeats, run.last + Self.repetitionMemory > now else { return nil }
        return run.action
    }

    private func refusal(of decision: Decision, _ context: Context) -> Refusal? {
        let isCritical = decision.priority == .critical
        let newest = context.newest
        let layer = ControlLayer(scene: newest.scene)
        if let closed = context.closed { return closed }
        let age = context.frameCapturedAt.duration(to: context.now)
        if age > (isCritical ? Self.criticalFreshness : Self.freshness) { return .stale }
        // Layers, not scenes: walking out of a town changes the scene and nothing about what the keys do.
        if layer != ControlLayer(scene: decision.scene) { return .sceneChanged }
        // What is steered goes by the pictures: of a menu too.
        if newest.scene.isMenu, decision.action.isMovement, !decision.action.isSteered { return .menuOpen }
        if layer == .menu || layer == .dialogue, !context.isAllowed { return .menuOpen }
        if let health = newest.health {
            if health < Self.criticalHealth, !isCritical { return .healthCritical }
            if health < Self.attackHealth, decision.action.isAttack { return .healthLow }
        }
        if layer == .combat, decision.action.opensMenu { return .menuInCombat }
        // Holding on to a rescue is no loop: healing five times may be just enough.
        if !isCritical, exhausted(at: context.now) == decision.action { return .repeated }
        if let running, decision.priority <= running.priority { return .busy }
        return nil
    }
}
