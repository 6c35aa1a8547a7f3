import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Basics
@testable import Connections

@Suite("Waiting, connecting and closing in all their orders", .timeLimit(.minutes(5)), .shared)
struct ScenarioTests {
    @Test("another host is served at once while a full host waits at the front of the queue")
    func otherHost() async throws {
        try await Fixture.withPeer { full in
            try await Fixture.withPeer { free in
                try await Fixture.withPool(Fixture.settings { $0.limitPerHost = 1 }) { pool in
                    let holder = pool.start("\(full.url)/hold")
                    await full.until { $0.requests.count == 1 }
                    let waiter = pool.start("\(full.url)/next")
                    await pool.until { $0.queued == 1 }
                    try await pool.expect(free.url, answers: "hello")
                    #expect(pool.occupancy().queued == 1)
                    full.release()
                    #expect(await holder.value == .answered("hello"))
                    #expect(await waiter.value == .answered("hello"))
                    Fixture.expectNoSocket(to: full, pool)
                }
            }
        }
    }

    @Test("a queued request that is cancelled leaves the queue and touches no lane")
    func cancelQueued() async throws {
        try await Fixture.withPeer { peer in
            try await Fixture.withPool(Fixture.settings { $0.limit = 1 }) { pool in
                let holder = pool.start("\(peer.url)/hold")
                await peer.until { $0.requests.count == 1 }
                let before = pool.occupancy().lanes[0].request
                let waiter = pool.start("\(peer.url)/never")
                await pool.until { $0.queued == 1 }
                waiter.cancel()
                #expect(await waiter.value == .cancelled)
                #expect(pool.occupancy().queued == 0)
                #expect(pool.occupancy().lanes[0].request == before)
                peer.release()
                #expect(await holder.value == .answered("hello"))
                #expect(peer.counts.requests == ["/hold"])
            }
        }
    }

    @Test("a request cancelled before it asks for a lane ends cancelled and waits for nothing")
    func cancelledBefore() async throws {
        try await Fixture.withPeer { peer in
            try await Fixture.withPool(Fixture.settings { $0.limit = 1 }) { pool in
                let holder = pool.start("\(peer.url)/hold")
                await peer.until { $0.requests.count == 1 }
                let ending = await Task { () -> Ending in
                    withUnsafeCurrentTask { $0?.cancel() }
                    return await Ending { try await pool.get("\(peer.url)/never") }
                }.value
                #expect(ending == .cancelled)
                #expect(pool.occupancy().queued == 0)
                holder.cancel()
                #expect(await holder.value == .cancelled)
            }
        }
    }

