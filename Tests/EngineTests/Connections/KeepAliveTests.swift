import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import Connections

@Suite("Keep-alive", .timeLimit(.minutes(5)), .shared)
struct KeepAliveTests {
    static let securities = [Peer.Security.plain, .tls]

    @Test("requests after each other use one connection, which is idle between them", arguments: securities)
    func reuse(security: Peer.Security) async throws {
        try await Fixture.withPeer(security, keepsAlive: true) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                for _ in 0..<3 {
                    try await pool.expect(peer.url, answers: "hello")
                    let now = pool.occupancy()
                    #expect(now.lanes[0].phase == .idle && now.lanes[0].request == nil && now.busy == 1)
                }
                #expect(peer.counts.accepted == 1 && peer.counts.requests.count == 3)
                await pool.close()
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("under force close nothing is kept, and the server is told so")
    func forceClose() async throws {
        let heads = Mutex<[String]>([])
        let script: Peer.Script = { request, connection in
            heads.withLock { $0.append(request.head.lowercased()) }
            connection.answer("hello")
        }
        try await Fixture.withPeer(keepsAlive: true, script: script) { peer in
            try await Fixture.withPool { pool in try await pool.expect(peer.url, answers: "hello") }
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                try await pool.expect(peer.url, answers: "hello")
            }
        }
        let said = heads.withLock { $0.map { $0.contains("connection: close") } }
        #expect(said == [true, false])
    }

    @Test("who waits for the same host gets the connection itself, without a moment of idleness")
    func handOver() async throws {
        try await Fixture.withPeer(keepsAlive: true) { peer in
            try await Fixture.withPool(Fixture.keepAlive { $0.limit = 1 }) { pool in
                let requests = (0..<4).map { _ in pool.start("\(peer.url)/hold") }
                await pool.until { $0.queued == 3 }
                peer.release()
                for request in requests { #expect(await request.value == .answered("hello")) }
                #expect(peer.counts.accepted == 1)
            }
        }
    }

    @Test("many requests at once open no more connections than the limit, and reuse them")
    func manyAtOnce() async throws {
        try await Fixture.withPeer(keepsAlive: true) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                let requests = (0..<200).map { _ in pool.start(peer.url) }
                for request in requests { #expect(await request.value == .answered("hello")) }
                #expect(peer.counts.accepted <= 5)
            }
        }
    }

    @Test("an idle connection makes way for another host, in the order of arrival")
    func eviction() async throws {
        try await Fixture.withPeer(keepsAlive: true) { first in
            try await Fixture.withPeer(keepsAlive: true) { second in
                try await Fixture.withPool(Fixture.keepAlive { $0.limit = 1 }) { pool in
                    try await pool.expect(first.url, answers: "hello")
                    try await pool.expect(second.url, answers: "hello")
                    #expect(Sockets.open(to: first.port) == 0)
                    let now = pool.occupancy()
                    #expect((now.opened, now.closed, now.peak) == (2, 1, 1))
                    #expect(now.lanes[0].origin?.port == second.port)
                }
            }
        }
    }

