import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Vision

@Suite("The learner", .shared)
struct LearnerTests {
    let state = LearnerState(Samples.reading())
    let other = LearnerState(Samples.reading(.combat) { $0.enemies = 2 })

    private func teach(
        _ learner: inout Learner, _ action: ActionKind, reward: Double, times: Int,
        source: DecisionSource = .heuristic
    ) {
        for _ in 0..<times {
            learner.learn(
                .init(before: state, action: action, source: source, reward: reward, after: other))
        }
    }

    @Test("advises only after enough tries of both actions, and by a margin")
    func gate() {
        var learner = Learner()
        teach(&learner, .moveForward, reward: 0, times: 20)
        teach(&learner, .sprint, reward: 1, times: 19)
        #expect(learner.advice(in: state, insteadOf: .moveForward) == nil)
        teach(&learner, .sprint, reward: 1, times: 1)
        #expect(learner.advice(in: state, insteadOf: .moveForward)?.action == .sprint)
        #expect(learner.advice(in: state, insteadOf: .moveForward)?.visits == 20)
        #expect(learner.advice(in: state, insteadOf: .sprint) == nil)
        #expect(learner.advice(in: other, insteadOf: .moveForward) == nil)

        var equal = Learner()
        teach(&equal, .moveForward, reward: 0.1, times: 30)
        teach(&equal, .sprint, reward: 0.105, times: 30)
        #expect(equal.advice(in: state, insteadOf: .moveForward) == nil)
    }

    @Test("an unknown usual action gets no advice")
    func unknownUsual() {
        var learner = Learner()
        teach(&learner, .sprint, reward: 1, times: 50)
        #expect(learner.advice(in: state, insteadOf: .moveForward) == nil)
    }

    @Test("states the uplift of its advice only with enough of both sides")
    func uplift() throws {
        var learner = Learner()
        teach(&learner, .moveForward, reward: 0.1, times: 30)
        teach(&learner, .sprint, reward: 0.4, times: 19, source: .learned)
        #expect(learner.summary.uplift == nil)
        teach(&learner, .sprint, reward: 0.4, times: 1, source: .learned)
        #expect(abs(try #require(learner.summary.uplift) - 0.3) < 1e-9)
        #expect(learner.summary.advised == 20)
        #expect(learner.summary.experiences == 50)
        #expect(learner.summary.states == 1)
        #expect(abs(learner.summary.averageReward - 0.22) < 1e-9)
    }

    @Test("tells apart what matters for a decision")
    func states() {
        #expect(LearnerState(Samples.reading(health: 90)) == LearnerState(Samples.reading(health: 70)))
        #expect(LearnerState(Samples.reading(health: 20)) != LearnerState(Samples.reading(health: 70)))
        #expect(LearnerState(Samples.reading { $0.blocked = true }) != LearnerState(Samples.reading()))
        #expect(
            LearnerState(Samples.reading { $0.enemyBearing = -20 })
                != LearnerState(Samples.reading { $0.enemyBearing = 20 }))
    }
}
