import NIOCore
import NIOHTTP1
import Synchronization

/// The way of one request through the pool.
extension PoolShell {
    private enum Step<Result: Sendable>: Sendable {
        case done(Result)
        case redirect(RequestTarget)
    }

    func withResponse<Result: Sendable>(
        to request: HTTPRequest, _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        let first = try RequestTarget(request, closes: settings.forceClose)
        let call = try admit(first)
        return try await withTaskCancellationHandler {
            defer { end(call) }
            var (target, hops) = (first, 0)
            while true {
                switch try await attempt(target, call, hops: hops, use) {
                case .done(let result): return result
                case .redirect(let next):
                    hops += 1
                    target = next
                    restart(call, at: next.origin)
                }
            }
        } onCancel: {
            call.stop(.cancelled)
        }
    }

    /// One connection's worth of a request. The lane's socket is closed when this returns or throws.
    private func attempt<Result: Sendable>(
        _ target: RequestTarget, _ call: Call, hops: Int, _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Step<Result> {
        let grant = try await lane(for: call)
        do {
            return try await attempt(target, call, grant, hops: hops, use)
        } catch is Exchange.Bounce {
            call.restart(at: target.origin)
            return try await attempt(target, call, .init(lease: grant.lease), hops: hops, use)
        }
    }

    /// The same over the connection that came with the lane, or a new one.
    private func attempt<Result: Sendable>(
        _ target: RequestTarget, _ call: Call, _ grant: PoolState.Grant, hops: Int,
        _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Step<Result> {
        let lease = grant.lease
        let route = proxy.route(to: target.origin)
        let keep: Exchange.Keep = { [self] in self.keep($0, lease, serverTimeout: $1) }
        let exchange = Exchange(
            route.head(for: target), body: target.request.body, call: call, bound: settings.responseBound,
            keep: settings.forceClose ? nil : keep
        ) { [self] in finish(lease) }
        do {
            let head = try await open(exchange, grant, by: route)
            if settings.redirects > 0, let next = try redirection(of: target, head, call) {
                guard hops < settings.redirects else { throw call.failure(.tooManyRedirects(hops)) }
                await leave(exchange, lease, error: nil)
                return .redirect(next)
            }
            let body = HTTPBody(from: target.origin) { try await exchange.next() }
            let headers = head.headers.map { (name: $0.name, value: $0.value) }
            let result = try await use(HTTPResponse(status: Int(head.status.code), headers: headers, body: body))
            await leave(exchange, lease, error: nil)
            return .done(result)
        } catch let bounce as Exchange.Bounce {
            throw bounce
        } catch {
            await leave(exchange, lease, error: error)
            throw error
        }
    }

    /// Where the response sends the request. What is wrong with the place is the failure of the server that named it.
    private func redirection(
        of target: RequestTarget, _ head: HTTPResponseHead, _ call: Call
    ) throws -> RequestTarget? {
        do { return try target.redirected(by: head) } catch let failure as HTTPFailure {
            throw call.failure(failure.reason)
        }
    }

    private func admit(_ target: RequestTarget) throws -> Call {
        let now = clock.moment
        let (connect, total) = (now + settings.connectTimeout, now + settings.totalTimeout)
        let call = state.withLock { state in
            state.admit({ Call(id: $0, origin: target.origin, expires: total) }, connect: connect)
        }
        guard let call else { throw HTTPFailure(.closed, phase: .queued, origin: target.origin) }
        setAlarm(at: min(connect, total))
        return call
    }

    /// A redirect gets a connect budget of its own, but no more total time.
    private func restart(_ call: Call, at origin: Origin) {
        let connect = clock.moment + settings.connectTimeout
        call.restart(at: origin)
        state.withLock { $0.restart(call, connect: connect) }
        setAlarm(at: min(connect, call.expires))
    }

    /// Waits for a lane. A grant transfers the lane: whatever happens next, the caller has to leave it.
    private func lane(for call: Call) async throws -> PoolState.Grant {
        let now = clock.moment
        if let grant = state.withLock({ $0.grantAtOnce(call, at: now) }) { return grant }
        do {
            return try await withCheckedThrowingContinuation { waiter in
                let now = clock.moment
                switch state.withLock({ $0.acquire(call, waiter, at: now) }) {
                case .granted(let grant): waiter.resume(returning: grant)
                case .closed: waiter.resume(throwing: call.failure(.closed))
                case .queued(let evicted):
                    evicted?.abort()
                    // Left after queueing: a stop that came before finds the request in the queue now.
                    call.onStop { [self] error in
                        state.withLock { $0.abandon(call.id) }?.resume(throwing: error)
                    }
                }
            }
        } catch {
            if !(error is CancellationError) { call.outcome = .failed(.queued) }
            throw error
        }
    }

    /// Resolves, connects, sends, and waits for the head of the response.
    private func open(
        _ exchange: Exchange, _ grant: PoolState.Grant, by route: ProxySettings.Route
    ) async throws -> HTTPResponseHead {
        let (call, lease) = (exchange.call, grant.lease)
        call.onPhase { [self] phase in advance(lease, to: phase) }
        if let connection = grant.connection {
            call.onStop { error in
                exchange.fail(error, atOnce: true)
                connection.abort(for: exchange)
            }
            // Its lane is there, so what it waits for now is the connection.
            call.enter(.connecting)
            connection.begin(exchange)
            return try await exchange.head()
        }
        call.enter(.resolving)
        try call.check()
        let (host, port) = route.connectsTo
        let addresses = try await names.addresses(host: host, port: port, for: call)
        let secure = call.origin.scheme == .https ? tls : nil
        do { try secure?.prepare() } catch { throw call.failure(.trustRoots("\(error)")) }
        let dial = Dial(
            addresses, for: exchange, tunnel: route.tunnel, tls: secure,
            sockets: LaneSockets(pool: self, lease: lease), loop: group.any(), clock: clock, connect: connect)
        call.onStop { error in
            exchange.fail(error, atOnce: true)
            dial.stop(exchange)
        }
        dial.start()
        do {
            return try await exchange.head()
        } catch {
            if dial.isLost || !dial.isWon && error.isTimeout { names.drop(host: host, port: port) }
            throw error
        }
    }

    /// Ends the request's use of its lane and returns when the socket is closed.
    private func leave(_ exchange: Exchange, _ lease: PoolCore.Lease, error: (any Error)?) async {
        let call = exchange.call
        if exchange.isComplete {
            // The event loop has given the connection up, or away, already.
            call.outcome = .answered
        } else {
            let phase = (exchange.failure as? HTTPFailure ?? error as? HTTPFailure)?.phase ?? call.phase
            let why = exchange.failure ?? error
            // Who cancels a request wants its answer no more: that is no failure.
            call.outcome = why == nil || why is CancellationError ? .abandoned : .failed(phase)
            // Nobody will read what is still to come.
            call.abort(call.failure(.disconnected(bodyBytes: call.meter.received)))
            finish(lease)
        }
        guard state.withLock({ $0.core.holds(lease) }) else { return }
        await withCheckedContinuation { waiter in
            state.withLock { $0.awaitVacancy(of: lease, waiter) }?.resume()
        }
    }

    private func end(_ call: Call) {
        call.end()
        state.withLock { $0.ended(call, call.outcome) }
    }
}

extension Error {
    /// A deadline has ended the request, rather than its caller or the pool.
    fileprivate var isTimeout: Bool {
        let reason = (self as? HTTPFailure)?.reason
        return reason == .connectTimeout || reason == .totalTimeout
    }
}
