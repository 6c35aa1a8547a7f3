import Synchronization
import Testing

@testable import Basics
@testable import Connections

@Suite("Occupancy", .timeLimit(.minutes(5)), .shared)
struct OccupancyTests {
    @Test("whatever moment is looked at, lanes, counts and phases agree", arguments: [Peer.Security.plain, .tls])
    func consistent(security: Peer.Security) async throws {
        try await Fixture.withPeer(security) { peer in
            try await Fixture.withPool { pool in
                let count = security == .plain ? 300 : 60
                let last = Mutex<[UInt64: Phase]>([:])
                let watcher = Task {
                    await pool.until { now in
                        let phases = now.lanes.compactMap { lane in lane.request.map { ($0, lane.phase) } }
                        let goBack = last.withLock { last in
                            phases.contains { request, phase in
                                defer { last[request] = phase }
                                return (last[request]?.order ?? 0) > (phase?.order ?? 0)
                            }
                        }
                        // Recording an issue is for tasks of the test; a wrong moment ends the watch instead.
                        return goBack || now.lanes.count != 10 || now.busy > 5 || now.opened - now.closed > now.busy
                            || now.requests < now.answered + now.failed + now.abandoned + now.queued
                            || now.answered == count
                    }
                    return pool.occupancy().answered
                }
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<count {
                        group.addTask { #expect(await Ending { try await pool.get(peer.url) } == .answered("hello")) }
                    }
                }
                #expect(await watcher.value == count, "a moment was wrong before the end")
                let end = pool.occupancy()
                #expect(end.answered == count)
                #expect(end.requests == count)
                #expect(end.bytesReceived == 5 * count)
                Fixture.expectNoSocket(to: peer, pool)
            }
        }
    }
}
