import Testing

@testable import Basics
@testable import Connections

@Suite("Pool limits and waiting", .timeLimit(.minutes(5)), .shared)
struct LimitTests {
    @Test("twelve requests to one host open five sockets, and each that ends starts the next",
        arguments: [Peer.Security.plain, .tls])
    func oneHost(security: Peer.Security) async throws {
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool { pool in
                let requests = (0..<12).map { pool.start("\(peer.url)/hold\($0)") }
                await peer.until { $0.requests.count == 5 }
                await pool.until { $0.queued == 7 }
                #expect(pool.occupancy().busy == 5)
                for started in 6...12 {
                    peer.release(1)
                    await peer.until { $0.requests.count == started }
                    #expect(Sockets.open(to: peer.port) <= 5)
                }
                peer.release()
                for request in requests { #expect(await request.value == .answered("hello")) }
                #expect(peer.counts.accepted == 12)
                #expect(pool.occupancy().peak == 5)
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("three hosts with five requests each get ten sockets, no host more than five",
        arguments: [Peer.Security.plain, .tls])
    func threeHosts(security: Peer.Security) async throws {
        try await Fixture.withPeer(security) { first in
            try await Fixture.withPeer(security) { second in
                try await Fixture.withPeer(security) { third in
                    try await Fixture.withPool { pool in
                        let peers = [first, second, third]
                        let requests = peers.flatMap { peer in (0..<5).map { _ in pool.start("\(peer.url)/hold") } }
                        await pool.until { $0.queued == 5 && $0.lanes.allSatisfy { $0.phase == .waiting } }
                        #expect(pool.occupancy().busy == 10)
                        let open = peers.map { Sockets.open(to: $0.port) }
                        #expect(open.reduce(0, +) == 10)
                        #expect(open.allSatisfy { $0 <= 5 })
                        await poll {
                            for peer in peers { peer.release() }
                            return pool.occupancy().answered == 15
                        }
                        for request in requests { #expect(await request.value == .answered("hello")) }
                        #expect(pool.occupancy().peak == 10)
                        for peer in peers { Fixture.expectNoSocket(to: peer, pool) }
                    }
                }
            }
        }
    }

    @Test("requests are served in the order they came, a newcomer last", arguments: [Peer.Security.plain, .tls])
    func order(security: Peer.Security) async throws {
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool(Fixture.settings { $0.limit = 1 }) { pool in
                var requests = [pool.start("\(peer.url)/hold")]
                await peer.until { $0.requests.count == 1 }
                for (index, name) in ["a", "b", "c"].enumerated() {
                    requests.append(pool.start("\(peer.url)/\(name)"))
                    await pool.until { $0.queued == index + 1 }
                }
                peer.release()
                requests.append(pool.start("\(peer.url)/newcomer"))
                for request in requests { #expect(await request.value == .answered("hello")) }
                #expect(peer.counts.requests == ["/hold", "/a", "/b", "/c", "/newcomer"])
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a waiter that is granted and cancelled in the same instant hands its lane on",
        arguments: [Peer.Security.plain, .tls], 0..<20)
    func grantAndCancel(security: Peer.Security, round: Int) async throws {
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool(Fixture.settings { $0.limit = 1 }) { pool in
                let holder = pool.start("\(peer.url)/hold")
                await peer.until { $0.requests.count == 1 }
                let first = pool.start("\(peer.url)/first")
                await pool.until { $0.queued == 1 }
                let second = pool.start("\(peer.url)/second")
                await pool.until { $0.queued == 2 }
                holder.cancel()
                // The grant happens when the holder's socket is closed; the rounds put the cancel before, at and after.
                if round > 0 { await pool.until { $0.closed >= 1 || round < 10 } }
                first.cancel()
                #expect(await second.value == .answered("hello"))
                #expect(await holder.value == .cancelled)
                _ = await first.value
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a full pool is told from a slow network: the failure says queued, at the connect timeout",
        arguments: [Peer.Security.plain, .tls])
    func queueTimeout(security: Peer.Security) async throws {
        let clock = ManualClock()
        let settings = Fixture.settings {
            $0.limit = 1
            $0.connectTimeout = .milliseconds(500)
        }
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool(settings, clock: clock) { pool in
                let holder = pool.start("\(peer.url)/hold")
                await pool.until { $0.lanes[0].phase == .waiting }
                await peer.until { $0.requests.count == 1 }
                let waiter = pool.start("\(peer.url)/never")
                await pool.until { $0.queued == 1 }
                clock.advance(by: .milliseconds(499))
                await clock.sleepers(1)
                #expect(pool.occupancy().queued == 1)
                clock.advance(by: .milliseconds(1))
                #expect(await waiter.value == .failed(.connectTimeout, .queued))
                peer.release()
                #expect(await holder.value == .answered("hello"))
                #expect(peer.counts.requests == ["/hold"])
                #expect(pool.occupancy().failedByPhase == [.queued: 1])
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("every request has a connection of its own, and none is open between two",
        arguments: [Peer.Security.plain, .tls])
    func forceClose(security: Peer.Security) async throws {
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool { pool in
                for count in 1...3 {
                    try await pool.expect(peer.url, answers: "hello")
                    Fixture.expectNoSocket(to: peer, pool)
                    #expect(peer.counts.accepted == count)
                }
            }
        }
    }
}
