import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Vision

@Suite("The decision maker", .shared)
struct DecisionMakerTests {
    let now = ContinuousClock.now

    private func situation(_ reading: Reading, _ change: (inout Situation) -> Void = { _ in }) -> Situation {
        let perception = Perception(reading: reading, capturedAt: now)
        var memory = Memory()
        memory.see(perception)
        var situation = Situation(perception: perception, memory: memory, now: now)
        change(&situation)
        return situation
    }

    private func decide(_ situation: Situation) -> Decision? {
        var maker = DecisionMaker(keys: Samples.keys, seed: 1)
        return maker.decide(situation, learner: Learner())
    }

    @Test("asks the tiers in order")
    func order() {
        let fight = Samples.reading(.combat, health: 10) { $0.enemies = 1 }
        #expect(decide(situation(fight))?.source == .reflex)
        #expect(decide(situation(fight))?.priority == .critical)

        let talk = Samples.reading(.dialogue)
        #expect(decide(situation(talk) { $0.isStuck = true })?.source == .rule)

        // With the inventory just seen there is no paperwork left for the rules.
        let intent = Intent(kind: .heal, reason: "", frame: 1, gameTime: 10, lifetime: 5)
        let hurt = Samples.reading(health: 80) { $0.gameTime = 14.9 }
        var free = situation(hurt) { $0.intent = intent }
        var memory = Memory()
        memory.see(Perception(reading: Samples.reading(.inventory), capturedAt: now))
        memory.see(free.perception)
        free.memory = memory
        let later = situation(Samples.reading(health: 80) { $0.gameTime = 15 }) {
            $0.intent = intent
            $0.memory = memory
        }
        #expect(decide(free)?.source == .model)
        free.isStuck = true
        #expect(decide(free)?.source == .stuck)
        free.isStuck = false
        free.intent = nil
        #expect(decide(free)?.source == .heuristic)
        free.intent = intent
        // The game has gone on further than the intent lives, whatever the clock says.
        #expect(decide(later)?.source == .heuristic)
    }

    @Test("asks a proven learner before it falls back on habit")
    func advice() {
        var learner = Learner()
        let reading = Samples.reading(.combat) {
            $0.enemies = 1
            $0.enemyBearing = 40
        }
        for (action, reward) in [(ActionKind.turnRight, 0.0), (.block, 1.0)] {
            for _ in 0..<20 {
                learner.learn(
                    .init(
                        before: LearnerState(reading), action: action, source: .heuristic, reward: reward,
                        after: LearnerState(Samples.reading())))
            }
        }
        var maker = DecisionMaker(keys: Samples.keys, seed: 1)
        let decision = maker.decide(situation(reading), learner: learner)
        #expect(decision?.source == .learned)
        #expect(decision?.action == .block)
    }

    @Test("below 15 health every scene has a critical answer that the arbiter accepts", arguments: SceneKind.allCases)
    func rescue(_ scene: SceneKind) throws {
        for (magicka, stamina, bearing) in [(100.0, 100.0, 0.0), (0, 100, 0), (0, 0, 0), (0, 0, 120), (0, 50, -40)] {
            let reading = Samples.reading(scene, health: 5) {
                $0.magicka = magicka
                $0.stamina = stamina
                $0.enemies = scene == .combat ? 1 : 0
                $0.enemyBearing = scene == .combat ? bearing : nil
                $0.targetHealth = scene == .combat && bearing == 0 ? 50 : nil
            }
            let decision = try #require(decide(situation(reading)))
            #expect(decision.priority == .critical)
            var arbiter = Arbiter()
            var context = Arbiter.Context(now: now, frameCapturedAt: now, newest: reading)
            context.isAllowed = Samples.keys.allows(decision.action, in: ControlLayer(scene: scene))
            #expect(arbiter.request(decision, context) == .go, "\(decision.action)")
        }
    }

    @Test("never proposes what would be refused as repeated", arguments: SceneKind.allCases, ActionKind.allCases)
    func exhaustion(_ scene: SceneKind, _ exhausted: ActionKind) throws {
        var maker = DecisionMaker(keys: Samples.keys, seed: 3)
        for _ in 0..<20 {
            let reading = Samples.reading(scene) { $0.targetHealth = scene == .combat ? 50 : nil }
            let decision = maker.decide(situation(reading) { $0.exhausted = exhausted }, learner: Learner())
            #expect(try #require(decision).action != exhausted)
        }
    }

    @Test("while an action runs, only a reflex of higher priority is a decision")
    func interruption() {
        let walk = Samples.decision(.moveForward, .low)
        #expect(decide(situation(Samples.reading()) { $0.running = walk }) == nil)
        let enemy = Samples.reading(.combat) {
            $0.enemies = 1
            $0.enemyBearing = -50
        }
        #expect(decide(situation(enemy) { $0.running = walk })?.action == .turnLeft)
        let swing = Samples.decision(.attack, .normal, scene: .combat)
        #expect(decide(situation(enemy) { $0.running = swing }) == nil)
        let dying = Samples.reading(.combat, health: 9) { $0.enemies = 1 }
        #expect(decide(situation(dying) { $0.running = swing })?.priority == .critical)
    }

    @Test("closes a menu that has been open for six seconds")
    func idleMenu() {
        let map = situation(Samples.reading(.map)) { $0.now = now + .seconds(6) }
        #expect(decide(map)?.source == .reflex)
        #expect(decide(map)?.action == .back)
        #expect(decide(situation(Samples.reading(.map)))?.source == .rule)
    }

    @Test("holds a whole conversation: asks, listens, buys, takes leave")
    func conversation() {
        var maker = DecisionMaker(keys: Samples.keys, seed: 1)
        let perception = Perception(reading: Samples.reading(.dialogue), capturedAt: now)
        var memory = Memory()
        memory.see(perception)
        var actions: [ActionKind] = []
        for _ in 0..<8 where actions.last != .back {
            let situation = Situation(perception: perception, memory: memory, now: now)
            guard let decision = maker.decide(situation, learner: Learner()) else { break }
            actions.append(decision.action)
            memory.acted(decision.action, in: .dialogue, seconds: 0.4)
        }
        #expect(actions == [.activate, .wait, .moveForward, .activate, .wait, .back])
    }

    @Test("at night it goes to the inn it has seen, and looks for it when it is behind")
    func night() {
        func memory(_ reading: Reading) -> Memory {
            var memory = Memory()
            memory.see(Perception(reading: Samples.reading(.inventory), capturedAt: now))
            memory.see(Perception(reading: Samples.reading { $0.innBearing = 0 }, capturedAt: now))
            memory.see(Perception(reading: reading, capturedAt: now))
            return memory
        }
        func action(_ bearing: Double?) -> ActionKind? {
            let reading = Samples.reading {
                $0.isNight = true
                $0.innBearing = bearing
            }
            return decide(situation(reading) { $0.memory = memory(reading) })?.action
        }
        #expect(action(-40) == .turnLeft)
        #expect(action(40) == .turnRight)
        #expect(action(5) == .moveForward)
        #expect(action(nil) == .turnRight)
    }
}
