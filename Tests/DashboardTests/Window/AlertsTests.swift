import Testing

@testable import Dashboard
@testable import Engine
@testable import Record

@Suite("What is worth a call", .shared)
struct AlertsTests {
    private static let stuck = EngineEvent.Kind.stuck(.detected(similarity: 0.99, repeats: 2))
    private static let free = EngineEvent.Kind.stuck(.judged(recovered: true, change: 0.5))

    /// A session, and what somebody is called with while it goes on.
    private struct Desk {
        var snapshot = Script.running()
        var alerts = Alerts()
        var calls: [String] = []

        mutating func happen(_ kinds: EngineEvent.Kind..., at time: Double) {
            for kind in kinds { snapshot.apply(EngineEvent(time: time, kind: kind)) }
            look(time)
        }

        mutating func look(_ times: Double...) {
            for time in times { calls += alerts.take(snapshot, now: time) }
        }
    }

    @Test("being stuck is told once when it lasts, and not when the agent finds out by itself")
    func stuck() {
        var desk = Desk()
        desk.happen(Self.stuck, at: 100)
        desk.look(105)
        desk.happen(Self.free, at: 108)
        desk.look(120, 130)
        #expect(desk.calls.isEmpty)
        desk.happen(Self.stuck, at: 200)
        desk.look(209.9)
        #expect(desk.calls.isEmpty)
        desk.look(210, 211, 500)
        #expect(desk.calls == ["the agent is stuck and finds no way out"])
    }

    @Test("an agent that is free for a moment only is still stuck, and one that is stuck again soon is not told again")
    func flicker() {
        var desk = Desk()
        desk.happen(Self.stuck, at: 100)
        desk.happen(Self.free, at: 104)
        desk.happen(Self.stuck, at: 106)
        desk.look(110)
        #expect(desk.calls.count == 1)
        desk.happen(Self.free, at: 111)
        desk.look(130)
        desk.happen(Self.stuck, at: 140)
        desk.look(151, 229)
        #expect(desk.calls.count == 1, "two minutes lie between two calls")
        desk.look(230)
        #expect(desk.calls.count == 2)
    }

    @Test("while somebody has paused or drives, nothing is said of being stuck; the time begins anew afterwards")
    func paused() {
        var desk = Desk()
        desk.happen(Self.stuck, at: 100)
        desk.happen(.state(.paused), at: 105)
        desk.look(150)
        desk.happen(.state(.running), at: 200)
        desk.look(209)
        #expect(desk.calls.isEmpty)
        desk.look(211)
        #expect(desk.calls.count == 1)
    }

    @Test("held input is told, unless a key did it; giving back the keys of a held agent is a key too")
    func held() {
        var desk = Desk()
        desk.alerts.personActed(now: 99.9)
        desk.happen(.state(.held), at: 100)
        desk.look(101, 200)
        #expect(desk.calls.isEmpty)
        desk.happen(.state(.running), at: 201)
        desk.look(203)
        desk.happen(.state(.held), at: 300)
        desk.look(301)
        #expect(desk.calls == ["all input is held; space resumes"])
        desk.happen(.state(.operatorDrives), at: 310)
        desk.happen(.state(.held), at: 320)
        #expect(desk.calls.count == 1)
        desk.happen(.state(.running), at: 330)
        desk.look(332)
        desk.happen(.loopDead(.reasoning, message: "no game", restarts: 3), .state(.held), at: 400)
        #expect(desk.calls.last == "all input is held: reasoning does not work: no game")
    }

    @Test(
        "an end that nobody asked for here is told with its reason, a key's only when something is left open",
        arguments: [
            (StopReason.key, true, nil), (.duration, true, "the session has ended: its time is up"),
            (.signal("SIGTERM"), true, "the session was ended by SIGTERM"),
            (.error("no game"), true, "the session was ended by an error: no game"), (.terminalLost, true, nil),
            (.key, false, "left open: video interpreter could not be closed: no answer"),
            (.duration, false,
             "the session has ended: its time is up; left open: video interpreter could not be closed: no answer"),
        ] as [(StopReason, Bool, String?)])
    func ended(reason: StopReason, isClean: Bool, sentence: String?) {
        var desk = Desk()
        desk.snapshot = Script.ended(clean: isClean)
        desk.snapshot.apply(EngineEvent(time: 12, kind: .ended(reason)))
        desk.look(13, 14, 99)
        #expect(desk.calls == [sentence].compactMap(\.self))
    }

    @Test("the title says the state first, then the cycles, and follows a state at once and a count once a second")
    func title() {
        var snapshot = Script.running()
        var title = WindowTitle()
        #expect(title.next(snapshot, now: 10) == "running, 3 cycles - singularis")
        #expect(title.next(snapshot, now: 20) == nil)
        func decide(_ id: Int) {
            let decision = Decision(
                id: id, action: .jump, source: .rule, priority: .normal, reason: "", frame: 9, scene: .city)
            snapshot.apply(EngineEvent(time: 21, kind: .decided(decision, latency: 0)))
        }
        decide(4)
        #expect(title.next(snapshot, now: 21) == "running, 4 cycles - singularis")
        decide(5)
        #expect(title.next(snapshot, now: 21.9) == nil)
        snapshot.apply(EngineEvent(time: 21.9, kind: .state(.paused)))
        #expect(title.next(snapshot, now: 21.9) == "paused, 5 cycles - singularis")
        snapshot.apply(EngineEvent(time: 22, kind: .state(.running)))
        snapshot.apply(EngineEvent(time: 22, kind: Self.stuck))
        #expect(title.next(snapshot, now: 22) == "STUCK, 5 cycles - singularis")
        #expect(WindowTitle.text(Script.ended()).hasPrefix("ended, "))
        #expect(WindowTitle.text(Script.ended(clean: false)).hasPrefix("LEFT OPEN, "))
    }
}
