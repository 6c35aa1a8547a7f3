import NIOCore
import NIOHTTP1
import Synchronization

/// Every HTTP connection of the agent: a fixed number of lanes, one request and one connection in each, first come
/// first served among those that could run.
///
/// A lane is free again only when its socket is closed, so the limits hold for real sockets, and ``close()`` returns
/// when there are none. All state is one value behind a lock that is held for microseconds and never while calling out.
package final class ConnectionPool: HTTPClient, Sendable {
    let settings: PoolSettings
    let clock: any EngineClock
    let names: NameCache
    let state: Mutex<PoolState>
    private let group: any EventLoopGroup
    private let tls: TLSClient
    private let connect: Dial.Connect
    private let alarm: Alarm

    /// The event loops stay the caller's and must outlive the pool.
    package convenience init(
        _ settings: PoolSettings = .init(), on group: any EventLoopGroup, clock: any EngineClock = ContinuousClock(),
        tls: TLSSettings = .init()
    ) {
        self.init(settings, on: group, clock: clock, tls: tls, resolver: SystemResolver.resolve, connect: nil)
    }

    /// With name resolution and connecting replaced, for tests of what goes wrong in them.
    init(
        _ settings: PoolSettings = .init(), on group: any EventLoopGroup, clock: any EngineClock = ContinuousClock(),
        tls: TLSSettings = .init(), resolver: @escaping NameCache.Resolver, connect: Dial.Connect? = nil
    ) {
        self.settings = settings
        self.clock = clock
        self.group = group
        self.tls = TLSClient(settings: tls, grace: settings.shutdownGrace)
        self.connect = connect ?? Dial.tcp(timeout: settings.connectTimeout)
        names = NameCache(ttl: settings.dnsTTL, clock: clock, resolve: resolver)
        alarm = Alarm(clock: clock)
        state = Mutex(PoolState(settings))
    }

    package func occupancy() -> Occupancy {
        let now = clock.now
        return state.withLock { $0.occupancy(at: now) }
    }

    package func withResponse<Result: Sendable>(
        to request: HTTPRequest, _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        let target = try RequestTarget(request)
        let call = try admit(target)
        return try await withTaskCancellationHandler {
            let lease: PoolCore.Lease
            do {
                lease = try await lane(for: call)
            } catch {
                end(call, .failed(.queued))
                throw error
            }
            let exchange = Exchange(target.head, body: request.body, call: call, bound: settings.responseBound) {
                [self] in finish(lease)
            }
            do {
                let head = try await open(exchange, lease)
                let body = HTTPBody { try await exchange.next() }
                let headers = head.headers.map { (name: $0.name, value: $0.value) }
                let result = try await use(HTTPResponse(status: Int(head.status.code), headers: headers, body: body))
                await leave(exchange, lease, error: nil)
                return result
            } catch {
                await leave(exchange, lease, error: error)
                throw error
            }
        } onCancel: {
            call.stop(.cancelled)
        }
    }

    package func close() async {
        let (queued, calls) = state.withLock { $0.beginClose() }
        for call in calls { call.stop(.closed) }
        for (call, waiter) in queued { waiter.resume(throwing: call.stopped ?? call.failure(.closed)) }
        names.close()
        await withCheckedContinuation { waiter in state.withLock { $0.awaitEnd(waiter) }?.resume() }
        alarm.stop()
    }

    deinit { alarm.stop() }
}

// MARK: The way of one request

extension ConnectionPool {
    private func admit(_ target: RequestTarget) throws -> Call {
        let now = clock.now
        let (connect, total) = (now + settings.connectTimeout, now + settings.totalTimeout)
        let call = state.withLock { state in
            state.admit({ Call(id: $0, origin: target.origin) }, connect: connect, total: total)
        }
        guard let call else { throw HTTPFailure(.closed, phase: .queued, origin: target.origin) }
        setAlarm(at: min(connect, total))
        return call
    }

