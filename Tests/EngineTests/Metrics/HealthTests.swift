import Testing

@testable import Basics
@testable import Engine
@testable import Metrics
@testable import Record

@Suite("Whether every loop beats", .shared)
struct HealthTests {
    private let clock = ManualClock()
    private let hub: EventHub

    init() {
        hub = EventHub(clock: clock)
        hub.post(.state(.running))
        for loop in [LoopName.perception, .action] { hub.post(.beat(loop, latency: 0.01, interval: 0.5)) }
    }

    private var health: Health { Health(hub.snapshot, now: hub.time) }

    private func advance(_ seconds: Double) { clock.advance(by: .seconds(seconds)) }

    @Test("a loop that is silent for five times its interval is named, with for how long; one that beats is not")
    func silent() {
        #expect(health.isGood && health.text == "ok: running\n")
        advance(2)
        hub.post(.beat(.action, latency: 0.01, interval: 0.5))
        #expect(health.isGood)
        advance(1)
        #expect(!health.isGood && health.complaints.map(\.loop) == [.perception])
        #expect(health.text == "perception: silent for 3.0 s, its beats should be 0.5 s apart\n")
        hub.post(.beat(.perception, latency: 0.01, interval: 0.5))
        #expect(health.isGood)
    }

    @Test(
        "what a person wants is no illness",
        arguments: [SessionState.paused, .held, .operatorDrives, .stepping])
    func wanted(state: SessionState) {
        hub.post(.state(state))
        #expect(health.isGood && health.text == "ok: \(state.rawValue)\n")
        advance(100)
        // The agent looks on while somebody else plays: its loops must beat then too.
        #expect(health.isGood == (state == .paused))
    }

    @Test("a loop that was told to rest is not ill, and one that never began is not either")
    func resting() {
        hub.post(.resting(.perception, true))
        hub.post(.resting(.action, true))
        hub.post(.resting(.planner, false))
        advance(100)
        #expect(health.isGood)
    }

    @Test("a loop that failed is ill until it runs again, paused or not; one that is given up stays so")
    func failed() {
        hub.post(.loopFailed(.perception, message: "out of\npictures", restart: 2, in: 2))
        hub.post(.state(.paused))
        advance(0.5)
        #expect(health.text == "perception: failed 0.5 s ago, restart 2 in 1.5 s: out of pictures\n")
        hub.post(.loopRestarted(.perception))
        #expect(health.isGood)
        hub.post(.loopDead(.action, message: "no window", restarts: 3))
        hub.post(.state(.held))
        advance(1)
        #expect(health.text == "action: failed 1.0 s ago, given up after 3 restarts, input is held: no window\n")
    }

    @Test("nobody is well before the start and after the end", arguments: [SessionState.starting, .stopping, .ended])
    func ends(state: SessionState) {
        hub.post(.state(state))
        #expect(!health.isGood && health.text.hasPrefix("the session is "))
    }
}
