import Basics
import Logging
import NIOCore

/// Every HTTP connection of the agent: a fixed number of lanes, one request and one connection in each, first come
/// first served among those that could run.
///
/// A lane is free again only when its socket is closed, so the limits hold for real sockets, and ``close()`` returns
/// when there are none. All state is one value behind a lock that is held for microseconds and never while calling out.
public final class ConnectionPool: HTTPClient, Sendable {
    /// What acts. It is held by every request, socket and timer; this object only by those who may ask.
    let shell: PoolShell
    /// Told of what the owner of the pool did wrong.
    private let report: @Sendable (String) -> Void

    /// The event loops stay the caller's and must outlive the pool.
    public convenience init(
        _ settings: PoolSettings = .init(), on group: any EventLoopGroup, clock: any EngineClock = ContinuousClock(),
        tls: TLSSettings = .init(), proxy: ProxySettings = .init()
    ) {
        self.init(settings, on: group, clock: clock, tls: tls, proxy: proxy, resolver: SystemResolver.resolve)
    }

    /// With name resolution and connecting replaced, for tests of what goes wrong in them.
    init(
        _ settings: PoolSettings = .init(), on group: any EventLoopGroup, clock: any EngineClock = ContinuousClock(),
        tls: TLSSettings = .init(), proxy: ProxySettings = .init(), resolver: @escaping NameCache.Resolver,
        connect: Dial.Connect? = nil,
        report: @escaping @Sendable (String) -> Void = { Logger(label: "singularis.connections").critical("\($0)") }
    ) {
        shell = PoolShell(
            settings, on: group, clock: clock, tls: tls, proxy: proxy, resolver: resolver,
            connect: connect ?? Dial.tcp(timeout: settings.connectTimeout))
        self.report = report
    }

    public func withResponse<Result: Sendable>(
        to request: HTTPRequest, _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        try await shell.withResponse(to: request, use)
    }

    /// What every lane is doing at this moment, and what has happened so far.
    public func occupancy() -> Occupancy { shell.occupancy() }

    /// Fails what is queued and active, and returns when every socket is closed. Idempotent.
    public func close() async { await shell.close() }

    /// Requests are made through their pool, so one that goes without ``close()`` has no request left. What it may
    /// have left are idle connections.
    deinit {
        let lanes = shell.abandon()
        guard !lanes.isEmpty else { return }
        let list = lanes.map { "\($0)" }.joined(separator: ", ")
        report("a connection pool was dropped without close(); idle connections aborted in lanes \(list)")
    }
}

/// A pool for the length of a scope; it is closed however the scope ends.
public func withConnectionPool<Result: Sendable>(
    _ settings: PoolSettings = .init(), on group: any EventLoopGroup, clock: any EngineClock = ContinuousClock(),
    tls: TLSSettings = .init(), proxy: ProxySettings = .init(), _ use: (ConnectionPool) async throws -> Result
) async throws -> Result {
    let pool = ConnectionPool(settings, on: group, clock: clock, tls: tls, proxy: proxy)
    do {
        let result = try await use(pool)
        await pool.close()
        return result
    } catch {
        await pool.close()
        throw error
    }
}
