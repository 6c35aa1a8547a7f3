import Basics
import NIOCore
import Synchronization

/// Addresses by host name: reused for a time, handed out in rotation, looked up by one request for all.
///
/// A lookup belongs to the cache and not to the request that caused it, so a request that is cancelled takes nobody
/// with it. Failures are not kept. Literal addresses never come here.
final class NameCache: Sendable {
    /// Resolves a host and port to addresses, best first. Throws when there are none.
    typealias Resolver = @Sendable (_ host: String, _ port: Int) async throws -> [SocketAddress]
    typealias Instant = Moment

    private struct Key: Hashable {
        let host: String
        let port: Int
    }
    private struct Answer {
        let addresses: [SocketAddress]
        let expires: Instant
        var turn = 0
        /// All addresses, beginning one further on each time.
        mutating func next() -> [SocketAddress] {
            defer { turn = (turn + 1) % addresses.count }
            return Array(addresses[turn...] + addresses[..<turn])
        }
    }
    private typealias Waiter = CheckedContinuation<[SocketAddress], any Error>
    private struct Lookup {
        let number: Int
        var waiters: [UInt64: Waiter]
    }
    private enum Finding {
        case known([SocketAddress])
        case leads(Int)
        case follows
        case closed
    }
    private struct State {
        var answers: [Key: Answer] = [:]
        var lookups: [Key: Lookup] = [:]
        var tasks: [Int: Task<Void, Never>] = [:]
        var count = 0
        var isClosed = false

        mutating func find(
            _ key: Key, call: UInt64, waiter: Waiter, at now: Instant
        ) -> Finding {
            if isClosed { return .closed }
            if let expires = answers[key]?.expires, now < expires, let addresses = answers[key]?.next() {
                return .known(addresses)
            }
            answers[key] = nil
            guard lookups[key] == nil else {
                lookups[key]?.waiters[call] = waiter
                return .follows
            }
            count += 1
            lookups[key] = Lookup(number: count, waiters: [call: waiter])
            return .leads(count)
        }
    }

    private let state = Mutex(State())
    private let ttl: Duration
    private let clock: any EngineClock
    private let resolve: Resolver
    /// An agent talks to a handful of hosts; this only bounds what a chain of redirects could pile up.
    private static let bound = 1_000

    init(ttl: Duration, clock: any EngineClock, resolve: @escaping Resolver) {
        self.ttl = ttl
        self.clock = clock
        self.resolve = resolve
    }

    /// The addresses of the call's host. Ends at once when the call is stopped; the lookup goes on for the others.
    func addresses(host: String, port: Int, for call: Call) async throws -> [SocketAddress] {
        do {
            return try await found(host: host, port: port, for: call)
        } catch let failure as HTTPFailure {
            // The name that was looked up may be the proxy's, and not the one that was asked for.
            if case .dns(let why) = failure.reason { throw call.failure(.dns("\(host): \(why)")) }
            throw failure
        }
    }

    private func found(host: String, port: Int, for call: Call) async throws -> [SocketAddress] {
        if let literal = try? SocketAddress(ipAddress: host, port: port) { return [literal] }
        let key = Key(host: host, port: port)
        return try await withCheckedThrowingContinuation { waiter in
            let now = clock.moment
            let finding = state.withLock { $0.find(key, call: call.id, waiter: waiter, at: now) }
            switch finding {
            case .known(let addresses): waiter.resume(returning: addresses)
            case .closed: waiter.resume(throwing: call.failure(.closed))
            case .leads(let number): start(number, key)
            case .follows: break
            }
            if case .known = finding { return }
            call.onStop { [self] error in
                state.withLock { $0.lookups[key]?.waiters.removeValue(forKey: call.id) }?.resume(throwing: error)
            }
        }
    }

    /// How many requests wait for the answer about a host.
    func waiting(for host: String, _ port: Int) -> Int {
        state.withLock { $0.lookups[Key(host: host, port: port)]?.waiters.count ?? 0 }
    }

    /// Forgets a host of which no address answers, so that the next request looks it up again.
    func drop(host: String, port: Int) {
        state.withLock { $0.answers[Key(host: host, port: port)] = nil }
    }

    /// Takes no more names. A lookup that runs is cancelled, not awaited: it owns no socket of the pool.
    func close() {
        let tasks = state.withLock { state in
            state.isClosed = true
            return state.tasks.values
        }
        for task in tasks { task.cancel() }
    }

    private func start(_ number: Int, _ key: Key) {
        let task = Task {
            do {
                let addresses = try await resolve(key.host, key.port)
                guard !addresses.isEmpty else { throw HTTPFailure(.dns("no address"), phase: .resolving, origin: nil) }
                finish(number, key, .success(addresses))
            } catch {
                let why = (error as? HTTPFailure).flatMap { if case .dns(let why) = $0.reason { why } else { nil } }
                finish(number, key, .failure(HTTPFailure(.dns(why ?? "\(error)"), phase: .resolving, origin: nil)))
            }
        }
        let isClosed = state.withLock { state in
            // A lookup that is over already has nothing to be cancelled.
            if state.lookups.values.contains(where: { $0.number == number }) { state.tasks[number] = task }
            return state.isClosed
        }
        if isClosed { task.cancel() }
    }

    private func finish(_ number: Int, _ key: Key, _ result: Result<[SocketAddress], HTTPFailure>) {
        let now = clock.moment
        let deliveries = state.withLock { state -> [(Waiter, Result<[SocketAddress], any Error>)] in
            state.tasks[number] = nil
            guard let waiters = state.lookups.removeValue(forKey: key)?.waiters.sorted(by: { $0.key < $1.key }) else {
                return []
            }
            guard case .success(let addresses) = result else {
                return waiters.map { ($0.value, result.mapError { $0 }) }
            }
            if state.answers.count >= Self.bound { state.answers = state.answers.filter { $0.value.expires > now } }
            if state.answers.count >= Self.bound { state.answers = [:] }
            var answer = Answer(addresses: addresses, expires: now + ttl)
            defer { state.answers[key] = answer }
            return waiters.map { ($0.value, .success(answer.next())) }
        }
        for (waiter, result) in deliveries { waiter.resume(with: result) }
    }
}
