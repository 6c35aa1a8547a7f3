import Testing

@testable import Basics
@testable import Engine
@testable import Games
@testable import Record
@testable import Vision

@Suite("The action executor", .shared)
struct ActionExecutorTests {
    let clock = ManualClock()

    @Test("presses in order, holds for the table's time, and releases in reverse")
    func order() async throws {
        let game = FakeGame(clock: clock)
        try await ActionExecutor(game: game, keys: Samples.keys).play(.sprint, dryRun: false)
        #expect(game.inputs == [.press(.leftAlt), .press(.w), .release(.w), .release(.leftAlt)])
        #expect(game.passed == .milliseconds(1000))
    }

    @Test("turns in small steps that add up exactly, in game time as in pixels")
    func turning() async throws {
        let game = FakeGame(clock: clock)
        try await ActionExecutor(game: game, keys: Samples.keys).play(.turnLeft, dryRun: false)
        var sum = 0
        for input in game.inputs {
            guard case .look(let dx, let dy) = input else { continue }
            #expect(abs(dx) <= ActionExecutor.largestStep && dy == 0)
            sum += dx
        }
        #expect(sum == -81)
        #expect(game.passed == .milliseconds(300))
    }

    @Test("a dry run takes the same game time and sends nothing", arguments: ActionKind.allCases)
    func dryRun(_ action: ActionKind) async throws {
        let wet = FakeGame(clock: clock)
        let dry = FakeGame(clock: clock)
        try await ActionExecutor(game: wet, keys: Samples.keys).play(action, dryRun: false)
        try await ActionExecutor(game: dry, keys: Samples.keys).play(action, dryRun: true)
        #expect(dry.inputs.isEmpty)
        #expect(dry.passed == wet.passed)
        #expect(wet.held.isEmpty)
    }

    @Test("releases what it pressed when it is cancelled")
    func cancelled() async throws {
        let game = FakeGame(clock: clock, blocking: true)
        let play = Task { try await ActionExecutor(game: game, keys: Samples.keys).play(.sprint, dryRun: false) }
        for await _ in game.waits { break }
        #expect(game.held == [.leftAlt, .w])
        play.cancel()
        await #expect(throws: CancellationError.self) { try await play.value }
        #expect(game.held.isEmpty)
    }

    @Test("releases what it pressed when a press fails")
    func failing() async throws {
        let game = FakeGame(clock: clock, pressFaults: 1)
        let executor = ActionExecutor(game: game, keys: Samples.keys)
        await #expect(throws: FakeGame.Fault.self) { try await executor.play(.jump, dryRun: false) }
        #expect(game.inputs.last == .releaseAll)
    }
}
