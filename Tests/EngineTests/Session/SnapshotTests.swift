import Testing

@testable import Basics
@testable import Connections
@testable import Record
@testable import Vision

@testable import Engine

@Suite(.shared) struct SnapshotTests {
    private func fold(_ events: [(Double, EngineEvent.Kind)]) -> Snapshot {
        var snapshot = Snapshot()
        for (time, kind) in events { snapshot.apply(EngineEvent(time: time, kind: kind)) }
        return snapshot
    }

    private func decision(_ id: Int, _ action: ActionKind = .moveForward) -> Decision {
        Decision(
            id: id, action: action, source: .heuristic, priority: .normal, reason: "road ahead", frame: 7,
            scene: .wilderness)
    }

    @Test("a decision's line gathers its outcome and its verdict")
    func actionLine() {
        let outcome = ActionOutcome(decision: decision(1), fate: .executed, frameAge: 0.04, duration: 0.5)
        let snapshot = fold([
            (1, .decided(decision(1), latency: 0.002)),
            (1.5, .acted(outcome)),
            (2, .verified(decision: 1, action: .moveForward, .verified)),
        ])
        #expect(snapshot.actions.count == 1)
        #expect(snapshot.actions[0].outcome == outcome)
        #expect(snapshot.actions[0].verdict == .verified)
        #expect(snapshot.statistics.cycles == 1)
        #expect(snapshot.statistics.executed == 1)
        #expect(snapshot.statistics.actionKinds == [.moveForward: 1])
        #expect(snapshot.statistics.successRate == 1)
    }

    @Test("dry-run and refused actions are counted apart from executed ones")
    func countedApart() {
        let fates: [ActionFate] = [.executed, .dryRun, .refused(.stale), .refused(.stale), .interrupted, .failed("x")]
        let snapshot = fold(
            fates.enumerated().map { index, fate in
                (
                    Double(index),
                    .acted(ActionOutcome(decision: decision(index), fate: fate, frameAge: nil, duration: 0))
                )
            })
        let statistics = snapshot.statistics
        #expect(statistics.executed == 1)
        #expect(statistics.dryRun == 1)
        #expect(statistics.refused == [.stale: 2])
        #expect(statistics.interrupted == 1)
        #expect(statistics.actionErrors == 1)
    }

    @Test("success is unknown until something could be judged")
    func successUnknown() {
        #expect(Statistics().successRate == nil)
        #expect(fold([(0, .verified(decision: 1, action: .wait, .unverifiable))]).statistics.successRate == nil)
    }

    @Test("text that streams in is added to the interpretation it belongs to")
    func streamedText() {
        let first = Interpretation(id: 1, perspective: .tactical, frame: 3, startedAt: 10)
        let second = Interpretation(id: 2, perspective: .spatial, frame: 3, startedAt: 10)
        let snapshot = fold([
            (10, .interpretationStarted(first)), (10, .interpretationStarted(second)),
            (10.25, .interpretationText(id: 1, piece: "Two ")),
            (10.5, .interpretationText(id: 2, piece: "A road.")),
            (10.75, .interpretationText(id: 1, piece: "wolves.")),
        ])
        #expect(snapshot.interpretations.map(\.text) == ["Two wolves.", "A road."])
        #expect(snapshot.interpretations[0].firstPieceAfter == 0.25)
    }

    @Test("trouble with the endpoint keeps the time of its first failure until a request works again")
    func endpointTrouble() {
        let failing: [(Double, EngineEvent.Kind)] = [
            (5, .endpointFailing(.interpretation, phase: .connecting, message: "refused")),
            (9, .endpointFailing(.interpretation, phase: .waiting, message: "timeout")),
        ]
        let trouble = fold(failing).endpointTrouble
        #expect(trouble == EndpointTrouble(phase: .waiting, message: "timeout", since: 5, failures: 2))
        #expect(fold(failing + [(10, .endpointRecovered(.interpretation))]).endpointTrouble == nil)
    }

    @Test("paused time is the sum of the closed pauses")
    func pausedTime() {
        let snapshot = fold([
            (0, .state(.running)), (10, .state(.paused)), (14, .state(.running)), (20, .state(.paused)),
            (21, .state(.stepping)), (22, .state(.paused)), (25, .state(.stopping)),
        ])
        #expect(snapshot.statistics.pausedTime == 4 + 1 + 3)
    }

    @Test("resources stand in closing order and show how they were closed")
    func resources() {
        let receipt = Receipt(resource: ResourceID(1), name: "keys", step: 1, result: .closed, duration: 0.001)
        let snapshot = fold([
            (0, .armed(ResourceID(0), name: "server", step: 4)),
            (0, .armed(ResourceID(1), name: "keys", step: 1)),
            (1, .closing(ResourceID(1))), (2, .closed(receipt)), (2, .closing(ResourceID(0))),
        ])
        #expect(snapshot.resources.map(\.name) == ["keys", "server"])
        #expect(snapshot.resources[0].phase == .done(receipt))
        #expect(snapshot.resources[1].phase == .closing(since: 2))
    }

