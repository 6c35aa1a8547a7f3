import Basics
import Connections
import Vision

extension EngineEvent.Kind {
    /// As it is told: figures without the digits that mean nothing, readings without what only stages compare. What is
    /// folded live and what is folded from a journal are the same because both are folded from this.
    package var told: Self {
        switch self {
        case .beat(let loop, let latency, let interval):
            .beat(loop, latency: latency.toMicro, interval: interval.toMicro)
        case .perceived(let reading, let latency): .perceived(reading.told, latency: latency.toMicro)
        case .decided(let decision, let latency): .decided(decision, latency: latency?.toMicro)
        case .acted(let outcome):
            .acted(
                ActionOutcome(
                    decision: outcome.decision, fate: outcome.fate, frameAge: outcome.frameAge?.toTenthMillis,
                    duration: outcome.duration.toTenthMillis))
        case .lesson(var learner):
            {
                learner.averageReward = learner.averageReward.toMicro
                learner.uplift = learner.uplift?.toMicro
                return .lesson(learner)
            }()
        case .quality(var report):
            {
                (report.value, report.coverage) = (report.value.toMicro, report.coverage.toMicro)
                return .quality(report)
            }()
        case .interpretationStarted(let new): .interpretationStarted(new.told)
        case .interpretationEnded(let done): .interpretationEnded(done.told)
        case .planned(let latency, let ok): .planned(latency: latency.toMicro, ok: ok)
        case .occupancy(let occupancy): .occupancy(occupancy.told)
        default: self
        }
    }
}

extension Reading {
    fileprivate var told: Self {
        var told = self
        told.thumbnail = []
        told.gameTime = gameTime.toMicro
        told.confidence = confidence.toPermille
        told.health = health?.toPermille
        told.magicka = magicka?.toPermille
        told.stamina = stamina?.toPermille
        told.armour = armour?.toPermille
        told.enemyBearing = enemyBearing?.toPermille
        told.targetHealth = targetHealth?.toPermille
        told.detection = detection.toPermille
        told.rumourBearing = rumourBearing?.toPermille
        told.innBearing = innBearing?.toPermille
        told.similarity = similarity.map { ($0 * 100).rounded() / 100 }
        return told
    }
}

extension Interpretation {
    fileprivate var told: Self {
        var told = self
        told.startedAt = startedAt.toMillis
        told.firstPieceAfter = firstPieceAfter?.toMillis
        told.duration = duration?.toMillis
        return told
    }
}

extension Occupancy {
    fileprivate var told: Self {
        var told = self
        told.oldestWait = oldestWait?.toTenths
        for index in lanes.indices where lanes[index].phase != nil {
            told.lanes[index].age = lanes[index].age.toTenths
            told.lanes[index].phaseAge = lanes[index].phaseAge.toTenths
        }
        return told
    }
}

extension Double {
    fileprivate var toTenthMillis: Double { (self * 1e4).rounded() / 1e4 }
    fileprivate var toPermille: Double { (self * 1000).rounded() / 1000 }
    fileprivate var toTenths: Double { (self * 10).rounded() / 10 }
}
