import NIOCore
import Testing

@testable import Basics
@testable import Connections

@Suite("Deadlines and names of the real system", .timeLimit(.minutes(5)), .serialized, .alone)
struct DeadlineTests {
    /// The only tests that let real time decide. A busy machine can be late now and then, but not every time.
    @Test("a request ends within 50 ms of its deadline, and not before", arguments: [200, 700, 1300])
    func punctual(milliseconds: Int) async throws {
        let settings = Fixture.settings { $0.totalTimeout = .milliseconds(milliseconds) }
        try await Fixture.withPeer { peer in
            try await Fixture.withPool(settings) { pool in
                var late = Duration.seconds(3600)
                for _ in 1...6 where late > .milliseconds(50) {
                    let start = ContinuousClock.now
                    #expect(await pool.start("\(peer.url)/hold").value == .failed(.totalTimeout, .waiting))
                    late = min(late, start.duration(to: .now) - .milliseconds(milliseconds))
                    #expect(late >= .zero)
                }
                #expect(late <= .milliseconds(50))
            }
        }
    }

    @Test("the system's resolver finds this machine, with the port that was asked for")
    func localhost() async throws {
        let found = try await SystemResolver.resolve(host: "localhost", port: 81)
        #expect(!found.isEmpty && found.allSatisfy { $0.port == 81 && ["127.0.0.1", "::1"].contains($0.ipAddress) })
    }

    @Test("the system's resolver says of an unknown name that it is unknown")
    func unknown() async throws {
        // A label may have 63 characters, so that nobody has to be asked about this one.
        let name = String(repeating: "x", count: 70) + ".invalid"
        await #expect(throws: HTTPFailure.self) { try await SystemResolver.resolve(host: name, port: 80) }
        try await Fixture.withPool { pool in
            guard case .failed(.dns(let why), .resolving) = await pool.start("http://\(name)/").value else {
                Issue.record("a name without an address was not told")
                return
            }
            #expect(why.hasPrefix("\(name): "))
            try await Fixture.expectSurvived(pool)
        }
    }
}
