import Record

/// Looks in later frames for what an action should have brought about. "Nothing went wrong" is not success: only an
/// effect that was seen is.
///
/// Motion is judged by the first frame after the action's end; what the game may answer a little later (a panel that
/// opens, a bar that falls) has up to three frames, as long as no other action has begun.
package struct Verifier: Sendable {
    package struct Verification: Sendable, Equatable {
        package let decision: Decision
        package let verdict: Verdict
        package let before: Perception
        package let after: Perception
    }

    private struct Pending {
        let decision: Decision
        let before: Perception
        let start: ContinuousClock.Instant
        var end: ContinuousClock.Instant?
        var nextStart: ContinuousClock.Instant?
        var framesAfter = 0
        var last: Perception?
    }
    private static let frames = 3
    private var pending: [Pending] = []

    /// The first key of an action went down; `before` is what the decision was based on.
    package mutating func started(_ decision: Decision, before: Perception, at now: ContinuousClock.Instant) {
        for index in pending.indices where pending[index].nextStart == nil { pending[index].nextStart = now }
        pending.append(Pending(decision: decision, before: before, start: now))
    }

    /// An action is over. Only one that was played to its end is judged.
    package mutating func ended(_ decision: Decision, _ fate: ActionFate, at now: ContinuousClock.Instant) {
        guard let index = pending.firstIndex(where: { $0.decision.id == decision.id }) else { return }
        if fate == .executed { pending[index].end = now } else { pending.remove(at: index) }
    }

    /// Takes in a later frame; returns what it decided.
    package mutating func observe(_ perception: Perception) -> [Verification] {
        var done: [Verification] = []
        pending = pending.compactMap { entry in
            var entry = entry
            guard let verdict = Self.judge(&entry, perception) else { return entry }
            done.append(
                Verification(
                    decision: entry.decision, verdict: verdict, before: entry.before, after: entry.last ?? perception))
            return nil
        }
        return done
    }

    /// The verdict on one action by one more frame; `nil` while it is open.
    private static func judge(_ entry: inout Pending, _ perception: Perception) -> Verdict? {
        guard perception.capturedAt >= entry.start else { return nil }
        if let next = entry.nextStart, perception.capturedAt > next || entry.framesAfter > 0 {
            return entry.framesAfter == 0 ? .unverifiable : .noEffect
        }
        let isOver = entry.end.map { perception.capturedAt >= $0 } ?? false
        let effect = Effect.judge(entry.decision.action, entry.before.reading, perception.reading)
        let isMotion = Effect.isMotion(entry.decision.action)
        guard isOver else {
            // Running still: a bar may fall now, but where a movement leads is known at its end.
            guard effect == .verified, !isMotion else { return nil }
            entry.last = perception
            return .verified
        }
        entry.framesAfter += 1
        entry.last = perception
        if effect != .noEffect || isMotion || entry.framesAfter >= frames { return effect }
        return nil
    }
}
