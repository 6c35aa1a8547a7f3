import Testing

@testable import Engine

@Suite("Occupancy", .timeLimit(.minutes(1)))
struct OccupancyTests {
    @Test("whatever moment is looked at, lanes, counts and phases agree", arguments: [Peer.Security.plain, .tls])
    func consistent(security: Peer.Security) async throws {
        try await Fixture.withPeer(security) { peer in
            let settings = Fixture.settings {
                $0.totalTimeout = .seconds(50)
                $0.connectTimeout = .seconds(50)
            }
            try await Fixture.withPool(settings) { pool in
                let count = security == .plain ? 1_000 : 100
                let watcher = Task { () -> Int in
                    var last: [UInt64: Phase] = [:]
                    var looks = 0
                    while !Task.isCancelled {
                        let now = pool.occupancy()
                        looks += 1
                        #expect(now.lanes.count == 10)
                        #expect(now.busy <= 5)
                        #expect(now.opened - now.closed <= now.busy)
                        #expect(now.requests >= now.answered + now.failed + now.abandoned + now.queued)
                        for lane in now.lanes {
                            guard let request = lane.request, let phase = lane.phase else { continue }
                            #expect((last[request]?.order ?? 0) <= phase.order)
                            last[request] = phase
                        }
                        await Task.yield()
                    }
                    return looks
                }
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<count {
                        group.addTask { #expect(await Ending { try await pool.get(peer.url) } == .answered("hello")) }
                    }
                }
                watcher.cancel()
                #expect(await watcher.value > 0)
                let end = pool.occupancy()
                #expect(end.answered == count)
                #expect(end.requests == count)
                #expect(end.bytesReceived == 5 * count)
                try Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }
}
