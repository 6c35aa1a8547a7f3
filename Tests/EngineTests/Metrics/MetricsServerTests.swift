import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import Engine
@testable import Metrics
@testable import Record
@testable import Serving

// A connection is closed when it has been silent for long, by the real clock.
@Suite("The server of metrics", .timeLimit(.minutes(5)), .serialized, .alone)
struct MetricsServerTests {
    /// Runs `body` against a server of a hub's session, and closes it whatever happens.
    private func withServer(
        _ hub: EventHub = EventHub(), _ body: (MetricsServer) async throws -> Void
    ) async throws {
        let settings = MetricsSettings(address: try #require(MetricsAddress("0")), version: "1.2.3")
        let server = try await MetricsServer.start(
            settings, group: MultiThreadedEventLoopGroup.singleton, clock: LoopClock()) { (hub.snapshot, hub.time) }
        let result = await Result { try await body(server) }
        await server.close()
        #expect(server.connections.open == 0)
        try result.get()
    }

    private func ask(_ server: MetricsServer, _ method: String, _ path: String) async throws -> RawClient.Response {
        var client = try await RawClient(port: server.address.port)
        try await client.send("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        let response = try await client.response()
        // The server may have been first.
        try? await client.close()
        return response
    }

    @Test("it serves what the session's events add up to, of the type that Prometheus asks for")
    func metrics() async throws {
        let hub = EventHub()
        try await withServer(hub) { server in
            for expected in 0..<3 {
                var client = try await RawClient(port: server.address.port)
                try await client.send("GET /metrics?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == 200)
                let type = RawClient.header("content-type", in: response.head)
                #expect(type == "text/plain; version=0.0.4; charset=utf-8")
                #expect(try Scraped(response.body)["singularis_skipped_frames_total"] == Double(expected))
                #expect(await client.readToEnd() == "")
                hub.post(.skipped(1))
            }
        }
    }

    @Test("one connection carries one scrape after another")
    func keepAlive() async throws {
        try await withServer { server in
            var client = try await RawClient(port: server.address.port)
            for _ in 0..<3 {
                try await client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.response().status == 200)
            }
            #expect(server.connections.accepted == 1)
        }
    }

    @Test("health is 200 while all is well, and 503 with the reason when it is not")
    func health() async throws {
        let clock = ManualClock()
        let hub = EventHub(clock: clock)
        try await withServer(hub) { server in
            var response = try await ask(server, "GET", "/healthz")
            #expect(response.status == 503 && response.body == "the session is starting\n")
            hub.post(.state(.running))
            hub.post(.beat(.perception, latency: 0.01, interval: 0.5))
            response = try await ask(server, "GET", "/healthz")
            #expect(response.status == 200 && response.body == "ok: running\n")
            clock.advance(by: .seconds(10))
            response = try await ask(server, "GET", "/healthz")
            #expect(response.status == 503 && response.body.hasPrefix("perception: silent for 10.0 s"))
        }
    }

    @Test("to HEAD it answers with the head alone", arguments: ["/healthz", "/metrics"])
    func head(path: String) async throws {
        try await withServer { server in
            var client = try await RawClient(port: server.address.port)
            try await client.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let head = await client.read(through: "\r\n\r\n")
            #expect(head.hasPrefix(path == "/metrics" ? "HTTP/1.1 200" : "HTTP/1.1 503"))
            #expect(try #require(RawClient.header("content-length", in: head).flatMap { Int($0) }) > 10)
            #expect(await client.readToEnd() == "")
        }
    }

    @Test("there is nothing else, and nothing can be changed")
    func others() async throws {
        try await withServer { server in
            for path in ["/", "/metrics/", "//metrics", "/../metrics", "*", "http://evil.example/metrics"] {
                #expect(try await ask(server, "GET", path).status == 404, "\(path)")
            }
            for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
                let response = try await ask(server, method, "/metrics")
                #expect(response.status == 405 && RawClient.header("allow", in: response.head) == "GET, HEAD")
            }
        }
    }

    @Test(
        "what is no request, or too much of one, is refused and closed",
        arguments: [
            ("nonsense\r\n\r\n", 400),
            ("GET /metrics HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "x", count: 9000) + "\r\n\r\n", 400),
            ("GET /metrics HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X: y\r\n", count: 5000) + "\r\n", 400),
            ("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", 413),
            ("POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 413),
        ])
    func refused(sent: String, status: Int) async throws {
        try await withServer { server in
            var client = try await RawClient(port: server.address.port)
            try await client.send(sent)
            let text = await client.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 \(status)"), "\(text.prefix(80))")
        }
    }

    @Test("sixteen clients are served, one more is told so, and a place that is free again is given to the next")
    func tooMany() async throws {
        try await withServer { server in
            var clients: [RawClient] = []
            for _ in 0..<16 {
                var client = try await RawClient(port: server.address.port)
                try await client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.response().status == 200)
                clients.append(client)
            }
            let surplus = try await ask(server, "GET", "/metrics")
            #expect(surplus.status == 503 && surplus.body == "16 connections are open\n")
            try await clients[0].close()
            await poll { server.connections.open < 16 }
            #expect(try await ask(server, "GET", "/metrics").status == 200)
        }
    }

    @Test("a client that asks nothing, or half of something, is closed when its time is over",
        arguments: ["", "GET /met"])
    func slow(sent: String) async throws {
        let service = MetricsService(version: "1", clock: ManualClock()) { (Snapshot(), 0) }
        let channel = NIOAsyncTestingChannel()
        try await channel.testingEventLoop.executeInContext { try ServerConnection.serve(channel, service) }
        try await channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).get()
        if !sent.isEmpty { try await channel.writeInbound(ByteBuffer(string: sent)) }
        await channel.testingEventLoop.advanceTime(by: .seconds(149))
        #expect(channel.isActive)
        // A byte now and then does not buy time.
        if !sent.isEmpty { try await channel.writeInbound(ByteBuffer(string: "r")) }
        await channel.testingEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive && service.ledger.counts.timedOut == 1)
        await service.ledger.whenEmpty()
    }

    @Test("closing it ends those who are connected, and frees the port")
    func closing() async throws {
        var port = 0
        try await withServer { server in
            port = server.address.port
            var client = try await RawClient(port: port)
            try await client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await client.response()
            await server.close()
            #expect(await client.readToEnd() == "")
        }
        try #require(MetricsAddress("\(port)")).probe()
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
