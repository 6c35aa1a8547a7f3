import NIOCore
import NIOHTTP1
import Synchronization

/// The way of one request through the pool.
extension ConnectionPool {
    private enum Step<Result: Sendable>: Sendable {
        case done(Result)
        case redirect(RequestTarget)
    }

    package func withResponse<Result: Sendable>(
        to request: HTTPRequest, _ use: @Sendable (HTTPResponse) async throws -> Result
    ) async throws -> Result {
        let first = try RequestTarget(request)
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
        let lease = try await lane(for: call)
        let route = proxy.route(to: target.origin)
        let exchange = Exchange(
            route.head(for: target), body: target.request.body, call: call, bound: settings.responseBound
        ) { [self] in finish(lease) }
        do {
            let head = try await open(exchange, lease, by: route)
            if settings.redirects > 0, let next = try target.redirected(by: head) {
                guard hops < settings.redirects else { throw call.failure(.tooManyRedirects(hops)) }
                await leave(exchange, lease, error: nil)
                return .redirect(next)
            }
            let body = HTTPBody { try await exchange.next() }
            let headers = head.headers.map { (name: $0.name, value: $0.value) }
            let result = try await use(HTTPResponse(status: Int(head.status.code), headers: headers, body: body))
            await leave(exchange, lease, error: nil)
            return .done(result)
        } catch {
            await leave(exchange, lease, error: error)
            throw error
        }
    }

    private func admit(_ target: RequestTarget) throws -> Call {
        let now = clock.now
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
        let connect = clock.now + settings.connectTimeout
        call.restart(at: origin)
        state.withLock { $0.restart(call, connect: connect) }
        setAlarm(at: min(connect, call.expires))
    }

    /// Waits for a lane. A grant transfers the lane: whatever happens next, the caller has to leave it.
    private func lane(for call: Call) async throws -> PoolCore.Lease {
        do {
            return try await withCheckedThrowingContinuation { waiter in
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
        } catch {
            call.outcome = .failed(.queued)
            throw error
        }
    }

    /// Resolves, connects, sends, and waits for the head of the response.
    private func open(
        _ exchange: Exchange, _ lease: PoolCore.Lease, by route: ProxySettings.Route
    ) async throws -> HTTPResponseHead {
        let call = exchange.call
        call.onPhase { [self] phase in advance(lease, to: phase) }
        call.enter(.resolving)
        try call.check()
        let (host, port) = route.connectsTo
        let addresses = try await names.addresses(host: host, port: port, for: call)
        let secure = call.origin.scheme == .https ? tls : nil
        do { try secure?.prepare() } catch { throw call.failure(.trustRoots("\(error)")) }
        let dial = Dial(
            addresses, for: exchange, tunnel: route.tunnel, tls: secure,
            sockets: LaneSockets(pool: self, lease: lease), loop: group.next(), clock: clock, connect: connect)
        call.onStop { error in
            exchange.fail(error, atOnce: true)
            dial.stop()
        }
        dial.start()
        do {
            return try await exchange.head()
        } catch {
            if dial.isLost { names.drop(host: host, port: port) }
            throw error
        }
    }

    /// Ends the request's use of its lane and returns when the socket is closed.
    private func leave(_ exchange: Exchange, _ lease: PoolCore.Lease, error: (any Error)?) async {
        let (call, isComplete) = (exchange.call, exchange.isComplete)
        let phase = (exchange.failure as? HTTPFailure ?? error as? HTTPFailure)?.phase ?? call.phase
        let hasFailed = error != nil || exchange.failure != nil
        call.outcome = isComplete ? .answered : hasFailed ? .failed(phase) : .abandoned
        // Nobody will read what is still to come.
        if !isComplete { call.abort(call.failure(.disconnected(bodyBytes: call.meter.received))) }
        finish(lease)
        await withCheckedContinuation { waiter in
            state.withLock { $0.awaitVacancy(of: lease, waiter) }?.resume()
        }
    }

    private func end(_ call: Call) {
        call.end()
        state.withLock { $0.ended(call, call.outcome) }
    }
}
