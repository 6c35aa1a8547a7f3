import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import Basics
@testable import Connections

@Suite("Proxies", .timeLimit(.minutes(5)), .shared)
struct ProxyTests {
    @Test("TLS in a tunnel is with the server itself, whose name must be the one that was asked for")
    func tunnel() async throws {
        // The server's certificate is for localhost, and that is not what the client asked for.
        try await Fixture.withPeer(.tls, script: { request, connection in connection.answer(request.head) }) { server in
            try await Fixture.withPeer(script: { request, connection in
                connection.join(port: server.port, greeting: "HTTP/1.1 200 OK\r\nX: y\r\n\r\n")
            }) { proxy in
                let settings = ProxySettings(https: .init("http://me:se%20cret@127.0.0.1:\(proxy.port)"))
                try await Fixture.withPool(proxy: settings) { pool in
                    let ending = await pool.start("https://a.test:444/x").value
                    guard case .failed(.certificate, .handshaking) = ending else {
                        Issue.record("the certificate is checked against the server's name: \(ending)")
                        return
                    }
                    #expect(proxy.counts.requests == ["a.test:444"])
                    Fixture.expectNoSocket(to: proxy, pool)
                }
            }
        }
    }

    @Test("a tunnel that is open carries the request, and its end closes everything")
    func tunnelled() async throws {
        try await Fixture.withPeer(.tlsForeign, script: { $1.answer($0.head) }) { server in
            try await Fixture.withPeer(script: { request, connection in
                #expect(request.head.contains("Proxy-Authorization: Basic bWU6c2UgY3JldA==\r\n"))
                connection.join(port: server.port, greeting: "HTTP/1.1 200 OK\r\n\r\n")
            }) { proxy in
                let pool = ConnectionPool(
                    on: MultiThreadedEventLoopGroup.singleton,
                    tls: TLSSettings(additionalRoots: [TestCertificate.foreign.certificate]),
                    proxy: ProxySettings(https: .init("http://me:se%20cret@127.0.0.1:\(proxy.port)")))
                let head = try await pool.get("https://other.example/x")
                #expect(head.hasPrefix("GET /x HTTP/1.1\r\nHost: other.example\r\n"))
                #expect(!head.contains("Proxy-Authorization"))
                #expect(proxy.counts.requests == ["other.example:443"])
                Fixture.expectNoSocket(to: proxy, pool)
                await pool.close()
            }
        }
    }

    @Test("TLS in a tunnel to an address is with whoever has a certificate for it", arguments: [
        (Peer.Security.tlsLiteral, "10.9.8.7", true), (.tlsLiteral, "10.9.8.8", false),
        (.tlsNameless, "10.9.8.7", false), (.tls, "10.9.8.7", false),
    ])
    func tunnelToAddress(security: Peer.Security, host: String, isTheirs: Bool) async throws {
        try await Fixture.withPeer(security) { server in
            try await Fixture.withPeer(script: { _, connection in
                connection.join(port: server.port, greeting: "HTTP/1.1 200 OK\r\n\r\n")
            }) { proxy in
                let trusted = [TestCertificate.literal, TestCertificate.nameless, TestCertificate.local]
                let pool = ConnectionPool(
                    on: MultiThreadedEventLoopGroup.singleton,
                    tls: TLSSettings(additionalRoots: trusted.map(\.certificate)),
                    proxy: ProxySettings(https: .init("http://127.0.0.1:\(proxy.port)")))
                let ending = await pool.start("https://\(host)/").value
                let foreign = Ending.failed(.certificate("it is for another name"), .handshaking)
                #expect(ending == (isTheirs ? .answered("hello") : foreign))
                #expect(server.counts.requests.count == (isTheirs ? 1 : 0))
                Fixture.expectNoSocket(to: proxy, pool)
                await pool.close()
            }
        }
    }

    @Test("http is handed to the proxy whole")
    func forwarded() async throws {
        try await Fixture.withPeer(script: { request, connection in connection.answer(request.head) }) { proxy in
            let settings = ProxySettings(http: .init("127.0.0.1:\(proxy.port)"))
            try await Fixture.withPool(proxy: settings) { pool in
                let head = try await pool.get("http://a.test:81/x?y")
                #expect(head.hasPrefix("GET http://a.test:81/x?y HTTP/1.1\r\nHost: a.test:81\r\n"))
                #expect(pool.occupancy().origins.keys.contains("http://a.test:81"))
                Fixture.expectNoSocket(to: proxy, pool)
            }
        }
    }

