import Engine
import Testing

@testable import Basics
@testable import Games
@testable import Vision

// Long enough for a build that counts every access to memory.
@Suite("The agent in the embedded world", .timeLimit(.minutes(15)), .shared)
struct PlayTests {
    /// A quarter of a game hour: what is worth finding lies apart.
    static let ticks = 9000
    /// Few, because pictures are drawn and read without optimisation here; the means hold for more.
    static let seeds: [UInt64] = [1, 2]

    @Test("finds at least three places more than random keys do, and lives a fuller life")
    func beatsRandomKeys() async throws {
        async let games = withThrowingTaskGroup { group in
            for seed in Self.seeds {
                group.addTask { try await PlayTest.agent(seed: seed, ticks: Self.ticks) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var random: [PlayTest.Result] = []
        for seed in Self.seeds { random.append(try await PlayTest.random(seed: seed, ticks: Self.ticks)) }
        let agent = try await games
        func mean(_ results: [PlayTest.Result], _ value: (PlayTest.Result) -> Double) -> Double {
            results.reduce(0) { $0 + value($1) } / Double(results.count)
        }
        let found = { (result: PlayTest.Result) in Double(result.truth.placesFound.count) }
        let summary = "agent: \(agent); random: \(random)"
        #expect(mean(agent, found) >= mean(random, found) + 3, "\(summary)")
        #expect(mean(agent) { $0.truth.quality } > mean(random) { $0.truth.quality } + 0.1, "\(summary)")
        // A life worth watching: under a roof and among people for more than a moment.
        #expect(mean(agent) { $0.scenes[.building] ?? 0 } > 0.03, "\(summary)")
        #expect(mean(agent) { $0.scenes[.dialogue] ?? 0 } > 0.01, "\(summary)")
    }

    @Test("plays on in parallel as in sequence, in a world that waits for it", arguments: Settings.Mode.allCases)
    func bothModes(_ mode: Settings.Mode) async throws {
        let result = try await PlayTest.agent(seed: 4, ticks: 1200, mode: mode)
        #expect(result.truth.tick >= 1200)
        #expect(result.seen.executed > 80)
        #expect(result.seen.verified > result.seen.executed / 2)
    }
}