    @Test("a failed connection serves the next in the queue, past one that was cancelled")
    func failedThenNext() async throws {
        let gate = Gate()
        try await Fixture.withPeer { peer in
            let real = Dial.tcp(timeout: .seconds(10))
            let attempts = Atomic<Int>(0)
            let connect: Dial.Connect = { address, loop, prepare in
                let attempt = attempts.wrappingAdd(1, ordering: .relaxed).newValue
                guard attempt == 1 else { return real(address, loop, prepare) }
                let promise = loop.makePromise(of: (any Channel).self)
                promise.completeWithTask {
                    await gate.opened()
                    throw IOError(errnoCode: 111, reason: "connect")
                }
                return promise.futureResult
            }
            try await Fixture.withPool(Fixture.settings { $0.limit = 1 }, connect: connect) { pool in
                let first = pool.start("\(peer.url)/first")
                await pool.until { $0.lanes[0].phase == .connecting }
                let second = pool.start("\(peer.url)/second")
                await pool.until { $0.queued == 1 }
                let third = pool.start("\(peer.url)/third")
                await pool.until { $0.queued == 2 }
                second.cancel()
                #expect(await second.value == .cancelled)
                gate.open()
                #expect(
                    await first.value == .failed(.connect(["127.0.0.1:\(peer.port): Connection refused"]), .connecting))
                #expect(await third.value == .answered("hello"))
                #expect(peer.counts.requests == ["/third"])
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("fifty requests in random order never hold more than two lanes, and all finish", arguments: [1, 2, 3])
    func crawler(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await Fixture.withPeer { first in
            try await Fixture.withPeer { second in
                try await Fixture.withPool(Fixture.settings { $0.limit = 2 }) { pool in
                    let urls = (0..<50).map { _ in random.next() % 2 == 0 ? first.url : second.url }
                    let requests = urls.map { pool.start($0) }
                    for request in requests { #expect(await request.value == .answered("hello")) }
                    #expect(pool.occupancy().peak == 2)
                    #expect(pool.occupancy().queued == 0)
                    Fixture.expectNothingLeft(pool)
                }
            }
        }
    }

    @Test("waiting in the queue and connecting share one budget")
    func oneBudget() async throws {
        let clock = ManualClock()
        let hole = try await Blackhole.open()
        let settings = Fixture.settings {
            $0.limit = 1
            $0.connectTimeout = .milliseconds(600)
        }
        try await Fixture.withPeer { peer in
            try await Fixture.withPool(settings, clock: clock) { pool in
                let holder = pool.start("\(peer.url)/hold")
                await pool.until { $0.lanes[0].phase == .waiting }
                await peer.until { $0.requests.count == 1 }
                let request = pool.start("http://127.0.0.1:\(hole.port)/")
                await pool.until { $0.queued == 1 }
                clock.advance(by: .milliseconds(400))
                peer.release()
                #expect(await holder.value == .answered("hello"))
                await pool.until { $0.lanes[0].phase == .connecting }
                await clock.sleepers(1)
                clock.advance(by: .milliseconds(200))
                #expect(await request.value == .failed(.connectTimeout, .connecting))
            }
        }
        await hole.shut()
    }

    @Test("an error thrown by the reader frees the lane and reaches the caller")
    func readerThrows() async throws {
        struct Refused: Error {}
        try await Fixture.withPeer { peer in
            try await Fixture.withPool(Fixture.settings { $0.limit = 1 }) { pool in
                await #expect(throws: Refused.self) {
                    try await pool.withResponse(to: HTTPRequest(url: peer.url)) { _ in throw Refused() }
                }
                Fixture.expectNoSocket(to: peer, pool)
                try await pool.expect(peer.url, answers: "hello")
            }
        }
    }

    @Test("a connection lost before the answer fails the request, which is sent once", arguments: ["POST", "GET"])
    func notSentAgain(method: String) async throws {
        try await Fixture.withPeer(script: { _, connection in connection.close() }) { peer in
            try await Fixture.withPool { pool in
                let ending = await pool.start(HTTPRequest(method: method, url: peer.url)).value
                #expect(ending == .failed(.disconnected(bodyBytes: 0), .waiting))
                #expect(peer.counts.accepted == 1)
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a reader whose own task is cancelled is woken, and the request goes on")
    func innerCancel() async throws {
        try await Fixture.withPeer(script: EndingTests.halfBody) { peer in
            try await Fixture.withPool { pool in
                let text = try await pool.withResponse(to: HTTPRequest(url: "\(peer.url)/half")) { response in
                    var pieces = response.body.makeAsyncIterator()
                    let first = try await pieces.next()
                    let reader = Task { try await response.body.collect(upTo: 100) }
                    reader.cancel()
                    await #expect(throws: CancellationError.self) { try await reader.value }
                    return first.map { String(buffer: $0) }
                }
                #expect(text == "hello")
                #expect(pool.occupancy().abandoned == 1)
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }

    @Test("a body that is not read stops the reading of the socket, and is whole when it is read after all")
    func backPressure() async throws {
        let large = ByteBuffer(repeating: 0x2e, count: 16 << 20)
        try await Fixture.withPeer(script: { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(large.readableBytes)\r\n\r\n")
            connection.send(large)
        }) { peer in
            try await Fixture.withPool { pool in
                let gate = Gate()
                let reading = Task {
                    try await pool.withResponse(to: HTTPRequest(url: peer.url)) { response in
                        await gate.opened()
                        var count = 0
                        for try await piece in response.body { count += piece.readableBytes }
                        return count
                    }
                }
                await pool.until { $0.lanes[0].bytesReceived >= 256 * 1024 }
                #expect(pool.occupancy().lanes[0].bytesReceived < large.readableBytes)
                gate.open()
                let count = try await reading.value
                #expect(count == large.readableBytes)
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }
}
