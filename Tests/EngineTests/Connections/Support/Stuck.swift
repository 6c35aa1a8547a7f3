import NIOCore
import Testing

@testable import Basics
@testable import Connections

/// A phase in which a request can be made to stay.
enum Stuck: String, CaseIterable, Sendable {
    case queued, resolving, connecting, handshaking, sending, waiting, receiving

    var phase: Phase { Phase(rawValue: rawValue) ?? .closing }
    /// Whose budget is running.
    var timeout: HTTPFailure.Reason { phase.order < Phase.sending.order ? .connectTimeout : .totalTimeout }

    /// Runs `use` with a pool of one lane and a request that stays in this phase until something ends it; then
    /// claims that nothing is left of it and that the pool serves the next request.
    func run(
        _ settings: PoolSettings = Fixture.settings(), clock: any EngineClock = ContinuousClock(),
        servesNext: Bool = true,
        _ use: (ConnectionPool, Task<Ending, Never>) async throws -> Void
    ) async throws {
        let hole = try await Blackhole.open()
        let gate = Gate()
        var settings = settings
        settings.limit = 1
        let resolver: NameCache.Resolver = { name, port in
            if name == "slow.test" { await gate.opened() }
            return name == "hole.test" ? [hole.address] : [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
        }
        try await Fixture.withPeer(script: Self.script) { peer in
            try await Fixture.withPool(settings, clock: clock, resolver: resolver) { pool in
                let holder = self == .queued ? pool.start("\(peer.url)/hold") : nil
                if self == .queued { await pool.until { $0.lanes[0].phase == .waiting } }
                let request = pool.start(request(at: peer))
                await pool.until { now in
                    self == .queued ? now.queued == 1 : now.lanes[0].phase == phase && isThere(now.lanes[0])
                }
                try await use(pool, request)
                _ = await request.value
                holder?.cancel()
                _ = await holder?.value
                Fixture.expectNoSocket(to: peer, pool)
                if servesNext { try await pool.expect(peer.url, answers: "hello") }
            }
        }
        gate.open()
        await hole.shut()
    }

    /// Whether the phase has gone as far as it will.
    private func isThere(_ lane: Occupancy.Lane) -> Bool {
        switch self {
        case .sending: lane.bytesSent > 0
        case .receiving: lane.bytesReceived == 5
        default: true
        }
    }

    private func request(at peer: Peer) -> HTTPRequest {
        switch self {
        case .queued, .waiting: HTTPRequest(url: "\(peer.url)/hold")
        case .resolving: HTTPRequest(url: "http://slow.test:\(peer.port)/")
        case .connecting: HTTPRequest(url: "http://hole.test/")
        case .handshaking: HTTPRequest(url: "https://127.0.0.1:\(peer.port)/")
        case .sending:
            HTTPRequest(method: "POST", url: "\(peer.url)/early", body: ByteBuffer(repeating: 0x2e, count: 32 << 20))
        case .receiving: HTTPRequest(url: "\(peer.url)/half")
        }
    }

    private static let script: Peer.Script = { request, connection in
        switch request.path {
        case "/early": connection.channel.setOption(.autoRead, value: false).whenComplete { _ in }
        case "/half": connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        default: Peer.standard(request, connection)
        }
    }
}
