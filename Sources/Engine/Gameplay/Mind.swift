import Basics
import Record
import Vision

/// What the agent knows and how it decides, as one value: readings and outcomes go in, decisions and events come out.
/// Pure; ``Stages`` holds it behind a lock and does what it says.
struct Mind: Sendable {
    private let keys: KeyTable
    private var maker: DecisionMaker
    private var memory = Memory()
    private(set) var arbiter = Arbiter()
    private var verifier = Verifier()
    private var stuck = StuckDetector()
    private(set) var learner: Learner
    private var quality = QualityMeter()
    var intent: Intent?

    private(set) var newest: Perception?
    /// Decided and not yet over or refused, with the frame behind it and the quality at that moment.
    private var open: [Int: OpenDecision] = [:]
    private var outstanding: Decision?
    private var lastEnd: ContinuousClock.Instant?
    /// Frames from before this are no ground for an action: see ``startAfresh(at:)``.
    private var freshFrom: ContinuousClock.Instant?
    private var postedQuality: QualityReport?

    private struct OpenDecision {
        let perception: Perception
        let quality: QualityReport
    }

    init(keys: KeyTable, seed: UInt64, learner: Learner, pilot: Pilot? = nil) {
        self.keys = keys
        self.learner = learner
        maker = DecisionMaker(keys: keys, seed: seed, pilot: pilot)
    }

    var decisions: Int { maker.count }
    /// Whether no decision waits or runs.
    var isIdle: Bool { outstanding == nil && arbiter.running == nil }

    /// Takes in the newest reading.
    mutating func perceived(_ perception: Perception) {
        let before = newest?.reading.scene
        newest = perception
        quality.observe(perception.reading, toast: memory.see(perception))
        if perception.reading.scene == .dialogue, before != .dialogue {
            quality.met(perception.reading.speaker)
        }
    }

    /// Decides on a reading; `nil` if it shows the time before the last action ended, or if what runs may go on.
    mutating func decide(_ perception: Perception, at now: ContinuousClock.Instant) -> Decision? {
        let running = outstanding ?? arbiter.running
        if running == nil, let lastEnd, perception.capturedAt < lastEnd { return nil }
        if let freshFrom, perception.capturedAt < freshFrom { return nil }
        var situation = Situation(perception: perception, memory: memory, now: now)
        situation.intent = intent
        situation.running = running
        situation.exhausted = arbiter.exhausted(at: now)
        situation.isStuck = stuck.isStuck
        situation.stuckAttempt = stuck.failures
        guard let decision = maker.decide(situation, learner: learner) else { return nil }
        outstanding = decision
        open[decision.id] = OpenDecision(perception: perception, quality: quality.report)
        return decision
    }

    /// Asks the arbiter. A refused decision is over with this.
    mutating func request(
        _ decision: Decision, at now: ContinuousClock.Instant, admit: () -> Refusal?
    ) -> Arbiter.Ruling {
        guard let perception = open[decision.id]?.perception else { return .refuse(.stale) }
        let reading = newest?.reading ?? perception.reading
        var context = Arbiter.Context(now: now, frameCapturedAt: perception.capturedAt, newest: reading)
        context.isAllowed = keys.allows(decision.action, in: ControlLayer(scene: reading.scene))
        if let freshFrom, perception.capturedAt < freshFrom { context.closed = .stale }
        var trial = arbiter
        // The gate's permit is taken last, by a decision that nothing else speaks against.
        var ruling = trial.request(decision, context)
        if case .refuse = ruling {} else if let closed = admit() {
            context.closed = closed
            trial = arbiter
            ruling = trial.request(decision, context)
        }
        arbiter = trial
        if case .refuse = ruling { forget(decision) }
        return ruling
    }

    /// Somebody else had the keys until now: only what is seen from here on counts.
    mutating func startAfresh(at now: ContinuousClock.Instant) { freshFrom = now }

    /// A decision was never ruled on, because a newer one took its place.
    mutating func forget(_ decision: Decision) {
        open[decision.id] = nil
        if outstanding?.id == decision.id { outstanding = nil }
    }

    /// The first key goes down. Returns the age of the frame behind the decision, in seconds.
    mutating func started(_ decision: Decision, dryRun: Bool, at now: ContinuousClock.Instant) -> Double? {
        guard let perception = open[decision.id]?.perception else { return nil }
        if !dryRun { verifier.started(decision, before: perception, at: now) }
        return perception.capturedAt.duration(to: now).seconds
    }

    /// An action is over. Returns events: a way out that was tried is told.
    mutating func ended(
        _ decision: Decision, _ fate: ActionFate, at now: ContinuousClock.Instant
    ) -> [EngineEvent.Kind] {
        arbiter.ended(decision, fate, at: now)
        verifier.ended(decision, fate, at: now)
        if outstanding?.id == decision.id { outstanding = nil }
        lastEnd = now
        guard fate == .executed || fate == .dryRun else {
            open[decision.id] = nil
            return []
        }
        memory.acted(decision.action, in: decision.scene, seconds: keys[decision.action].length.seconds)
        maker.played(decision)
        if fate == .dryRun {
            open[decision.id] = nil
        } else {
            quality.played(decision.action)
        }
        guard decision.source == .stuck else { return [] }
        return [.stuck(.recovering(action: decision.action, attempt: stuck.failures + 1))]
    }

    /// Judges earlier actions by a reading, and learns from what it finds.
    mutating func reflect(_ perception: Perception) -> [EngineEvent.Kind] {
        var events: [EngineEvent.Kind] = []
        for verification in verifier.observe(perception) {
            let decision = verification.decision
            events.append(.verified(decision: decision.id, action: decision.action, verification.verdict))
            arbiter.judged(decision.action, verification.verdict)
            memory.judged(decision.action, verification.verdict)
            if decision.action.isAttack, verification.verdict == .verified { quality.hit() }
            if decision.action.isMovement {
                let reports = stuck.moved(before: verification.before.reading, after: verification.after.reading)
                events += reports.map { .stuck($0) }
            }
            if let before = open.removeValue(forKey: decision.id) {
                learn(verification, since: before.quality)
                events.append(.lesson(learner.summary))
            }
        }
        let report = quality.report
        if report != postedQuality, !events.isEmpty || postedQuality == nil {
            postedQuality = report
            events.append(.quality(report))
        }
        return events
    }

    private mutating func learn(_ verification: Verifier.Verification, since before: QualityReport) {
        let now = quality.report
        var reward = now.value - before.value
        reward += 0.02 * Double(now.achievements - before.achievements)
        reward -= 0.05 * Double(now.deaths - before.deaths)
        if verification.verdict == .noEffect { reward -= 0.002 }
        learner.learn(
            Learner.Lesson(
                before: LearnerState(verification.before.reading), action: verification.decision.action,
                source: verification.decision.source, reward: reward,
                after: LearnerState(verification.after.reading)))
    }
}
