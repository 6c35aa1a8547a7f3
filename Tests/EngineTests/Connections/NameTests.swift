import NIOCore
import Synchronization
import Testing

@testable import Basics
@testable import Connections

@Suite("Names and addresses", .timeLimit(.minutes(5)), .shared)
struct NameTests {
    @Test("five requests to a new name make one lookup", arguments: [Peer.Security.plain, .tls])
    func singleFlight(security: Peer.Security) async throws {
        let lookups = Atomic<Int>(0)
        let gate = Gate()
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool(resolver: { _, port in
                lookups.wrappingAdd(1, ordering: .relaxed)
                await gate.opened()
                return [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
            }) { pool in
                let url = peer.url.replacing("127.0.0.1", with: "localhost")
                let requests = (0..<5).map { _ in pool.start(url) }
                await pool.until { $0.lanes.count { $0.phase == .resolving } == 5 }
                gate.open()
                for request in requests { #expect(await request.value == .answered("hello")) }
                #expect(lookups.load(ordering: .relaxed) == 1)
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a dead first address costs its head start, and its socket is closed when the request returns",
        arguments: [Peer.Security.plain, .tls])
    func race(security: Peer.Security) async throws {
        let hole = try await Blackhole.open()
        let clock = ManualClock()
        try await Fixture.withPeer(security) { peer in
            let alive = try SocketAddress(ipAddress: "127.0.0.1", port: peer.port)
            try await Fixture.withPool(clock: clock, resolver: { _, _ in [hole.address, alive] }) { pool in
                let request = pool.start(peer.url.replacing("127.0.0.1", with: "localhost"))
                await clock.sleepers(2)
                #expect(pool.occupancy().opened <= 1)
                clock.advance(by: Dial.headStart)
                #expect(await request.value == .answered("hello"))
                #expect(pool.occupancy().opened == 2)
                #expect(pool.occupancy().closed == 2, "the loser is closed before the request returns")
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
        await hole.shut()
    }

    @Test("without a lane for a second socket a dead first address gives way, and there is never more than one")
    func raceInOneLane() async throws {
        let hole = try await Blackhole.open()
        let clock = ManualClock()
        try await Fixture.withPeer { peer in
            let alive = try SocketAddress(ipAddress: "127.0.0.1", port: peer.port)
            let settings = Fixture.settings { $0.limit = 1 }
            try await Fixture.withPool(settings, clock: clock, resolver: { _, _ in [hole.address, alive] }) { pool in
                let request = pool.start(peer.url.replacing("127.0.0.1", with: "localhost"))
                for _ in 0..<Race.patience {
                    // The pool's deadlines, and the head start.
                    await clock.sleepers(2)
                    // The head start begins before the first socket is counted.
                    #expect(pool.occupancy().opened <= 1 && pool.occupancy().closed == 0)
                    clock.advance(by: Dial.headStart)
                }
                #expect(await request.value == .answered("hello"))
                let now = pool.occupancy()
                #expect((now.opened, now.closed, now.peak) == (2, 2, 1))
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
        await hole.shut()
    }

    @Test("an address that gave way has not answered in time, whatever is said of the others")
    func gaveWay() async throws {
        let (hole, gone) = (try await Blackhole.open(), try await Peer.start())
        await gone.stop()
        let (clock, refusing) = (ManualClock(), try SocketAddress(ipAddress: "127.0.0.1", port: gone.port))
        let settings = Fixture.settings { $0.limit = 1 }
        try await Fixture.withPool(settings, clock: clock, resolver: { _, _ in [hole.address, refusing] }) { pool in
            let request = pool.start("http://a.test/")
            for _ in 0..<Race.patience {
                await clock.sleepers(2)
                clock.advance(by: Dial.headStart)
            }
            let sentences = ["127.0.0.1:\(hole.port): no answer in time", "127.0.0.1:\(gone.port): Connection refused"]
            #expect(await request.value == .failed(.connect(sentences), .connecting))
        }
        await hole.shut()
    }
}

@Suite("The name cache", .timeLimit(.minutes(5)), .shared)
struct NameCacheTests {
    let clock = ManualClock()
    let one = try? SocketAddress(ipAddress: "10.0.0.1", port: 80)
    let two = try? SocketAddress(ipAddress: "10.0.0.2", port: 80)
    let three = try? SocketAddress(ipAddress: "10.0.0.3", port: 80)
    private var all: [SocketAddress] { [one, two, three].compactMap { $0 } }

    private func call(_ id: UInt64 = 1) -> Call {
        Call(id: id, origin: Origin(scheme: .http, host: "a.test", port: 80), expires: clock.moment + .seconds(30))
    }

    @Test("every request gets all addresses, beginning one further on")
    func rotation() async throws {
        let cache = NameCache(ttl: .seconds(300), clock: clock) { [all] _, _ in all }
        var firsts: [SocketAddress?] = []
        for id in 1...4 as ClosedRange<UInt64> {
            let addresses = try await cache.addresses(host: "a.test", port: 80, for: call(id))
            #expect(Set(addresses) == Set(all))
            firsts.append(addresses.first)
        }
        #expect(firsts == [one, two, three, one])
    }

    @Test("an answer is reused until its time is over and not a moment longer")
    func timeToLive() async throws {
        let lookups = Counter()
        let cache = NameCache(ttl: .seconds(300), clock: clock) { [all] _, _ in
            lookups.add()
            return all
        }
        for (step, expected) in [(0, 1), (299, 1), (1, 2), (299, 2), (2, 3)] {
            clock.advance(by: .seconds(step))
            _ = try await cache.addresses(host: "a.test", port: 80, for: call())
            #expect(lookups.count == expected)
        }
    }

    @Test("a failure goes to everybody who waits for it, and is not kept")
    func failure() async throws {
        let (lookups, gate) = (Counter(), Gate())
        let cache = NameCache(ttl: .seconds(300), clock: clock) { _, _ in
            lookups.add()
            await gate.opened()
            throw HTTPFailure(.dns("Name or service not known"), phase: .resolving, origin: nil)
        }
        let waiting = (1...3).map { id in
            let call = call(UInt64(id))
            call.enter(.resolving)
            return Task { await Ending { "\(try await cache.addresses(host: "a.test", port: 80, for: call))" } }
        }
        await poll { cache.waiting(for: "a.test", 80) == 3 }
        gate.open()
        for task in waiting {
            #expect(await task.value == .failed(.dns("a.test: Name or service not known"), .resolving))
        }
        #expect(lookups.count == 1)
        let before = lookups.count
        _ = await Ending { "\(try await cache.addresses(host: "a.test", port: 80, for: call(4)))" }
        #expect(lookups.count == before + 1)
    }

    @Test("the request that started a lookup can be cancelled without harm to those who follow it")
    func leaderCancelled() async throws {
        let (lookups, gate) = (Counter(), Gate())
        let cache = NameCache(ttl: .seconds(300), clock: clock) { [all] _, _ in
            lookups.add()
            await gate.opened()
            return all
        }
        let leader = call(1)
        let leading = Task { await Ending { "\(try await cache.addresses(host: "a.test", port: 80, for: leader))" } }
        await poll { lookups.count > 0 }
        let follower = call(2)
        let following = Task { try await cache.addresses(host: "a.test", port: 80, for: follower).count }
        await poll { cache.waiting(for: "a.test", 80) == 2 }
        leader.stop(.cancelled)
        #expect(await leading.value == .cancelled)
        gate.open()
        #expect(try await following.value == 3)
        #expect(try await cache.addresses(host: "a.test", port: 80, for: call(3)).count == 3)
        #expect(lookups.count == 1)
    }

    @Test("a name of which no address answers is looked up again by the next request")
    func dropped() async throws {
        let lookups = Counter()
        try await Fixture.withPeer { peer in
            let refuse: Dial.Connect = { _, loop, _ in
                loop.makeFailedFuture(IOError(errnoCode: 111, reason: "connect"))
            }
            try await Fixture.withPool(
                resolver: { _, port in
                    lookups.add()
                    return try ["127.0.0.1", "127.0.0.2"].map { try SocketAddress(ipAddress: $0, port: port) }
                }, connect: refuse
            ) { pool in
                for count in 1...2 {
                    let ending = await pool.start("http://a.test:\(peer.port)/").value
                    #expect(
                        ending
                            == .failed(
                                .connect([
                                    "127.0.0.1:\(peer.port): Connection refused",
                                    "127.0.0.2:\(peer.port): Connection refused",
                                ]), .connecting))
                    #expect(lookups.count == count)
                }
            }
        }
    }

    @Test("a name whose address only swallows what is sent to it is looked up again after the deadline, and only then",
        arguments: [(true, true, 2), (true, false, 2), (false, true, 1)])
    func blackholed(isTimeout: Bool, isConnect: Bool, expected: Int) async throws {
        let (hole, lookups, clock) = (try await Blackhole.open(), Counter(), ManualClock())
        let resolver: NameCache.Resolver = { _, _ in
            lookups.add()
            return [hole.address]
        }
        let settings = Fixture.settings {
            if isConnect { $0.connectTimeout = .seconds(10) } else { $0.totalTimeout = .seconds(10) }
        }
        try await Fixture.withPool(settings, clock: clock, resolver: resolver) { pool in
            for _ in 1...2 {
                let request = pool.start("http://a.test/")
                let ledger = try #require(SocketLedger.current)
                await poll { ledger.open == 1 }
                if isTimeout { clock.advance(by: .seconds(10)) } else { request.cancel() }
                let reason: HTTPFailure.Reason = isConnect ? .connectTimeout : .totalTimeout
                let ending = await request.value
                #expect(ending == (isTimeout ? .failed(reason, .connecting) : .cancelled))
                #expect(ledger.open == 0)
            }
            #expect(lookups.count == expected)
        }
        await hole.shut()
    }

    @Test("an address that was connected to is kept, however the request ends")
    func connected() async throws {
        let (lookups, clock) = (Counter(), ManualClock())
        try await Fixture.withPeer { peer in
            let resolver: NameCache.Resolver = { _, port in
                lookups.add()
                return [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
            }
            let settings = Fixture.settings { $0.totalTimeout = .seconds(10) }
            try await Fixture.withPool(settings, clock: clock, resolver: resolver) { pool in
                for _ in 1...2 {
                    let request = pool.start("http://a.test:\(peer.port)/hold")
                    await pool.until { $0.lanes[0].phase == .waiting }
                    clock.advance(by: .seconds(10))
                    #expect(await request.value == .failed(.totalTimeout, .waiting))
                }
                #expect(lookups.count == 1)
            }
        }
    }

    @Test("close() does not wait for a lookup, and its answer is not used")
    func closeWhileResolving() async throws {
        let gate = Gate()
        try await Fixture.withPool(resolver: { _, _ in
            await gate.opened()
            return []
        }) { pool in
            let request = pool.start("http://a.test/")
            await pool.until { $0.lanes[0].phase == .resolving }
            await pool.close()
            #expect(await request.value == .failed(.closed, .resolving))
            #expect(pool.occupancy().opened == 0)
        }
        gate.open()
    }

    @Test("a lookup that fails for lack of descriptors says so, and what to do about it")
    func lookupWithoutDescriptors() {
        #expect(SystemResolver.sentence(-11, 24) == "Too many open files")
        #expect(SystemResolver.sentence(-2, 24) == "Name or service not known")
        let failure = HTTPFailure(.dns("a.test: Too many open files"), phase: .resolving, origin: nil)
        #expect(failure.description.contains("ulimit -n"))
    }

    @Test("the two families take turns, and the order within each is kept")
    func interleaving() throws {
        let (a, b, c) = (
            try SocketAddress(ipAddress: "::1", port: 1), try SocketAddress(ipAddress: "::2", port: 1),
            try SocketAddress(ipAddress: "10.0.0.1", port: 1)
        )
        #expect(SystemResolver.interleaved([a, b, c]) == [a, c, b])
        #expect(SystemResolver.interleaved([]) == [])
    }
}

final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .acquiring) }
    func add() { value.wrappingAdd(1, ordering: .releasing) }
}
