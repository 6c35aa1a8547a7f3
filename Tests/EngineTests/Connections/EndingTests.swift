import NIOCore
import Testing

@testable import Basics
@testable import Connections

@Suite("How requests and pools end", .timeLimit(.minutes(5)), .shared)
struct EndingTests {
    /// Sends half of a body and then nothing.
    static let halfBody: Peer.Script = { request, connection in
        if request.path == "/half" {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        } else {
            Peer.standard(request, connection)
        }
    }

    @Test("a request cancelled half-way through its body has closed its socket when it returns",
        arguments: [Peer.Security.plain, .tls])
    func cancelInBody(security: Peer.Security) async throws {
        try await Fixture.withPeer(security, script: Self.halfBody) { peer in
            try await Fixture.withPool(Fixture.settings { $0.limit = 1 }) { pool in
                let reader = pool.start("\(peer.url)/half")
                await pool.until { $0.lanes[0].bytesReceived == 5 }
                let next = pool.start("\(peer.url)/next")
                await pool.until { $0.queued == 1 }
                reader.cancel()
                #expect(await reader.value == .cancelled)
                #expect(await next.value == .answered("hello"))
                Fixture.expectNoSocket(to: peer, pool)
                #expect(pool.occupancy().failedByPhase.isEmpty && pool.occupancy().abandoned == 1)
            }
        }
    }

    @Test("the socket of a cancelled request is gone before the request returns",
        arguments: [Peer.Security.plain, .tls])
    func cancelClosesFirst(security: Peer.Security) async throws {
        try await Fixture.withPeer(security, script: Self.halfBody) { peer in
            try await Fixture.withPool { pool in
                let reader = pool.start("\(peer.url)/half")
                await pool.until { $0.lanes[0].bytesReceived == 5 }
                reader.cancel()
                _ = await reader.value
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a body that trickles fails at the total timeout and leaves neither socket nor lane",
        arguments: [Peer.Security.plain, .tls])
    func trickle(security: Peer.Security) async throws {
        let clock = ManualClock()
        let settings = Fixture.settings { $0.totalTimeout = .seconds(1) }
        try await Fixture.withPeer(security, script: { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            @Sendable func drop() {
                guard connection.channel.isActive else { return }
                connection.send("x")
                connection.after(2, drop)
            }
            drop()
        }) { peer in
            try await Fixture.withPool(settings, clock: clock) { pool in
                let reader = pool.start(peer.url)
                await pool.until { $0.lanes[0].bytesReceived > 3 }
                clock.advance(by: .seconds(1))
                #expect(await reader.value == .failed(.totalTimeout, .receiving))
                Fixture.expectNoSocket(to: peer, pool)
                try await Fixture.expectSurvived(pool)
            }
        }
    }

    @Test("close() ends two active, one connecting and four queued requests at once and leaves no socket",
        arguments: [Peer.Security.plain, .tls])
    func closeWithEverything(security: Peer.Security) async throws {
        let hole = try await Blackhole.open()
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool(Fixture.settings { $0.limit = 3 }) { pool in
                let active = (0..<2).map { _ in pool.start("\(peer.url)/hold") }
                await peer.until { $0.requests.count == 2 }
                await pool.until { $0.lanes.count { $0.phase == .waiting } == 2 }
                let dialing = pool.start("http://127.0.0.1:\(hole.port)/")
                await pool.until { $0.lanes.contains { $0.phase == .connecting } }
                let queued = (0..<4).map { _ in pool.start("\(peer.url)/never") }
                await pool.until { $0.queued == 4 }
                await pool.close()
                Fixture.expectNoSocket(to: peer, pool)
                #expect(pool.occupancy().opened == 3)
                for request in active { #expect(await request.value == .failed(.closed, .waiting)) }
                #expect(await dialing.value == .failed(.closed, .connecting))
                for request in queued { #expect(await request.value == .failed(.closed, .queued)) }
                #expect(peer.counts.requests.count == 2)
                #expect(pool.occupancy().failed == 7)
            }
        }
        await hole.shut()
    }

    @Test("a TLS peer deaf to close_notify never makes the pool hold more sockets than lanes")
    func deafPeer() async throws {
        try await Fixture.withPeer(.tlsDeafToClose) { peer in
            let settings = Fixture.settings {
                $0.limitPerHost = 10
                $0.shutdownGrace = .milliseconds(20)
            }
            try await Fixture.withPool(settings) { pool in
                let requests = (0..<200).map { _ in pool.start(peer.url) }
                for request in requests {
                    let ending = await request.value
                    #expect(ending == .answered("hello"), "\(pool.occupancy().lanes) \(pool.occupancy().opened)")
                }
                #expect(pool.occupancy().peak == 10)
                #expect(pool.occupancy().opened == 200)
                #expect(peer.counts.accepted == 200)
                try await Fixture.expectSurvived(pool)
                await pool.close()
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a response whose body nobody reads frees its lane with the scope", arguments: [Peer.Security.plain, .tls])
    func unreadBody(security: Peer.Security) async throws {
        let large = ByteBuffer(repeating: 0x2e, count: 3 << 20)
        try await Fixture.withPeer(security, script: { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(large.readableBytes)\r\n\r\n")
            connection.send(large)
        }) { peer in
            try await Fixture.withPool(Fixture.settings { $0.limit = 1 }) { pool in
                for _ in 0..<3 {
                    let status = try await pool.withResponse(to: HTTPRequest(url: peer.url)) { $0.status }
                    #expect(status == 200)
                    Fixture.expectNoSocket(to: peer, pool)
                }
                #expect(pool.occupancy().abandoned == 3)
            }
        }
    }

    @Test("a refusal that comes during the upload is handed over, and the upload stops",
        arguments: [Peer.Security.plain, .tls])
    func earlyResponse(security: Peer.Security) async throws {
        let upload = ByteBuffer(repeating: 0x2e, count: 20 << 20)
        try await Fixture.withPeer(security, script: { _, connection in
            connection.channel.setOption(.autoRead, value: false).whenComplete { _ in
                connection.answer("no", status: "413 Content Too Large")
            }
        }) { peer in
            try await Fixture.withPool { pool in
                let request = HTTPRequest(method: "POST", url: "\(peer.url)/early", body: upload)
                let answer = try await pool.send(request)
                #expect(answer.status == 413)
                #expect(answer.body == "no")
                #expect(pool.occupancy().bytesSent < upload.readableBytes)
                Fixture.expectNoSocket(to: peer, pool)
                try await Fixture.expectSurvived(pool)
            }
        }
    }
}