    /// Waits for a lane. A grant transfers the lane: whatever happens next, the caller has to leave it.
    private func lane(for call: Call) async throws -> PoolCore.Lease {
        try await withCheckedThrowingContinuation { waiter in
            let now = clock.now
            switch state.withLock({ $0.acquire(call, waiter, at: now) }) {
            case .granted(let lease): waiter.resume(returning: lease)
            case .closed: waiter.resume(throwing: call.failure(.closed))
            case .queued:
                // Left after queueing: a stop that came before finds the request in the queue now.
                call.onStop { [self] error in
                    state.withLock { $0.abandon(call.id) }?.resume(throwing: error)
                }
            }
        }
    }

    /// Resolves, connects, sends, and waits for the head of the response.
    private func open(_ exchange: Exchange, _ lease: PoolCore.Lease) async throws -> HTTPResponseHead {
        let (call, origin) = (exchange.call, exchange.call.origin)
        call.onPhase { [self] phase in advance(lease, to: phase) }
        call.enter(.resolving)
        try call.check()
        let addresses = try await names.addresses(host: origin.host, port: origin.port, for: call)
        let secure = origin.scheme == .https ? tls : nil
        do { try secure?.prepare() } catch { throw call.failure(.tls("the trusted certificates: \(error)")) }
        let dial = Dial(
            addresses, for: exchange, tls: secure, sockets: LaneSockets(pool: self, lease: lease), loop: group.next(),
            clock: clock, connect: connect)
        call.onStop { error in
            exchange.fail(error, atOnce: true)
            dial.stop()
        }
        dial.start()
        do {
            return try await exchange.head()
        } catch {
            if dial.isLost { names.drop(host: origin.host, port: origin.port) }
            throw error
        }
    }

    /// Ends the request's use of its lane and returns when the socket is closed.
    private func leave(_ exchange: Exchange, _ lease: PoolCore.Lease, error: (any Error)?) async {
        let (call, isComplete) = (exchange.call, exchange.isComplete)
        let phase = (exchange.failure as? HTTPFailure ?? error as? HTTPFailure)?.phase ?? call.phase
        let hasFailed = error != nil || exchange.failure != nil
        // Nobody will read what is still to come.
        if !isComplete { call.abort(call.failure(.disconnected(bodyBytes: call.meter.received))) }
        finish(lease)
        await withCheckedContinuation { waiter in
            state.withLock { $0.awaitVacancy(of: lease, waiter) }?.resume()
        }
        end(call, isComplete ? .answered : hasFailed ? .failed(phase) : .abandoned)
    }

    private func end(_ call: Call, _ outcome: PoolTotals.Outcome) {
        call.end()
        state.withLock { $0.ended(call, outcome) }
    }
}

// MARK: What event loops and the alarm report

extension ConnectionPool {
    private func advance(_ lease: PoolCore.Lease, to phase: Phase) {
        let now = clock.now
        state.withLock { $0.advance(lease, to: phase, at: now) }
    }

    private func finish(_ lease: PoolCore.Lease) {
        let now = clock.now
        for wake in state.withLock({ $0.finish(lease, at: now) }) { wake.resume() }
    }

    private func setAlarm(at instant: ContinuousClock.Instant) {
        alarm.set(at: instant) { [weak self] in self?.expire() }
    }

    private func expire() {
        let now = clock.now
        let (due, next) = state.withLock { ($0.expire(at: now), $0.nextDeadline) }
        if let next { setAlarm(at: next) }
        for (call, kind) in due { call.stop(kind == .connect ? .connectTimeout : .totalTimeout) }
    }

    /// Counts the sockets of a lane for ``Dial``.
    private struct LaneSockets: SocketCounter {
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
    tls: TLSSettings = .init(), _ use: (ConnectionPool) async throws -> Result
) async throws -> Result {
    let pool = ConnectionPool(settings, on: group, clock: clock, tls: tls)
    do {
        let result = try await use(pool)
        await pool.close()
        return result
    } catch {
        await pool.close()
        throw error
    }
}