    @Test("a loop's rate comes from its own beats, and a rest does not make it late")
    func beats() {
        var events: [(Double, EngineEvent.Kind)] = (0...10).map {
            (Double($0) / 4, .beat(.perception, latency: 0.01, interval: 0.25))
        }
        #expect(fold(events).loops[.perception]?.rate == 4)
        events += [(3, .resting(.perception, true)), (60, .resting(.perception, false))]
        let loop = fold(events).loops[.perception]
        #expect(loop?.isResting == false)
        #expect(loop?.lastBeat == 60)
        #expect(loop?.beats == 11)
    }

    @Test("a request that a pause found under way ends without making its loop look overdue")
    func beatInPause() {
        let paused: [(Double, EngineEvent.Kind)] = [
            (1, .beat(.interpreter, latency: 1, interval: 2)), (2, .state(.paused)), (2, .resting(.interpreter, true)),
            (4, .beat(.interpreter, latency: 3, interval: 3)),
        ]
        #expect(fold(paused).loops[.interpreter]?.isResting == true)
        let resumed = fold(paused + [(60, .state(.running)), (60, .resting(.interpreter, false))])
        #expect(resumed.loops[.interpreter]?.isResting == false)
        // Anywhere else a beat ends a rest: the loop is at work again.
        let held = fold([(1, .resting(.planner, true)), (2, .beat(.planner, latency: 1, interval: 4))])
        #expect(held.loops[.planner]?.isResting == false)
    }

    @Test("an unrecovered stuck episode is counted once, and a recovery only when it was seen")
    func stuck() {
        let snapshot = fold([
            (0, .stuck(.detected(similarity: 0.99, repeats: 2))), (1, .stuck(.detected(similarity: 0.99, repeats: 3))),
            (1, .stuck(.recovering(action: .turnLeft, attempt: 1))),
            (2, .stuck(.judged(recovered: false, change: 0.01))),
            (3, .stuck(.recovering(action: .jump, attempt: 2))), (4, .stuck(.judged(recovered: true, change: 0.4))),
        ])
        #expect(snapshot.statistics.stuck.episodes == 1)
        #expect(snapshot.statistics.stuck.recoveriesTried == 2)
        #expect(snapshot.statistics.stuck.recoveriesVerified == 1)
        #expect(!snapshot.stuck.isStuck)
    }

    @Test("the graph of lanes goes on with every event, and fills what passed without traffic with what was told last")
    func occupancyGraph() {
        func pool(_ busy: Int) -> EngineEvent.Kind {
            var pool = Occupancy()
            pool.lanes = (0..<5).map { Occupancy.Lane(index: $0) }
            for lane in 0..<busy { pool.lanes[lane].phase = .waiting }
            return .occupancy(pool)
        }
        let told: [(Double, EngineEvent.Kind)] = [(10, pool(1)), (10.1, pool(3)), (10.2, pool(2))]
        #expect(Array(fold(told).occupancyHistory) == [3])
        #expect(Array(fold(told + [(10.4, .frameDropped)]).occupancyHistory) == [3])
        #expect(Array(fold(told + [(12.1, .frameDropped)]).occupancyHistory) == [3, 2, 2, 2, 2])
        #expect(Array(fold(told + [(11.6, pool(4)), (12, pool(0))]).occupancyHistory) == [3, 2, 2, 4, 4])
        #expect(fold(told + [(1e9, .frameDropped)]).occupancyHistory.count == 240)
    }

    @Test("how long a whole answer and a plan take is told by those that were finished only")
    func finishedOnly() {
        func ended(_ id: Int, _ end: InterpretationEnd) -> EngineEvent.Kind {
            var done = Interpretation(id: id, perspective: .tactical, frame: 1, startedAt: 0)
            (done.end, done.duration) = (end, Double(id))
            return .interpretationEnded(done)
        }
        let snapshot = fold([
            (1, ended(1, .finished(reason: "STOP"))), (2, ended(20, .failed("x"))), (2, ended(30, .cancelled)),
            (2, ended(40, .truncated)), (3, .planned(latency: 2, ok: true)), (4, .planned(latency: 30, ok: false)),
        ])
        #expect(snapshot.statistics.interpretationLatency.count == 1)
        #expect(snapshot.statistics.interpretationLatency.maximum.map { $0 < 1.1 } == true)
        #expect(snapshot.statistics.planLatency.maximum.map { $0 < 2.1 } == true)
        #expect(snapshot.statistics.plans == 2 && snapshot.statistics.planFailures == 1)
    }

    @Test("every event changes the revision, so that a screen knows when to draw")
    func revision() {
        #expect(fold([(0, .frameDropped), (0, .notice("x"))]).revision == 2)
    }
}
