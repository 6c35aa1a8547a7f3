// What events, and what they tell, are called in a journal where it is not by the names they have here. Each kind is an
// object of its own, so that a later version can tell more of it.

extension EngineEvent.Kind {
    enum StartedCodingKeys: String, CodingKey { case _0 = "info" }
    enum StateCodingKeys: String, CodingKey { case _0 = "state" }
    enum NoticeCodingKeys: String, CodingKey { case _0 = "text" }
    enum SpeedCodingKeys: String, CodingKey { case _0 = "factor" }
    enum DryRunCodingKeys: String, CodingKey { case _0 = "on" }
    enum BeatCodingKeys: String, CodingKey { case _0 = "loop", latency, interval }
    enum RestingCodingKeys: String, CodingKey { case _0 = "loop", _1 = "resting" }
    enum LoopFailedCodingKeys: String, CodingKey { case _0 = "loop", message, restart, `in` = "seconds" }
    enum LoopRestartedCodingKeys: String, CodingKey { case _0 = "loop" }
    enum LoopDeadCodingKeys: String, CodingKey { case _0 = "loop", message, restarts }
    enum PerceivedCodingKeys: String, CodingKey { case _0 = "reading", latency }
    enum SkippedCodingKeys: String, CodingKey { case _0 = "frames" }
    enum DecidedCodingKeys: String, CodingKey { case _0 = "decision", latency }
    enum ActedCodingKeys: String, CodingKey { case _0 = "outcome" }
    enum VerifiedCodingKeys: String, CodingKey { case decision, action, _2 = "verdict" }
    enum LessonCodingKeys: String, CodingKey { case _0 = "learner" }
    enum StuckCodingKeys: String, CodingKey { case _0 = "report" }
    enum IntentCodingKeys: String, CodingKey { case _0 = "intent" }
    enum QualityCodingKeys: String, CodingKey { case _0 = "report" }
    enum LearnerResumedCodingKeys: String, CodingKey { case _0 = "learner" }
    enum InterpretationStartedCodingKeys: String, CodingKey { case _0 = "interpretation" }
    enum InterpretationEndedCodingKeys: String, CodingKey { case _0 = "interpretation" }
    enum PerspectivesCodingKeys: String, CodingKey { case _0 = "perspectives" }
    enum EndpointFailingCodingKeys: String, CodingKey { case _0 = "kind", phase, message }
    enum EndpointRecoveredCodingKeys: String, CodingKey { case _0 = "kind" }
    enum ConsultedCodingKeys: String, CodingKey { case _0 = "consultation" }
    enum SpentCodingKeys: String, CodingKey { case _0 = "usage" }
    enum AccountCodingKeys: String, CodingKey { case _0 = "report" }
    enum SpokenCodingKeys: String, CodingKey { case _0 = "utterance" }
    enum UnspokenCodingKeys: String, CodingKey { case _0 = "utterance", _1 = "why" }
    enum VoiceCodingKeys: String, CodingKey { case _0 = "status" }
    enum OccupancyCodingKeys: String, CodingKey { case _0 = "occupancy" }
    enum ArmedCodingKeys: String, CodingKey { case _0 = "resource", name, step }
    enum ClosingCodingKeys: String, CodingKey { case _0 = "resource" }
    enum ClosedCodingKeys: String, CodingKey { case _0 = "receipt" }
    enum AuditedCodingKeys: String, CodingKey { case _0 = "audit" }
    enum JournalCodingKeys: String, CodingKey { case _0 = "status" }
    enum EndedCodingKeys: String, CodingKey { case _0 = "reason" }
}

extension AccountReport {
    enum SentCodingKeys: String, CodingKey { case _0 = "kind" }
    enum EndedCodingKeys: String, CodingKey { case _0 = "kind", _1 = "outcome", cost, unreported }
    enum HeldCodingKeys: String, CodingKey { case _0 = "hold" }
    enum HeldKindCodingKeys: String, CodingKey { case _0 = "kind", _1 = "hold" }
    enum SilentCodingKeys: String, CodingKey { case _0 = "kind", _1 = "silence" }
}

extension AccountInfo.Pricing { enum KnownCodingKeys: String, CodingKey { case _0 = "price", date } }
extension RequestOutcome { enum FailedCodingKeys: String, CodingKey { case _0 = "why" } }
extension HoldReason { enum BudgetCodingKeys: String, CodingKey { case _0 = "budget" } }
extension InterpretationEnd { enum FailedCodingKeys: String, CodingKey { case _0 = "message" } }
extension Receipt.Result { enum FailedCodingKeys: String, CodingKey { case _0 = "message" } }
extension ResourceStatus.Phase { enum DoneCodingKeys: String, CodingKey { case _0 = "receipt" } }

extension ActionFate {
    enum RefusedCodingKeys: String, CodingKey { case _0 = "why" }
    enum FailedCodingKeys: String, CodingKey { case _0 = "message" }
}

extension StopReason {
    enum SignalCodingKeys: String, CodingKey { case _0 = "name" }
    enum ErrorCodingKeys: String, CodingKey { case _0 = "message" }
}

/// A resource is its number, an amount of money is in nano-dollars.
extension ResourceID {
    package init(from decoder: any Decoder) throws { self.init(try Int(from: decoder)) }
    package func encode(to encoder: any Encoder) throws { try raw.encode(to: encoder) }
}

extension Money {
    package init(from decoder: any Decoder) throws { self.init(nanodollars: try Int64(from: decoder)) }
    package func encode(to encoder: any Encoder) throws { try nanodollars.encode(to: encoder) }
}
