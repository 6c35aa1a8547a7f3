import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Vision

@Suite("The verifier", .shared)
struct VerifierTests {
    let start = ContinuousClock.now

    private func perception(_ reading: Reading, at seconds: Double) -> Perception {
        Perception(reading: reading, capturedAt: start + .seconds(seconds))
    }

    /// Plays one action from 0 s to 1 s and shows frames after it, 1.1 s, 1.2 s and so on.
    private func verdicts(_ action: ActionKind, _ before: Reading, then later: [Reading]) -> [Verdict?] {
        var verifier = Verifier()
        let decision = Samples.decision(action, scene: before.scene)
        verifier.started(decision, before: perception(before, at: 0), at: start)
        verifier.ended(decision, .executed, at: start + .seconds(1))
        return later.enumerated().map { index, reading in
            verifier.observe(perception(reading, at: 1.1 + Double(index) / 10)).first?.verdict
        }
    }

    @Test("a walk is judged by the first frame after it")
    func motion() {
        let here = Samples.reading()
        let there = Samples.reading { $0.thumbnail = Samples.view(1) }
        #expect(verdicts(.moveForward, here, then: [there]) == [.verified])
        #expect(verdicts(.moveForward, here, then: [here, there]) == [.noEffect, nil])
        #expect(verdicts(.turnLeft, here, then: [there]) == [.verified])
        let brighter = Samples.reading { $0.thumbnail = Samples.view(0).map { $0 * 0.3 + 40 } }
        #expect(verdicts(.moveForward, here, then: [brighter]) == [.noEffect])
        #expect(verdicts(.moveForward, Samples.reading(.dialogue), then: [there]) == [.unverifiable])
    }

    @Test("what may take a moment has three frames")
    func patience() {
        let world = Samples.reading()
        let page = Samples.reading(.inventory)
        #expect(verdicts(.openInventory, world, then: [world, world, page]) == [nil, nil, .verified])
        #expect(verdicts(.openInventory, world, then: [world, world, world]) == [nil, nil, .noEffect])
    }

    static let effects: [(ActionKind, Reading, Reading, Verdict)] = [
        (.openMap, Samples.reading(), Samples.reading(.map), .verified),
        (.back, Samples.reading(.map), Samples.reading(), .verified),
        (.back, Samples.reading(), Samples.reading(.city), .noEffect),
        (.heal, Samples.reading(health: 50), Samples.reading(health: 66), .verified),
        (.heal, Samples.reading(health: 50), Samples.reading(health: 50), .noEffect),
        (.heal, Samples.reading(health: nil), Samples.reading(health: 50), .unverifiable),
        (.sneak, Samples.reading(), Samples.reading { $0.sneaking = true }, .verified),
        (.activate, Samples.reading(.city), Samples.reading(.dialogue), .verified),
        (.activate, Samples.reading(.city), Samples.reading(.city), .noEffect),
        (.activate, Samples.reading(.dialogue), Samples.reading(.dialogue) { $0.toast = "BOUGHT POTION" }, .verified),
        (.activate, Samples.reading(.dialogue), Samples.reading(.dialogue), .unverifiable),
        (.activate, Samples.reading(.inventory) { $0.potions = 2 }, Samples.reading(.inventory) { $0.potions = 1 },
         .verified),
        (.attack, Samples.reading(.combat) { $0.targetHealth = 80 }, Samples.reading(.combat) { $0.targetHealth = 40 },
         .verified),
        (.attack, Samples.reading(.combat) { $0.targetHealth = 80 }, Samples.reading(.combat) { $0.targetHealth = 80 },
         .noEffect),
        (.attack, Samples.reading(.combat), Samples.reading(.combat), .unverifiable),
        (.powerAttack, Samples.reading(.combat), Samples.reading { $0.toast = "WOLF SLAIN" }, .verified),
        (.block, Samples.reading(.combat), Samples.reading(.combat), .unverifiable),
        (.wait, Samples.reading(), Samples.reading(), .unverifiable),
    ]

    @Test("each kind of action has its own effect", arguments: effects.indices)
    func effect(_ index: Int) {
        let (action, before, after, verdict) = Self.effects[index]
        #expect(verdicts(action, before, then: [after, after, after]).compactMap { $0 } == [verdict])
    }

    @Test("frames of another action are no evidence")
    func nextAction() {
        var verifier = Verifier()
        let open = Samples.decision(.openInventory, id: 1)
        let walk = Samples.decision(.moveForward, id: 2)
        let world = perception(Samples.reading(), at: 1.1)
        verifier.started(open, before: perception(Samples.reading(), at: 0), at: start)
        verifier.ended(open, .executed, at: start + .seconds(1))
        #expect(verifier.observe(world).isEmpty)
        verifier.started(walk, before: world, at: start + .seconds(1.2))
        let verdicts = verifier.observe(perception(Samples.reading(.inventory), at: 1.3))
        #expect(verdicts.map(\.decision.id) == [1])
        #expect(verdicts.map(\.verdict) == [.noEffect])
    }

    @Test("a fallen bar counts while the swing still runs, and what was not played to its end is not judged")
    func running() {
        var verifier = Verifier()
        let swing = Samples.decision(.attack, scene: .combat)
        let before = Samples.reading(.combat) { $0.targetHealth = 80 }
        let after = Samples.reading(.combat) { $0.targetHealth = 30 }
        verifier.started(swing, before: perception(before, at: 0), at: start)
        #expect(verifier.observe(perception(before, at: 0.1)).isEmpty)
        #expect(verifier.observe(perception(after, at: 0.2)).map(\.verdict) == [.verified])
        for fate in [ActionFate.interrupted, .dryRun, .failed("lost")] {
            verifier.started(swing, before: perception(before, at: 1), at: start + .seconds(1))
            verifier.ended(swing, fate, at: start + .seconds(1.5))
            #expect(verifier.observe(perception(after, at: 1.6)).isEmpty)
        }
    }
}
