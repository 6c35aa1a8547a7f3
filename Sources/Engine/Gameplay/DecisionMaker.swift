import Basics
import Record
import Vision

/// Asks the tiers in order and takes the first answer: reflex, rule, stuck, model, learned, heuristic.
package struct DecisionMaker: Sendable {
    private let keys: KeyTable
    private let pilot: Pilot?
    private let reflex = ReflexTier()
    private var rule = RuleTier()
    private var stuck: StuckTier
    private var model: ModelTier
    private let learned = LearnedTier()
    private var heuristic: HeuristicTier
    /// Decisions made so far; the next one is named by it.
    package private(set) var count = 0

    package init(keys: KeyTable, seed: UInt64, pilot: Pilot? = nil) {
        self.keys = keys
        self.pilot = pilot
        var seeds = SeededGenerator(seed: seed)
        stuck = StuckTier(seed: seeds.next())
        model = ModelTier(seed: seeds.next())
        heuristic = HeuristicTier(seed: seeds.next())
    }

    /// The decision for a situation. While an action runs only the reflexes are asked, and only an answer that may
    /// interrupt it counts: otherwise `nil`.
    package mutating func decide(_ situation: Situation, learner: Learner) -> Decision? {
        if let pilot {
            guard situation.running == nil else { return nil }
            let (proposal, source) = pilot.propose(situation)
            return decision(proposal, source, situation)
        }
        if let running = situation.running {
            guard let proposal = accepted(reflex.propose(situation), situation), proposal.priority > running.priority
            else { return nil }
            return decision(proposal, .reflex, situation)
        }
        if let it = accepted(reflex.propose(situation), situation) { return decision(it, .reflex, situation) }
        if let it = accepted(rule.propose(situation), situation) { return decision(it, .rule, situation) }
        if let it = accepted(stuck.propose(situation), situation) { return decision(it, .stuck, situation) }
        if let it = accepted(model.propose(situation), situation) { return decision(it, .model, situation) }
        let usual = heuristic.choose(situation)
        if let it = accepted(learned.propose(situation, insteadOf: usual, learner: learner), situation) {
            return decision(it, .learned, situation)
        }
        return decision(accepted(usual, situation) ?? lastResort(situation), .heuristic, situation)
    }

    /// An action was played to its end.
    package mutating func played(_ decision: Decision) {
        if decision.source == .stuck { stuck.played(decision.action) }
    }

    /// A proposal that would be refused anyway is passed over, so that a lower tier gets its turn and the agent cannot
    /// stand still on one stubborn idea.
    private func accepted(_ proposal: Proposal?, _ situation: Situation) -> Proposal? {
        guard let proposal, keys.allows(proposal.action, in: situation.layer) else { return nil }
        return proposal.action == situation.exhausted && proposal.priority != .critical ? nil : proposal
    }

    /// At most one action is exhausted at a time, so one of two is always left.
    private func lastResort(_ situation: Situation) -> Proposal {
        let choices: [ActionKind] =
            switch situation.layer {
            case .menu, .dialogue: [.back, .wait]
            case .combat: [.block, .moveBackward]
            case .exploration, .stealth: [.turnLeft, .turnRight]
            }
        let action = choices.first { $0 != situation.exhausted } ?? .wait
        return Proposal(action, "for a change")
    }

    private mutating func decision(_ proposal: Proposal, _ source: DecisionSource, _ situation: Situation) -> Decision {
        count += 1
        return Decision(
            id: count, action: proposal.action, source: source, priority: proposal.priority, reason: proposal.reason,
            frame: situation.reading.frame, scene: situation.reading.scene)
    }
}
