import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import Connections

@Suite("Closing a pool", .timeLimit(.minutes(5)), .shared)
struct CloseTests {
    @Test("closing a pool opens no new connection, not even for a request that could be repeated")
    func noNewConnection() async throws {
        try await Fixture.withPeer { peer in
            try await Fixture.withPool { pool in
                let request = pool.start("\(peer.url)/hold")
                await peer.until { $0.requests.count == 1 }
                await pool.until { $0.lanes[0].phase == .waiting }
                await pool.close()
                #expect(await request.value == .failed(.closed, .waiting))
                #expect(peer.counts.accepted == 1)
            }
        }
    }

    @Test("a connection that comes about while the pool closes is closed too, and close() waits for it")
    func connectDuringClose() async throws {
        let gate = Gate()
        let real = Dial.tcp(timeout: .seconds(10))
        let connect: Dial.Connect = { address, loop, prepare in
            let promise = loop.makePromise(of: (any Channel).self)
            promise.completeWithTask {
                await gate.opened()
                return try await real(address, loop, prepare).get()
            }
            return promise.futureResult
        }
        try await Fixture.withPeer { peer in
            try await Fixture.withPool(connect: connect) { pool in
                let request = pool.start(peer.url)
                await pool.until { $0.lanes[0].phase == .connecting }
                let closing = Task { await pool.close() }
                await pool.until { $0.isClosed && $0.lanes[0].phase == .closing }
                gate.open()
                await closing.value
                Fixture.expectNoSocket(to: peer, pool)
                #expect(await request.value == .failed(.closed, .connecting))
                #expect(peer.counts.requests == [])
            }
        }
    }

    @Test("close() can be called again and at the same time, and a closed pool takes nothing in")
    func closeOften() async throws {
        try await Fixture.withPeer { peer in
            try await Fixture.withPool { pool in
                let request = pool.start("\(peer.url)/hold")
                await peer.until { $0.requests.count == 1 }
                await pool.until { $0.lanes[0].phase == .waiting }
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 {
                        group.addTask {
                            await pool.close()
                            Fixture.expectNothingLeft(pool)
                        }
                    }
                }
                await pool.close()
                #expect(await request.value == .failed(.closed, .waiting))
                #expect(await pool.start(peer.url).value == .failed(.closed, .queued))
                #expect(peer.counts.accepted == 1)
            }
        }
    }

    @Test("a pool that was never used closes at once")
    func closeUnused() async throws {
        try await Fixture.withPool { pool in
            await pool.close()
            #expect(pool.occupancy().isClosed)
            #expect(pool.occupancy().opened == 0)
        }
    }

    @Test("close() drains the pool even when its caller is cancelled")
    func closeCancelled() async throws {
        try await Fixture.withPeer { peer in
            try await Fixture.withPool { pool in
                let request = pool.start("\(peer.url)/hold")
                await peer.until { $0.requests.count == 1 }
                await pool.until { $0.lanes[0].phase == .waiting }
                await Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    await pool.close()
                    Fixture.expectNoSocket(to: peer, pool)
                }.value
                #expect(await request.value == .failed(.closed, .waiting))
            }
        }
    }

    @Test("a pool dropped without close() is gone with its last request, and so are its sockets")
    func dropped() async throws {
        try await Fixture.withPeer { peer in
            let leftover = Weak()
            do {
                let pool = ConnectionPool(on: MultiThreadedEventLoopGroup.singleton)
                leftover.pool.withLock { $0.value = pool }
                try await pool.expect(peer.url, answers: "hello")
            }
            await peer.until { $0.open == 0 }
            await poll { leftover.pool.withLock { $0.value == nil } }
            let open = Sockets.open(to: peer.port)
            #expect(open == 0)
        }
    }

    private final class Weak: Sendable {
        struct Reference { weak var value: ConnectionPool? }
        let pool = Mutex(Reference())
    }

    @Test("a scope closes its pool, whether it returns or throws")
    func scope() async throws {
        struct Failed: Error {}
        try await Fixture.withPeer { peer in
            let kept = Mutex<ConnectionPool?>(nil)
            await #expect(throws: Failed.self) {
                try await withConnectionPool(on: MultiThreadedEventLoopGroup.singleton) { pool in
                    kept.withLock { $0 = pool }
                    _ = try await pool.get(peer.url)
                    throw Failed()
                }
            }
            #expect(kept.withLock { $0?.occupancy().isClosed } == true)
        }
    }
}
