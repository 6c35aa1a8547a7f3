import Connections
import Vision

@testable import Dashboard
@testable import Engine
@testable import Record

/// Snapshots made from events, as in life.
enum Script {
    static func running(decisions: Int = 3) -> Snapshot {
        var snapshot = Snapshot()
        for event in events(decisions: decisions) { snapshot.apply(event) }
        return snapshot
    }

    static func driving() -> Snapshot {
        var snapshot = running()
        snapshot.apply(EngineEvent(time: 10, kind: .state(.operatorDrives)))
        return snapshot
    }

    /// Two resources closed, one being closed, one still armed.
    static func stopping() -> Snapshot {
        var snapshot = running()
        apply(
            &snapshot, 11,
            [
                .state(.stopping), .closing(ResourceID(1)),
                .closed(
                    Receipt(resource: ResourceID(1), name: "game input", step: 1, result: .closed, duration: 0.002)),
                .closing(ResourceID(2)),
                .closed(
                    Receipt(
                        resource: ResourceID(2), name: "video interpreter", step: 2, result: .timedOut,
                        duration: 0.25)),
                .closing(ResourceID(3)),
            ])
        return snapshot
    }

    static func ended(clean: Bool = true) -> Snapshot {
        var snapshot = running()
        var pool = snapshot.occupancy
        pool.lanes = (0..<pool.limit).map { Occupancy.Lane(index: $0) }
        pool.closed = clean ? pool.opened : pool.opened - 1
        pool.abandoned = 2
        pool.isClosed = true
        var audit = Audit()
        audit.socketsAtEnd = clean ? 0 : 1
        apply(&snapshot, 11, [.state(.stopping), .occupancy(pool)])
        for (id, name) in names {
            let result: Receipt.Result = clean || id != 2 ? .closed : .failed("no answer")
            let step = id < 3 ? id : 3
            snapshot.apply(
                EngineEvent(
                    time: 12,
                    kind: .closed(
                        Receipt(resource: ResourceID(id), name: name, step: step, result: result, duration: 0.012))))
        }
        apply(&snapshot, 12, [.audited(audit), .ended(.key)])
        return snapshot
    }

    private static let names = [(1, "game input"), (2, "video interpreter"), (3, "voice system"), (4, "journal")]

    private static func apply(_ snapshot: inout Snapshot, _ time: Double, _ kinds: [EngineEvent.Kind]) {
        for kind in kinds { snapshot.apply(EngineEvent(time: time, kind: kind)) }
    }

    static func events(decisions: Int) -> [EngineEvent] {
        var info = SessionInfo()
        info.game = "embedded world, seed 7"
        info.model = "gemini-2.5-flash"
        info.endpoint = "http://127.0.0.1:4711"
        info.limit = 10
        info.limitPerHost = 5
        var kinds: [(Double, EngineEvent.Kind)] = [
            (0, .started(info)), (0, .state(.running)), (0, .perspectives([.tactical, .narrative])),
        ]
        for (id, name) in names { kinds.append((0, .armed(ResourceID(id), name: name, step: min(id, 4)))) }
        for beat in 1...4 {
            kinds.append((Double(beat) * 2, .beat(.perception, latency: 0.02 * Double(beat), interval: 0.5)))
            kinds.append((Double(beat) * 2.4, .beat(.action, latency: 0.3, interval: 1)))
        }
        kinds.append((8, .beat(.planner, latency: 1.2, interval: 5)))
        kinds.append((8, .resting(.planner, true)))
        kinds.append((9, .perceived(reading, latency: 0.02)))
        for id in 1...max(1, decisions) { kinds += decision(id) }
        kinds += model + [(9.5, .occupancy(pool)), (9.5, .occupancy(pool))]
        return kinds.map { EngineEvent(time: $0.0, kind: $0.1) }
    }

    private static var reading: Reading {
        var reading = Reading()
        reading.frame = 812
        reading.scene = .combat
        reading.confidence = 0.93
        reading.health = 62
        reading.stamina = 25
        reading.enemies = 2
        reading.similarity = 0.41
        return reading
    }

    private static func decision(_ id: Int) -> [(Double, EngineEvent.Kind)] {
        let actions: [ActionKind] = [.attack, .moveForward, .openMap]
        let decision = Decision(
            id: id, action: actions[id % 3], source: DecisionSource.allCases[id % 6], priority: .normal,
            reason: "wolf near, left", frame: 810, scene: .combat)
        let fate: ActionFate = id % 3 == 2 ? .refused(.menuInCombat) : .executed
        var kinds: [(Double, EngineEvent.Kind)] = [
            (9, .decided(decision, latency: 0.004)),
            (9.2, .acted(ActionOutcome(decision: decision, fate: fate, frameAge: 0.042, duration: 0.3))),
        ]
        if id % 3 == 0 { kinds.append((9.3, .verified(decision: id, action: decision.action, .verified))) }
        if id % 3 == 1 { kinds.append((9.3, .verified(decision: id, action: decision.action, .noEffect))) }
        return kinds
    }

    private static var model: [(Double, EngineEvent.Kind)] {
        var done = Interpretation(id: 1, perspective: .tactical, frame: 800, startedAt: 5)
        done.text = "Two wolves close in from the left."
        done.firstPieceAfter = 0.4
        done.duration = 1.5
        done.end = .finished(reason: "STOP")
        return [
            (5, .interpretationStarted(Interpretation(id: 1, perspective: .tactical, frame: 800, startedAt: 5))),
            (6.5, .interpretationEnded(done)),
            (8, .interpretationStarted(Interpretation(id: 2, perspective: .narrative, frame: 810, startedAt: 8))),
            (8.4, .interpretationText(id: 2, piece: "Night falls over ")),
            (8.6, .interpretationText(id: 2, piece: "Emberford")),
            (9, .spoken(Utterance(text: "Wolves, left.", priority: .high, topic: "threat"))),
            (9, .spent(TokenUsage(prompt: 300, candidates: 40, thoughts: 0))),
        ]
    }

    private static var pool: Occupancy {
        var pool = Occupancy()
        pool.limit = 10
        pool.limitPerHost = 5
        pool.opened = 42
        pool.closed = 40
        pool.requests = 42
        pool.answered = 39
        pool.failed = 1
        pool.failedByPhase = [.connecting: 1]
        pool.peak = 4
        pool.queued = 1
        pool.oldestWait = 0.088
        pool.bytesSent = 5_460_000
        pool.bytesReceived = 61_000
        pool.lanes = (0..<10).map { Occupancy.Lane(index: $0) }
        let origin = Origin(scheme: .http, host: "127.0.0.1", port: 4711)
        for (index, phase, age, received) in [(0, Phase.receiving, 0.31, 512), (3, .waiting, 26.0, 0)] {
            pool.lanes[index].phase = phase
            pool.lanes[index].origin = origin
            pool.lanes[index].age = age
            pool.lanes[index].bytesSent = 130_400
            pool.lanes[index].bytesReceived = received
        }
        return pool
    }
}

extension Script {
    /// The assets of this checkout, found from where this file is.
    static let assetsRoot: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/assets"
    }()
}
