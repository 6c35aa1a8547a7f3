import Testing

@testable import Basics
@testable import Connections

@Suite("A request that is stuck, phase by phase", .timeLimit(.minutes(5)), .shared)
struct PhaseTests {
    @Test("can be cancelled, which is no failure, and its socket is closed when it returns", arguments: Stuck.allCases)
    func cancelled(stuck: Stuck) async throws {
        try await stuck.run { pool, request in
            request.cancel()
            #expect(await request.value == .cancelled)
            let end = pool.occupancy()
            #expect(end.failed == 0 && end.failedByPhase.isEmpty && end.abandoned == 1)
            #expect(end.origins.values.allSatisfy { $0.failed == 0 })
        }
    }

    @Test("fails when the pool is closed, and close() returns with every socket closed", arguments: Stuck.allCases)
    func poolClosed(stuck: Stuck) async throws {
        try await stuck.run(servesNext: false) { pool, request in
            await pool.close()
            Fixture.expectNothingLeft(pool)
            #expect(await request.value == .failed(.closed, stuck.phase))
            #expect(await pool.start("http://127.0.0.1:1/").value == .failed(.closed, .queued))
        }
    }

    @Test("fails at its deadline and not before, naming the phase", arguments: Stuck.allCases)
    func timedOut(stuck: Stuck) async throws {
        let clock = ManualClock()
        let settings = Fixture.settings {
            $0.connectTimeout = .milliseconds(600)
            $0.totalTimeout = .milliseconds(stuck.timeout == .connectTimeout ? 30_000 : 600)
        }
        try await stuck.run(settings, clock: clock) { pool, request in
            clock.advance(by: .milliseconds(599))
            await clock.sleepers(1)
            #expect(pool.occupancy().failed == 0)
            clock.advance(by: .milliseconds(1))
            #expect(await request.value == .failed(stuck.timeout, stuck.phase))
        }
    }

    @Test("is not ended by its deadline twice: a total timeout at the same instant says total",
        arguments: [Stuck.connecting])
    func bothDeadlines(stuck: Stuck) async throws {
        let clock = ManualClock()
        let settings = Fixture.settings {
            $0.connectTimeout = .seconds(1)
            $0.totalTimeout = .seconds(1)
        }
        try await stuck.run(settings, clock: clock) { pool, request in
            clock.advance(by: .seconds(1))
            #expect(await request.value == .failed(.totalTimeout, .connecting))
            #expect(pool.occupancy().failed == 1)
        }
    }

    @Test("closing counts too: close() does not sit out the grace of a peer deaf to close_notify")
    func closing() async throws {
        try await Fixture.withPeer(.tlsDeafToClose) { peer in
            try await Fixture.withPool(Fixture.settings { $0.shutdownGrace = .seconds(300) }) { pool in
                let request = pool.start(peer.url)
                await pool.until { $0.lanes[0].phase == .closing }
                await pool.close()
                #expect(await request.value == .answered("hello"))
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }
}
