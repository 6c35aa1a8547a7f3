import Testing

@testable import Canvas
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
            for time in times { calls += alerts.take(snapshot, now: time).map(\.sentence) }
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
        #expect(desk.calls.suffix(1) == ["reasoning is given up after 3 restarts, and all input is held: no game"])
        #expect(desk.calls.count == 2)
    }

    @Test("a loop that fails is told once however often it is started again, and told again when it is given up")
    func loops() {
        var desk = Desk()
        for restart in 1...3 {
            desk.happen(
                .loopFailed(.action, message: "no window", restart: restart, in: 2), at: 100 + Double(restart) * 10)
            desk.happen(.loopRestarted(.action), at: 102 + Double(restart) * 10)
        }
        #expect(desk.calls == ["action failed and is started again: no window"])
        desk.happen(.loopDead(.action, message: "no window", restarts: 3), .state(.held), at: 140)
        desk.look(141, 200)
        #expect(desk.calls.count == 2 && desk.calls[1].hasPrefix("action is given up after 3 restarts"))
        desk.happen(.loopRestarted(.action), .state(.running), at: 300)
        desk.look(361)
        desk.happen(.loopFailed(.action, message: "no window", restart: 1, in: 2), at: 362)
        #expect(desk.calls.count == 3, "a minute without a failure ends it")
    }

    @Test("an endpoint that has been down for a minute is told once, one of whose kinds some work is not down")
    func endpoint() {
        var desk = Desk()
        desk.happen(.account(.sent(.plan)), .account(.sent(.interpretation)), at: 90)
        desk.happen(.endpointFailing(.plan, phase: .connecting, message: "connecting: refused"), at: 100)
        desk.look(159.9, 170)
        #expect(desk.calls.isEmpty)
        desk.happen(.endpointFailing(.interpretation, phase: .connecting, message: "connecting: refused"), at: 170)
        #expect(desk.calls == ["no model has answered for 70.0s: connecting: refused"])
        desk.look(400)
        desk.happen(.endpointRecovered(.plan), .endpointRecovered(.interpretation), at: 401)
        desk.look(412)
        for kind in [RequestKind.plan, .interpretation] {
            desk.happen(.endpointFailing(kind, phase: nil, message: "503"), at: 420)
        }
        desk.look(479)
        #expect(desk.calls.count == 1)
        desk.look(480)
        #expect(desk.calls.last == "no model has answered for 60.0s: 503")
    }

    @Test("four fifths of the budget are told, and all of it, once each, what may be owed included")
    func budget() {
        var desk = Desk()
        var info = SessionInfo()
        info.account.budget = Money(nanodollars: 1_000_000_000)
        desk.happen(.started(info), at: 1)
        func spend(_ cents: Int64, unreported: Int64 = 0, at time: Double) {
            desk.happen(
                .account(
                    .ended(
                        .plan, .answered, cost: Money(nanodollars: cents * 10_000_000),
                        unreported: Money(nanodollars: unreported * 10_000_000))), at: time)
        }
        spend(79, at: 10)
        #expect(desk.calls.isEmpty)
        spend(1, unreported: 2, at: 11)
        spend(10, at: 12)
        #expect(desk.calls == ["82 % of the budget of $1.00 is spent"])
        // A request that could go beyond it is not made: less than all of it may be spent then.
        let reason = HoldReason.budget(Money(nanodollars: 1_000_000_000))
        desk.happen(.account(.held(HoldReport(reason: reason, until: nil))), at: 13)
        desk.look(14, 500)
        #expect(desk.calls.suffix(1) == ["the budget of $1.00 is spent: no more requests"] && desk.calls.count == 2)
    }

    @Test("events that the journal loses are told once until none was lost for a minute, with the reason")
    func journal() {
        var desk = Desk()
        var status = JournalStatus()
        status.path = "/j/x.jsonl"
        desk.happen(.journal(status), at: 1)
        status.dropped = 5
        desk.happen(.journal(status), at: 2)
        status.dropped = 9
        desk.happen(.journal(status), at: 20)
        #expect(desk.calls == ["the journal loses events: the disk is too slow"])
        desk.look(31, 92)
        status.trouble = "cannot write /j/x.jsonl: No space left on device"
        status.dropped = 10
        desk.happen(.journal(status), at: 100)
        #expect(desk.calls.last == "the journal loses events: cannot write /j/x.jsonl: No space left on device")
        #expect(desk.calls.count == 2)
    }

    @Test("little room for the journal is told: under 200 MB, or under what an hour of it takes")
    func disk() {
        var desk = Desk()
        var status = JournalStatus()
        (status.path, status.free, status.bytes) = ("/j/x.jsonl", 300_000_000, 10_000_000)
        desk.happen(.journal(status), at: 20)
        #expect(desk.calls.isEmpty, "what an hour takes is not known in the first minute")
        desk.happen(.journal(status), at: 60)
        #expect(desk.calls == ["only 300M is left on the disk for /j/x.jsonl"])
        status.free = 900_000_000
        desk.happen(.journal(status), at: 70)
        desk.look(131)
        status.free = 199_999_999
        desk.happen(.journal(status), at: 400)
        #expect(desk.calls.count == 2)
    }

    @Test("what is wrong stands in the header as long as it is, in colour")
    func header() {
        var desk = Desk(snapshot: Snapshot())
        var info = SessionInfo()
        info.account.budget = Money(nanodollars: 1_000_000_000)
        var status = JournalStatus()
        (status.free, status.trouble) = (1_000_000, "No space left on device")
        func drawn(now: Double, width: Int = 160) -> String {
            var canvas = Canvas(Size(width, 1), look: .unicode)
            HeaderPanel.draw(
                desk.snapshot, into: &canvas, at: Rect(canvas.size), view: PanelView(now: now))
            return canvas.rows[0]
        }
        desk.happen(.started(info), .state(.running), Self.stuck, .journal(status), at: 10)
        let cost = Money(nanodollars: 850_000_000)
        desk.happen(.account(.ended(.plan, .answered, cost: cost, unreported: .zero)), at: 11)
        #expect(
            drawn(now: 19.5).hasPrefix(
                " ◉ RUNNING  ✗ journal loses events: No space left on device  ▲ disk low: 1.0M left  "
                    + "▲ 85% of the budget spent  cycles 0"))
        #expect(drawn(now: 22).contains("▲ STUCK 12s"))
        #expect(drawn(now: 22, width: 60).hasPrefix(" ◉ RUNNING  ✗ journal loses events: No space"))
        desk.happen(Self.free, .journal(JournalStatus()), at: 23)
        #expect(!drawn(now: 24).contains("STUCK") && !drawn(now: 24).contains("disk"))
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
