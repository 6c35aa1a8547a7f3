import Basics
import NIOCore
import Synchronization

/// The acting half of a ``ConnectionPool``: does what its state decides, with sockets, timers and waiting tasks.
///
/// Requests, sockets and the alarm hold it strongly, also those that outlive the pool for a moment. (A weak reference
/// to it would make each of the many reference counts of a request a slow one.)
final class PoolShell: Sendable {
    let settings: PoolSettings
    let clock: any EngineClock
    let group: any EventLoopGroup
    let names: NameCache
    let tls: TLSClient
    let proxy: ProxySettings
    let connect: Dial.Connect
    let state: Mutex<PoolState>
    private let alarm: Alarm

    init(
        _ settings: PoolSettings, on group: any EventLoopGroup, clock: any EngineClock, tls: TLSSettings,
        proxy: ProxySettings, resolver: @escaping NameCache.Resolver, connect: @escaping Dial.Connect
    ) {
        self.settings = settings
        self.clock = clock
        self.group = group
        self.tls = TLSClient(settings: tls, grace: settings.shutdownGrace)
        self.proxy = proxy
        self.connect = connect
        names = NameCache(ttl: settings.dnsTTL, clock: clock, resolve: resolver)
        alarm = Alarm(clock: clock)
        state = Mutex(PoolState(settings))
    }

    func occupancy() -> Occupancy {
        let now = clock.moment
        return state.withLock { $0.occupancy(at: now) }
    }

    func close() async {
        let now = clock.moment
        let (queued, calls, idle) = state.withLock { $0.beginClose(at: now) }
        for call in calls { call.stop(.closed) }
        for connection in idle { connection.abort() }
        for (call, waiter) in queued { waiter.resume(throwing: call.stopped ?? call.failure(.closed)) }
        names.close()
        await withCheckedContinuation { waiter in state.withLock { $0.awaitEnd(waiter) }?.resume() }
        alarm.stop()
    }

    /// Nobody can ask any more. Returns the lanes whose idle connections had to be aborted.
    func abandon() -> [Int] {
        alarm.stop()
        let left = state.withLock { state in
            defer { state.kept = [:] }
            return state.kept
        }
        for kept in left.values { kept.connection.abort() }
        return left.keys.sorted()
    }
}

// MARK: What requests, event loops and the alarm report

extension PoolShell {
    func advance(_ lease: PoolCore.Lease, to phase: Phase) {
        let now = clock.moment
        state.withLock { $0.advance(lease, to: phase, at: now) }
    }

    /// The request needs its lane no longer; the lane follows its last socket.
    func finish(_ lease: PoolCore.Lease) {
        let now = clock.moment
        for wake in state.withLock({ $0.finish(lease, at: now) }) { wake.resume() }
    }

    func setAlarm(at instant: Moment) {
        alarm.set(at: instant, ring: { [self] in expire() })
    }

    private func expire() {
        let now = clock.moment
        let (due, idle, next) = state.withLock { ($0.expire(at: now), $0.expireIdle(at: now), $0.nextDeadline) }
        if let next { setAlarm(at: next) }
        for connection in idle { connection.abort() }
        for (call, kind) in due { call.stop(kind == .connect ? .connectTimeout : .totalTimeout) }
    }

    /// Keeps the connection of a request that is answered. `false` when it has to be closed.
    func keep(_ connection: KeptConnection, _ lease: PoolCore.Lease, serverTimeout: Int?) -> Bool {
        let now = clock.moment
        // A server that names its own limit is believed, with a margin for the way there: what it is about to close
        // is not worth keeping.
        let limit = serverTimeout.map { min(settings.idleTimeout, .seconds($0) - .seconds(1)) } ?? settings.idleTimeout
        guard limit > .zero else { return false }
        switch state.withLock({ $0.park(connection, lease, until: now + limit, at: now) }) {
        case .refused: return false
        case .idle: setAlarm(at: now + limit)
        case .handedOver(let wakes): for wake in wakes { wake.resume() }
        }
        return true
    }

    /// Counts the sockets of a lane for ``Dial``.
    struct LaneSockets: SocketCounter {
        let pool: PoolShell
        let lease: PoolCore.Lease

        func attemptBegins() -> PoolCore.Attempt {
            let now = pool.clock.moment
            return pool.state.withLock { $0.attempt(lease, at: now) }
        }
        func socketOpened() { pool.state.withLock { $0.socketOpened(lease.origin) } }
        func attemptEnded(hadSocket: Bool) {
            let now = pool.clock.moment
            let wakes = pool.state.withLock { $0.attemptEnded(lease, hadSocket: hadSocket, at: now) }
            for wake in wakes { wake.resume() }
        }
    }
}
