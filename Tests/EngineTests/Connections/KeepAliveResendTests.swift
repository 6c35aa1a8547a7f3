import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import Connections

@Suite("Keep-alive, requests that must not be sent twice", .timeLimit(.minutes(5)), .shared)
struct KeepAliveResendTests {
    /// Little fits into these sockets: of a large request only the beginning leaves.
    private static let narrow: Dial.Connect = { address, loop, initializer in
        ClientBootstrap(group: loop).channelOption(.socketOption(.so_sndbuf), value: 4096)
            .channelInitializer(initializer).connect(to: address)
    }

    /// More than the socket buffers of both sides hold.
    private static let upload = ByteBuffer(repeating: 0x2e, count: 16 << 20)

    @Test("a POST of which the server has seen the head is not sent again", arguments: KeepAliveTests.securities)
    func cutInUpload(security: Peer.Security) async throws {
        let script: Peer.Script = { request, connection in
            guard request.path == "/early" else { return connection.answer("hello") }
            connection.channel.setOption(.autoRead, value: false).whenComplete { _ in connection.cut() }
        }
        try await Fixture.withPeer(security, keepsAlive: true, script: script) { peer in
            try await Fixture.withPool(Fixture.keepAlive(), connect: Self.narrow) { pool in
                try await pool.expect(peer.url, answers: "hello")
                let request = HTTPRequest(method: "POST", url: "\(peer.url)/early", body: Self.upload)
                let ending = await pool.start(request).value
                #expect(ending == .failed(.disconnected(bodyBytes: 0), .sending))
                #expect(peer.counts.requests == ["/", "/early"])
                try await pool.expect(peer.url, answers: "hello")
                #expect(peer.counts.accepted == 2)
            }
        }
    }

    @Test("an answer that begins before the request has left is given to its reader once, and its loss is told",
        arguments: KeepAliveTests.securities)
    func answeredInUpload(security: Peer.Security) async throws {
        let begun = Gate()
        let script: Peer.Script = { request, connection in
            guard request.path == "/early" else { return connection.answer("hello") }
            connection.channel.setOption(.autoRead, value: false).whenComplete { _ in
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
                Task {
                    await begun.opened()
                    connection.cut()
                }
            }
        }
        try await Fixture.withPeer(security, keepsAlive: true, script: script) { peer in
            try await Fixture.withPool(Fixture.keepAlive(), connect: Self.narrow) { pool in
                try await pool.expect(peer.url, answers: "hello")
                let request = HTTPRequest(method: "POST", url: "\(peer.url)/early", body: Self.upload)
                let readers = Counter()
                let ending = await Ending {
                    try await pool.withResponse(to: request) { response in
                        readers.add()
                        for try await _ in response.body { begun.open() }
                        return "whole"
                    }
                }
                #expect(ending == .failed(.disconnected(bodyBytes: 5), .receiving))
                #expect(readers.count == 1)
                #expect(peer.counts.requests == ["/", "/early"])
            }
        }
    }

    @Test("a request that was given a connection is not queued, and runs out of time as one that connects")
    func phaseOfKept() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let clock = ManualClock()
        try await Fixture.withPeer(keepsAlive: true) { peer in
            let settings = Fixture.keepAlive { $0.connectTimeout = .seconds(10) }
            try await Fixture.withPool(settings, clock: clock, on: group) { pool in
                try await pool.expect(peer.url, answers: "hello")
                let (blocked, goOn) = (Gate(), Barrier())
                group.next().execute {
                    blocked.open()
                    goOn.wait()
                }
                await blocked.opened()
                let request = pool.start(peer.url)
                await pool.until { $0.lanes[0].request == 2 && $0.lanes[0].phase != .queued }
                clock.advance(by: .seconds(10))
                // The alarm's task stops the request; its socket can only go when the loop does.
                await poll { pool.shell.state.withLock { $0.calls[2]?.stopped != nil } }
                goOn.signal()
                #expect(await request.value == .failed(.connectTimeout, .connecting))
                #expect(peer.counts.requests.count == 1)
                try await pool.expect(peer.url, answers: "hello")
            }
        }
        try await group.shutdownGracefully()
    }

    @Test("a request whose kept connection is gone begins anew, and fails in the phase it comes to")
    func phaseAfterwards() async throws {
        let (group, lookups) = (MultiThreadedEventLoopGroup(numberOfThreads: 1), Counter())
        let closing = Mutex<Connection?>(nil)
        let script: Peer.Script = { _, connection in
            closing.withLock { $0 = connection }
            connection.answer("hello")
        }
        let resolver: NameCache.Resolver = { _, port in
            lookups.add()
            guard lookups.count == 1 else { throw HTTPFailure(.dns("gone"), phase: .resolving, origin: nil) }
            return [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
        }
        try await Fixture.withPeer(keepsAlive: true, script: script) { peer in
            let settings = Fixture.keepAlive { $0.dnsTTL = .zero }
            try await Fixture.withPool(settings, resolver: resolver, on: group) { pool in
                let url = "http://a.test:\(peer.port)/"
                try await pool.expect(url, answers: "hello")
                let (blocked, goOn) = (Gate(), Barrier())
                group.next().execute {
                    blocked.open()
                    goOn.wait()
                }
                await blocked.opened()
                closing.withLock { $0 }?.reset()
                await peer.until { $0.closed == 1 }
                let request = pool.start(url)
                await pool.until { $0.lanes[0].phase == .connecting }
                goOn.signal()
                guard case .failed(.dns, .resolving) = await request.value else {
                    Issue.record("\(await request.value)")
                    return
                }
            }
        }
        try await group.shutdownGracefully()
    }
}
