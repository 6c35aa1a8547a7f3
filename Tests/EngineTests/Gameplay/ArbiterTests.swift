import Testing

@testable import Basics
@testable import Engine
@testable import Record
@testable import Vision

@Suite("The arbiter", .shared)
struct ArbiterTests {
    let now = ContinuousClock.now

    struct Row: Sendable, CustomTestStringConvertible {
        var what: String
        var action = ActionKind.moveForward
        var priority = Priority.normal
        var decided = SceneKind.wilderness
        var seen = SceneKind.wilderness
        var health: Double? = 100
        var age = 0.1
        var closed: Refusal?
        var refusal: Refusal?
        var testDescription: String { what }
    }

    static let rows: [Row] = [
        Row(what: "a fresh step goes"),
        Row(what: "2 s old goes", age: 2),
        Row(what: "older is stale", age: 2.01, refusal: .stale),
        Row(what: "critical may be older", priority: .critical, age: 5),
        Row(what: "but not older than 5 s", priority: .critical, age: 5.01, refusal: .stale),
        Row(what: "a scene that is gone", seen: .combat, refusal: .sceneChanged),
        Row(what: "out of town is the same world", decided: .city, seen: .wilderness),
        Row(what: "into a menu is not", seen: .map, refusal: .sceneChanged),
        Row(what: "no walking in a menu", decided: .inventory, seen: .inventory, refusal: .menuOpen),
        Row(what: "no walking on the map, also when critical", action: .sprint, priority: .critical, decided: .map,
            seen: .map, refusal: .menuOpen),
        Row(what: "closing a menu goes", action: .back, decided: .map, seen: .map),
        Row(what: "no swing in a conversation", action: .attack, decided: .dialogue, seen: .dialogue,
            refusal: .menuOpen),
        Row(what: "moving the cursor of a conversation goes", decided: .dialogue, seen: .dialogue),
        Row(what: "nearly dead: only what is critical", health: 14.9, refusal: .healthCritical),
        Row(what: "nearly dead: critical goes", action: .heal, priority: .critical, health: 3),
        Row(what: "at 15 health others may", health: 15),
        Row(what: "no attack below 25", action: .attack, decided: .combat, seen: .combat, health: 24.9,
            refusal: .healthLow),
        Row(what: "no power attack either", action: .powerAttack, priority: .critical, decided: .combat, seen: .combat,
            health: 10, refusal: .healthLow),
        Row(what: "attack at 25", action: .attack, decided: .combat, seen: .combat, health: 25),
        Row(what: "unknown health refuses nothing", action: .attack, decided: .combat, seen: .combat, health: nil),
        Row(what: "no inventory in combat", action: .openInventory, decided: .combat, seen: .combat,
            refusal: .menuInCombat),
        Row(what: "no map in combat", action: .openMap, decided: .combat, seen: .combat, refusal: .menuInCombat),
        Row(what: "paused", closed: .paused, refusal: .paused),
        Row(what: "a person drives", priority: .critical, closed: .operatorDrives, refusal: .operatorDrives),
        Row(what: "input stopped", priority: .critical, closed: .inputStopped, refusal: .inputStopped),
    ]

    @Test("refuses what a rule forbids and nothing else", arguments: rows)
    func rule(_ row: Row) {
        var arbiter = Arbiter()
        let decision = Samples.decision(row.action, row.priority, scene: row.decided)
        var context = Arbiter.Context(
            now: now, frameCapturedAt: now - .seconds(row.age), newest: Samples.reading(row.seen, health: row.health))
        context.closed = row.closed
        context.isAllowed = Samples.keys.allows(row.action, in: ControlLayer(scene: row.seen))
        let expected = row.refusal.map { Arbiter.Ruling.refuse($0) } ?? .go
        #expect(arbiter.request(decision, context) == expected)
        #expect(arbiter.running == (row.refusal == nil ? decision : nil))
    }

    private func context(at instant: ContinuousClock.Instant? = nil) -> Arbiter.Context {
        let instant = instant ?? now
        return Arbiter.Context(now: instant, frameCapturedAt: instant, newest: Samples.reading())
    }

    @Test("lets only a higher priority interrupt a running action", arguments: Priority.allCases, Priority.allCases)
    func preemption(running: Priority, asking: Priority) {
        var arbiter = Arbiter()
        let first = Samples.decision(.moveForward, id: 1, running)
        let second = Samples.decision(.block, id: 2, asking)
        #expect(arbiter.request(first, context()) == .go)
        let ruling = arbiter.request(second, context())
        #expect(ruling == (asking > running ? .preempt(first) : .refuse(.busy)))
        #expect(arbiter.running == (asking > running ? second : first))
        // The end of the interrupted action does not end the one that took over.
        arbiter.ended(first, .interrupted, at: now)
        #expect(arbiter.running == (asking > running ? second : nil))
    }

    private func run(_ action: ActionKind, times: Int, in arbiter: inout Arbiter) {
        for id in 0..<times {
            let decision = Samples.decision(action, id: id)
            _ = arbiter.request(decision, context())
            arbiter.ended(decision, .executed, at: now)
        }
    }

    @Test("refuses the sixth of one action without effect, and only that action")
    func repetition() {
        var arbiter = Arbiter()
        run(.attack, times: 5, in: &arbiter)
        #expect(arbiter.exhausted(at: now) == .attack)
        #expect(arbiter.request(Samples.decision(.attack), context()) == .refuse(.repeated))
        #expect(arbiter.request(Samples.decision(.block), context()) == .go)
    }

    @Test("walking on is no repetition while the picture changes")
    func progress() {
        var arbiter = Arbiter()
        for _ in 0..<8 {
            run(.moveForward, times: 1, in: &arbiter)
            arbiter.judged(.moveForward, .verified)
        }
        #expect(arbiter.exhausted(at: now) == nil)
    }

    @Test("another action between, an effect seen, or time ends a repetition")
    func forgetting() {
        var other = Arbiter()
        run(.attack, times: 4, in: &other)
        run(.block, times: 1, in: &other)
        run(.attack, times: 1, in: &other)
        #expect(other.exhausted(at: now) == nil)

        var late = Arbiter()
        run(.attack, times: 5, in: &late)
        #expect(late.exhausted(at: now + Arbiter.repetitionMemory) == nil)

        var judged = Arbiter()
        run(.attack, times: 5, in: &judged)
        judged.judged(.attack, .noEffect)
        #expect(judged.exhausted(at: now) == .attack)
        judged.judged(.attack, .verified)
        #expect(judged.exhausted(at: now) == nil)
    }

    @Test("a rescue may repeat, and dry runs repeat nothing")
    func rescue() {
        var arbiter = Arbiter()
        run(.heal, times: 5, in: &arbiter)
        #expect(arbiter.request(Samples.decision(.heal, .critical), context()) == .go)

        var dry = Arbiter()
        for id in 0..<9 {
            let decision = Samples.decision(.attack, id: id)
            #expect(dry.request(decision, context()) == .go)
            dry.ended(decision, .dryRun, at: now)
        }
        #expect(dry.exhausted(at: now) == nil)
    }
}