    @Test("a proxy's refusal is told in its own words", arguments: [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "HTTP/1.1 407 Proxy Authentication Required"),
        ("nonsense\r\n\r\n", "nonsense"),
    ])
    func refusal(answer: String, words: String) async throws {
        try await Fixture.withPeer(script: { _, connection in connection.send(answer) }) { proxy in
            let settings = ProxySettings(https: .init("127.0.0.1:\(proxy.port)"))
            try await Fixture.withPool(proxy: settings) { pool in
                let ending = await pool.start("https://a.test/").value
                #expect(ending == .failed(.proxy(words), .connecting))
                Fixture.expectNoSocket(to: proxy, pool)
                try await Fixture.expectSurvived(pool)
            }
        }
    }

    @Test("a proxy that is there but slow to open a tunnel is not raced by its other addresses, until it fails")
    func slowTunnel() throws {
        var race = Race(count: 3)
        #expect(race.start() == [.connect(0), .setTimer])
        let handler = TunnelHandler(request: "CONNECT a.test:443 HTTP/1.1\r\n\r\n") { race.reached(0) }
        #expect(race.headStartIsOver() == [.connect(1), .setTimer])
        let channel = EmbeddedChannel(handler: handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).wait()
        #expect(race.headStartIsOver() == [])
        #expect(race.failed(1, why: "") == [.connect(2)])
        #expect(race.failed(0, why: "") == [])
        #expect(race.failed(2, why: "") == [] && race.isLost)
        _ = try channel.finish()
    }

    @Test("a proxy that hangs up, or says nothing, ends the request as a dead address would")
    func deadProxy() async throws {
        try await Fixture.withPeer(script: { request, connection in
            if request.path.hasPrefix("gone") { connection.close() }
        }) { proxy in
            let clock = ManualClock()
            let settings = ProxySettings(https: .init("127.0.0.1:\(proxy.port)"))
            try await Fixture.withPool(PoolSettings(), clock: clock, proxy: settings) { pool in
                let gone = await pool.start("https://gone.test/").value
                #expect(
                    gone == .failed(.connect(["127.0.0.1:\(proxy.port): the connection was closed"]), .connecting))
                let silent = pool.start("https://silent.test/")
                await proxy.until { $0.requests.count == 2 }
                clock.advance(by: .seconds(10))
                #expect(await silent.value == .failed(.connectTimeout, .connecting))
                Fixture.expectNoSocket(to: proxy, pool)
                try await Fixture.expectSurvived(pool)
            }
        }
    }

    @Test("the environment names proxies and exceptions, and loopback is always one", arguments: [
        ("https://a.test/", true), ("https://b.test/", false), ("https://x.b.test/", false), ("https://xb.test/", true),
        ("https://c.test:8443/", false), ("https://c.test/", true), ("https://localhost/", false),
        ("https://127.0.0.1/", false), ("https://[::1]/", false), ("https://127.example/", true),
        ("http://a.test/", false), ("https://d.test/", false), ("https://e.test/", false), ("https://g.f.test/", false),
        ("https://[fd00::5]/", false), ("https://[fd00:0:0::5]:8443/", false), ("https://[fd00::6]/", false),
        ("https://[fd00::7]:8443/", false), ("https://[fd00::7]/", true), ("https://[fd00::8]/", true),
        ("https://10.0.0.5/", false), ("https://10.0.0.6/", true), ("https://1.10.0.0.5/", true),
    ])
    func environment(url: String, isProxied: Bool) throws {
        let settings = ProxySettings(environment: [
            "HTTPS_PROXY": "http://ignored:1", "https_proxy": "http://proxy.test:3128", "HTTP_PROXY": "",
            "NO_PROXY": "b.test, c.test:8443\td.test e.test,fd00::5,[fd00:0::6],[fd00::7]:8443 10.0.0.5,*.f.test",
        ])
        #expect(settings.https?.host == "proxy.test")
        #expect(settings.https?.port == 3128)
        #expect(settings.http == nil)
        if case .direct = settings.route(to: try Location(url).origin) {
            #expect(!isProxied)
        } else {
            #expect(isProxied)
        }
    }

    @Test("credentials of a proxy are never printed")
    func secret() {
        let settings = ProxySettings(https: .init("http://me:hunter2@proxy.test"))
        #expect(settings.https != nil)
        #expect(!"\(settings)".contains("hunter2") && !"\(settings)".contains("bWU6"))
    }
}

extension Connection {
    /// Makes this connection one end of a tunnel to a loopback port.
    func join(port: Int, greeting: String) {
        let near = channel
        ClientBootstrap(group: near.eventLoop).channelInitializer { far in
            far.eventLoop.makeCompletedFuture { try far.pipeline.syncOperations.addHandler(Glue(other: near)) }
        }.connect(host: "127.0.0.1", port: port).whenSuccess { far in
            // The peer's own handler takes no more bytes; the glue in front of it passes them on.
            let glued = near.eventLoop.makeCompletedFuture {
                try near.pipeline.syncOperations.addHandler(Glue(other: far), position: .first)
            }
            glued.whenSuccess { near.writeAndFlush(ByteBuffer(string: greeting), promise: nil) }
        }
    }
}

private final class Glue: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    init(other: any Channel) { self.other = other }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }
    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
