import NIOCore
import Synchronization

/// Every HTTP connection of the agent: a fixed number of lanes, one request and one connection in each, first come
/// first served among those that could run.
///
/// A lane is free again only when its socket is closed, so the limits hold for real sockets, and ``close()`` returns
/// when there are none. All state is one value behind a lock that is held for microseconds and never while calling out.
package final class ConnectionPool: HTTPClient, Sendable {
    let settings: PoolSettings
    let clock: any EngineClock
    let group: any EventLoopGroup
    let names: NameCache
    let tls: TLSClient
    let proxy: ProxySettings
    let connect: Dial.Connect
    let state: Mutex<PoolState>
    private let alarm: Alarm

    /// The event loops stay the caller's and must outlive the pool.
    package convenience init(
        _ settings: PoolSettings = .init(), on group: any EventLoopGroup, clock: any EngineClock = ContinuousClock(),
        tls: TLSSettings = .init(), proxy: ProxySettings = .init()
    ) {
        self.init(settings, on: group, clock: clock, tls: tls, proxy: proxy, resolver: SystemResolver.resolve)
    }

    /// With name resolution and connecting replaced, for tests of what goes wrong in them.
    init(
        _ settings: PoolSettings = .init(), on group: any EventLoopGroup, clock: any EngineClock = ContinuousClock(),
        tls: TLSSettings = .init(), proxy: ProxySettings = .init(), resolver: @escaping NameCache.Resolver,
        connect: Dial.Connect? = nil
    ) {
        self.settings = settings
        self.clock = clock
        self.group = group
        self.tls = TLSClient(settings: tls, grace: settings.shutdownGrace)
        self.proxy = proxy
        self.connect = connect ?? Dial.tcp(timeout: settings.connectTimeout)
        names = NameCache(ttl: settings.dnsTTL, clock: clock, resolve: resolver)
        alarm = Alarm(clock: clock)
        state = Mutex(PoolState(settings))
    }

    package func occupancy() -> Occupancy {
        let now = clock.now
        return state.withLock { $0.occupancy(at: now) }
    }

    package func close() async {
        let (queued, calls) = state.withLock { $0.beginClose() }
        for call in calls { call.stop(.closed) }
        for (call, waiter) in queued { waiter.resume(throwing: call.stopped ?? call.failure(.closed)) }
        names.close()
        await withCheckedContinuation { waiter in state.withLock { $0.awaitEnd(waiter) }?.resume() }
        alarm.stop()
    }

    /// Requests hold their pool, so one that goes without ``close()`` has no connection left; only its alarm may be
    /// set.
    deinit { alarm.stop() }
}

// MARK: What requests, event loops and the alarm report

extension ConnectionPool {
    func advance(_ lease: PoolCore.Lease, to phase: Phase) {
        let now = clock.now
        state.withLock { $0.advance(lease, to: phase, at: now) }
    }

    /// The request needs its lane no longer; the lane follows its last socket.
    func finish(_ lease: PoolCore.Lease) {
        let now = clock.now
        for wake in state.withLock({ $0.finish(lease, at: now) }) { wake.resume() }
    }

    func setAlarm(at instant: ContinuousClock.Instant) {
        alarm.set(at: instant) { [weak self] in self?.expire() }
    }

    private func expire() {
        let now = clock.now
        let (due, next) = state.withLock { ($0.expire(at: now), $0.nextDeadline) }
        if let next { setAlarm(at: next) }
        for (call, kind) in due { call.stop(kind == .connect ? .connectTimeout : .totalTimeout) }
    }

    /// Counts the sockets of a lane for ``Dial``.
    struct LaneSockets: SocketCounter {
        let pool: ConnectionPool
        let lease: PoolCore.Lease

        func attemptBegins() -> Bool { pool.state.withLock { $0.attempt(lease) } }
        func socketOpened() { pool.state.withLock { $0.socketOpened(lease) } }
        func attemptEnded(hadSocket: Bool) {
            let now = pool.clock.now
            let wakes = pool.state.withLock { $0.attemptEnded(lease, hadSocket: hadSocket, at: now) }
            for wake in wakes { wake.resume() }
        }
    }
}

/// A pool for the length of a scope; it is closed however the scope ends.
package func withConnectionPool<Result: Sendable>(
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
