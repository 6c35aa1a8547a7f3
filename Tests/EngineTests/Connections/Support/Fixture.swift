import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import Connections

/// What one pool test needs: a pool, a peer, and the claim that nothing is left of either's connections.
enum Fixture {
    /// The defaults, but without time limits: how fast the machine is must not decide a test. Those about time set
    /// their own and drive a clock.
    static func settings(_ edit: (inout PoolSettings) -> Void = { _ in }) -> PoolSettings {
        var settings = PoolSettings()
        settings.connectTimeout = .seconds(3600)
        settings.totalTimeout = .seconds(3600)
        edit(&settings)
        return settings
    }

    /// The same, with connections that are kept.
    static func keepAlive(_ edit: (inout PoolSettings) -> Void = { _ in }) -> PoolSettings {
        settings {
            $0.forceClose = false
            $0.idleTimeout = .seconds(3600)
            edit(&$0)
        }
    }

    /// A pool that trusts the test certificate, for the scope; closed at its end.
    static func withPool(
        _ settings: PoolSettings = Fixture.settings(), clock: any EngineClock = ContinuousClock(),
        proxy: ProxySettings = .init(), resolver: @escaping NameCache.Resolver = SystemResolver.resolve,
        connect: Dial.Connect? = nil, on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        _ use: (ConnectionPool) async throws -> Void
    ) async throws {
        let ledger = SocketLedger()
        let pool = ConnectionPool(
            settings, on: group, clock: clock,
            tls: TLSSettings(additionalRoots: [TestCertificate.local.certificate]), proxy: proxy, resolver: resolver,
            connect: ledger.noting(connect ?? Dial.tcp(timeout: settings.connectTimeout)))
        try await SocketLedger.$current.withValue(ledger) {
            do { try await use(pool) } catch {
                await pool.close()
                throw error
            }
            await pool.close()
            expectNothingLeft(pool)
        }
    }

    static func withPeer(
        _ security: Peer.Security = .plain, keepsAlive: Bool = false, greet: (@Sendable (Connection) -> Void)? = nil,
        script: @escaping Peer.Script = Peer.standard, _ use: (Peer) async throws -> Void
    ) async throws {
        let peer = try await Peer.start(security, keepsAlive: keepsAlive, greet: greet, script: script)
        do { try await use(peer) } catch {
            await peer.stop()
            throw error
        }
        await peer.stop()
    }

    /// Every lane free and every socket closed, by the pool's own account.
    static func expectNothingLeft(_ pool: ConnectionPool, sourceLocation: SourceLocation = #_sourceLocation) {
        let now = pool.occupancy()
        #expect(now.busy == 0, sourceLocation: sourceLocation)
        #expect(now.opened == now.closed, sourceLocation: sourceLocation)
        #expect(pool.shell.state.withLock { $0.core.check() } == [], sourceLocation: sourceLocation)
        #expect(SocketLedger.current?.open ?? 0 == 0, "by the kernel's account", sourceLocation: sourceLocation)
    }

    /// Every request so far has ended once, nothing is left of any, and the pool serves the next.
    static func expectSurvived(_ pool: ConnectionPool, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        func expectBalance() {
            expectNothingLeft(pool, sourceLocation: sourceLocation)
            let now = pool.occupancy()
            #expect(now.answered + now.failed + now.abandoned == now.requests, sourceLocation: sourceLocation)
            #expect(now.queued == 0, sourceLocation: sourceLocation)
        }
        expectBalance()
        let before = pool.occupancy()
        // A peer of its own: what the test's peer answers is the test's affair.
        try await withPeer { peer in
            try await pool.expect(peer.url, answers: "hello", sourceLocation: sourceLocation)
        }
        let now = pool.occupancy()
        #expect(now.requests == before.requests + 1, sourceLocation: sourceLocation)
        #expect(now.answered == before.answered + 1, sourceLocation: sourceLocation)
        expectBalance()
    }

    /// The same by the kernel's account, for the sockets to one peer.
    static func expectNoSocket(
        to peer: Peer, _ pool: ConnectionPool, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Sockets.open(to: peer.port) == 0, sourceLocation: sourceLocation)
        expectNothingLeft(pool, sourceLocation: sourceLocation)
    }
}

extension ConnectionPool {
    /// One request whose body is read to the end.
    func get(_ url: String) async throws -> String { try await send(HTTPRequest(url: url)).body }

    /// One request that is answered with this body.
    func expect(_ url: String, answers body: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let answer = try await get(url)
        #expect(answer == body, sourceLocation: sourceLocation)
    }

    func send(_ request: HTTPRequest) async throws -> (status: Int, body: String) {
        try await withResponse(to: request) { response in
            (response.status, String(buffer: try await response.body.collect(upTo: 1 << 24)))
        }
    }

    /// Returns when the pool looks as asked.
    func until(_ condition: @escaping @Sendable (Occupancy) -> Bool) async {
        await poll { condition(self.occupancy()) }
    }
}

/// How a request ended, for tests that start many.
enum Ending: Equatable, Sendable {
    case answered(String)
    case failed(HTTPFailure.Reason, Phase)
    case cancelled
    case other(String)

    init(_ work: () async throws -> String) async {
        do { self = .answered(try await work()) } catch let failure as HTTPFailure {
            #expect(failure.origin != nil, "a failure names whom it was with: \(failure)")
            self = .failed(failure.reason, failure.phase)
        } catch is CancellationError { self = .cancelled } catch { self = .other("\(error)") }
    }
}

extension ConnectionPool {
    /// Starts a request that runs by itself and can be cancelled.
    func start(_ url: String) -> Task<Ending, Never> { start(HTTPRequest(url: url)) }

    func start(_ request: HTTPRequest) -> Task<Ending, Never> {
        Task { await Ending { try await self.send(request).body } }
    }
}