    @Test("a connection that nobody uses is closed when its time is up")
    func idleTimeout() async throws {
        let clock = ManualClock()
        try await Fixture.withPeer(keepsAlive: true) { peer in
            try await Fixture.withPool(Fixture.keepAlive { $0.idleTimeout = .seconds(15) }, clock: clock) { pool in
                try await pool.expect(peer.url, answers: "hello")
                clock.advance(by: .seconds(14))
                try await pool.expect(peer.url, answers: "hello")
                #expect(peer.counts.accepted == 1)
                await clock.sleepers(1)
                clock.advance(by: .seconds(14))
                #expect(pool.occupancy().busy == 1)
                await clock.sleepers(1)
                clock.advance(by: .seconds(2))
                await pool.until { $0.busy == 0 }
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a server that says how long it keeps a connection is believed")
    func serverTimeout() async throws {
        let script: Peer.Script = { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 5\r\n\r\nhello")
        }
        try await Fixture.withPeer(keepsAlive: true, script: script) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                try await pool.expect(peer.url, answers: "hello")
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test(
        "a connection that cannot serve another request is closed",
        arguments: [
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        ])
    func notReusable(answer: String) async throws {
        try await Fixture.withPeer(keepsAlive: true, script: { $1.send(answer) }) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                try await pool.expect(peer.url, answers: "hello")
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a body that ends with the connection is whole, and the connection gone")
    func bodyToTheEnd() async throws {
        let script: Peer.Script = { _, connection in
            connection.send("HTTP/1.1 200 OK\r\n\r\nhello")
            connection.close()
        }
        try await Fixture.withPeer(keepsAlive: true, script: script) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                try await pool.expect(peer.url, answers: "hello")
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a response that is not read to its end takes its connection with it")
    func unread() async throws {
        let script: Peer.Script = { request, connection in
            request.path == "/half"
                ? connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello") : connection.answer("hello")
        }
        try await Fixture.withPeer(keepsAlive: true, script: script) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                try await pool.withResponse(to: HTTPRequest(url: "\(peer.url)/half")) { #expect($0.status == 200) }
                Fixture.expectNoSocket(to: peer, pool)
                try await pool.expect(peer.url, answers: "hello")
                #expect(peer.counts.accepted == 2)
            }
        }
    }

    @Test("cancelling a request whose answer is complete leaves its connection to the next")
    func cancelAfterwards() async throws {
        try await Fixture.withPeer(keepsAlive: true) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                let (complete, leave) = (Gate(), Gate())
                let lingering = Task {
                    try await pool.withResponse(to: HTTPRequest(url: peer.url)) { response in
                        _ = try await response.body.collect(upTo: 100)
                        complete.open()
                        await leave.opened()
                    }
                }
                await complete.opened()
                let next = pool.start("\(peer.url)/hold")
                await pool.until { $0.lanes[0].phase == .waiting }
                lingering.cancel()
                leave.open()
                _ = await lingering.result
                peer.release()
                #expect(await next.value == .answered("hello"))
                #expect(peer.counts.accepted == 1)
            }
        }
    }
}

@Suite("Keep-alive, connections that end", .timeLimit(.minutes(5)), .shared)
struct KeepAliveLossTests {
    /// Answers, and closes the connection when the path says so.
    private static let script: Peer.Script = { request, connection in
        if request.path == "/lost", request.connection == 0 { return connection.close() }
        connection.answer("hello")
        if request.path == "/last" { connection.close() }
    }

    @Test(
        "a connection that the server closed while it was idle is not handed out",
        arguments: KeepAliveTests.securities)
    func closedWhileIdle(security: Peer.Security) async throws {
        try await Fixture.withPeer(security, keepsAlive: true, script: Self.script) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                try await pool.expect("\(peer.url)/last", answers: "hello")
                await pool.until { $0.busy == 0 }
                try await pool.expect(peer.url, answers: "hello")
                #expect(peer.counts.accepted == 2)
            }
        }
    }

    @Test(
        "not even when its end has arrived and the event loop has not seen it", arguments: ["POST", "GET"],
        [Fault.After.close, .reset])
    func closedUnseen(method: String, end: Fault.After) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let closing = Mutex<Connection?>(nil)
        let script: Peer.Script = { _, connection in
            closing.withLock { $0 = connection }
            connection.answer("hello")
        }
        try await Fixture.withPeer(keepsAlive: true, script: script) { peer in
            try await Fixture.withPool(Fixture.keepAlive(), on: group) { pool in
                try await pool.expect(peer.url, answers: "hello")
                // The loop stands still while the peer closes and the next request is given the connection.
                let (blocked, goOn) = (Gate(), Barrier())
                group.next().execute {
                    blocked.open()
                    goOn.wait()
                }
                await blocked.opened()
                closing.withLock { $0 }.map(end.run)
                await peer.until { $0.closed == 1 }
                let request = pool.start(HTTPRequest(method: method, url: peer.url, body: ByteBuffer(string: "once")))
                await pool.until { $0.lanes[0].request == 2 }
                goOn.signal()
                #expect(await request.value == .answered("hello"))
                #expect(peer.counts.accepted == 2 && peer.counts.requests.count == 2)
            }
        }
        try await group.shutdownGracefully()
    }

    @Test("a request is not sent again when a byte of it was sent", arguments: ["POST", "GET"])
    func notResent(method: String) async throws {
        try await Fixture.withPeer(keepsAlive: true, script: Self.script) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                try await pool.expect(peer.url, answers: "hello")
                let ending = await pool.start(HTTPRequest(method: method, url: "\(peer.url)/lost")).value
                #expect(ending == .failed(.disconnected(bodyBytes: 0), .waiting))
                #expect(peer.counts.requests == ["/", "/lost"])
                Fixture.expectNoSocket(to: peer, pool)
                try await pool.expect(peer.url, answers: "hello")
            }
        }
    }

    @Test("bytes that nobody asked for end an idle connection")
    func unasked() async throws {
        let script: Peer.Script = { _, connection in
            connection.answer("hello")
            connection.after(5) { connection.answer("and another") }
        }
        try await Fixture.withPeer(keepsAlive: true, script: script) { peer in
            try await Fixture.withPool(Fixture.keepAlive()) { pool in
                try await pool.expect(peer.url, answers: "hello")
                await pool.until { $0.busy == 0 }
                try await pool.expect(peer.url, answers: "hello")
                #expect(peer.counts.accepted == 2)
            }
        }
    }

    @Test("a pool that is dropped without close() aborts its idle connections and reports it")
    func dropped() async throws {
        let reports = Mutex<[String]>([])
        try await Fixture.withPeer(keepsAlive: true) { peer in
            var pool: ConnectionPool? = ConnectionPool(
                Fixture.keepAlive(), on: MultiThreadedEventLoopGroup.singleton, resolver: SystemResolver.resolve,
                report: { report in reports.withLock { $0.append(report) } })
            try await pool?.expect(peer.url, answers: "hello")
            pool = nil
            await peer.until { $0.open == 0 }
        }
        #expect(reports.withLock { $0.count } == 1)
        #expect(reports.withLock { $0.first }?.contains("lanes 0") == true)
    }
}
