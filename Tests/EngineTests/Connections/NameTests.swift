import NIOCore
import Synchronization
import Testing

@testable import Engine

@Suite("Names and addresses", .timeLimit(.minutes(1)))
struct NameTests {
    @Test("five requests to a new name make one lookup", arguments: [Peer.Security.plain, .tls])
    func singleFlight(security: Peer.Security) async throws {
        let lookups = Atomic<Int>(0)
        let gate = Gate()
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool(resolver: { _, port in
                lookups.wrappingAdd(1, ordering: .relaxed)
                await gate.opened()
                return [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
            }) { pool in
                let url = peer.url.replacing("127.0.0.1", with: "localhost")
                let requests = (0..<5).map { _ in pool.start(url) }
                await pool.until { $0.lanes.count { $0.phase == .resolving } == 5 }
                gate.open()
                for request in requests { #expect(await request.value == .answered("hello")) }
                #expect(lookups.load(ordering: .relaxed) == 1)
                try Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a dead first address costs its head start, and its socket is closed when the request returns",
        arguments: [Peer.Security.plain, .tls])
    func race(security: Peer.Security) async throws {
        let hole = try await Blackhole.open()
        let clock = ManualClock()
        let fillers = try Sockets.open(to: hole.port)
        try await Fixture.withPeer(security) { peer in
            let alive = try SocketAddress(ipAddress: "127.0.0.1", port: peer.port)
            try await Fixture.withPool(clock: clock, resolver: { _, _ in [hole.address, alive] }) { pool in
                let request = pool.start(peer.url.replacing("127.0.0.1", with: "localhost"))
                await clock.sleepers(2)
                #expect(pool.occupancy().opened <= 1)
                clock.advance(by: Dial.headStart)
                #expect(await request.value == .answered("hello"))
                #expect(pool.occupancy().opened == 2)
                #expect(try Sockets.open(to: hole.port) == fillers)
                try Fixture.expectNoSocket(to: peer, pool)
            }
        }
        await hole.shut()
    }
}
