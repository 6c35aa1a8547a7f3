@testable import Engine

import Testing

@testable import Basics
@testable import Games
@testable import Vision

@Suite("Embedded game", .shared)
struct EmbeddedGameTests {
    private let clock = ManualClock()
    private func game(_ speed: GameSpeed) -> EmbeddedGame { EmbeddedGame(seed: 1, speed: speed, clock: clock) }

    @Test("In lock-step the world moves in pass and nowhere else")
    func lockStep() async throws {
        let game = game(.lockStep)
        try await game.send(.press(.w))
        let before = try await game.capture()
        clock.advance(by: .seconds(100))
        #expect(game.truth.tick == 0)
        let same = try await game.capture()
        #expect(same.sequence == before.sequence)
        try await game.pass(.milliseconds(1250))
        #expect(game.truth.tick == 12)
        try await game.pass(.milliseconds(50))
        #expect(game.truth.tick == 13)
        let after = try await game.capture()
        #expect(after.sequence == before.sequence + 1)
        #expect(after.rgb != before.rgb)
    }

    @Test("In real time the world takes exactly the ticks that are due")
    func realtime() async throws {
        let game = game(.realtime(4))
        #expect(try await game.capture().sequence == 1)
        clock.advance(by: .milliseconds(24))
        #expect(game.truth.tick == 0)
        clock.advance(by: .milliseconds(1))
        #expect(game.truth.tick == 1)
        clock.advance(by: .milliseconds(500))
        #expect(game.truth.tick == 21)
        let frame = try await game.capture()
        #expect(frame.sequence == 2)
        #expect(frame.capturedAt == clock.now)
        game.setSpeed(1)
        clock.advance(by: .milliseconds(500))
        #expect(game.truth.tick == 26)
    }

    @Test("An input acts at the instant it comes, not with ticks that were due before it")
    func inputInstant() async throws {
        let game = game(.realtime(1))
        let start = game.truth.y
        clock.advance(by: .milliseconds(900))
        try await game.send(.press(.w))
        clock.advance(by: .milliseconds(100))
        #expect(abs(start - game.truth.y - 0.16) < 1e-9)
    }

    @Test("A realtime pass takes its game time divided by the speed")
    func realtimePass() async throws {
        let game = game(.realtime(2))
        let pass = Task { try await game.pass(.seconds(1)) }
        await clock.sleepers(1)
        clock.advance(by: .milliseconds(500))
        try await pass.value
        #expect(game.truth.tick == 10)
    }

    @Test("A pass that is under way follows the speed and the pause")
    func passFollows() async throws {
        let game = game(.realtime(1))
        let pass = Task {
            try await game.pass(.seconds(10))
            return clock.now
        }
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        await game.setPaused(true)
        clock.advance(by: .seconds(50))
        #expect(game.truth.tick == 10)
        await game.setPaused(false)
        game.setSpeed(9)
        // Nine game seconds are left, and one second of the wall is enough for them.
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        #expect(try await pass.value == clock.start + .seconds(52))
    }

    @Test("A lock-step pass waits while the game is paused")
    func lockStepPause() async throws {
        let game = game(.lockStep)
        await game.setPaused(true)
        let pass = Task { try await game.pass(.seconds(1)) }
        for _ in 0..<100 { await Task.yield() }
        #expect(game.truth.tick == 0)
        await game.setPaused(false)
        try await pass.value
        #expect(game.truth.tick == 10)
    }

    @Test("Cancelling ends a pass with CancellationError", arguments: [GameSpeed.realtime(1), .lockStep])
    func cancellation(speed: GameSpeed) async throws {
        let game = game(speed)
        await game.setPaused(true)
        let pass = Task { try await game.pass(.seconds(1)) }
        for _ in 0..<20 { await Task.yield() }
        pass.cancel()
        await #expect(throws: CancellationError.self) { try await pass.value }
    }

    @Test("Run keeps a realtime world going until it is cancelled")
    func run() async throws {
        let game = game(.realtime(1))
        let run = Task { try await game.run() }
        for tick in 1...5 {
            await clock.sleepers(1)
            clock.advance(by: .milliseconds(100))
            #expect(game.truth.tick == tick)
        }
        run.cancel()
        try await run.value
    }

    @Test("Closing releases every key, refuses inputs and pictures, and ends run and pass",
        arguments: [GameSpeed.realtime(1), .lockStep])
    func closing(speed: GameSpeed) async throws {
        let game = game(speed)
        let keys: Set = [GameKey.w, .e, .leftAlt, .mouseLeft]
        for key in keys { try await game.send(.press(key)) }
        #expect(game.heldKeys == keys)
        await game.setPaused(true)
        let run = Task { try await game.run() }
        let pass = Task { try await game.pass(.seconds(1)) }
        for _ in 0..<20 { await Task.yield() }
        await game.close()
        await game.close()
        #expect(game.heldKeys == [])
        try await run.value
        let closed = GameError.closed(title: "embedded world, seed 1")
        await #expect(throws: closed) { try await pass.value }
        await #expect(throws: closed) { try await game.send(.press(.w)) }
        await #expect(throws: closed) { try await game.capture() }
        await #expect(throws: closed) { try await game.pass(.seconds(1)) }
        try await game.send(.releaseAll)
        let tick = game.truth.tick
        clock.advance(by: .seconds(10))
        #expect(game.truth.tick == tick)
    }

    @Test("Release-all lets go of what is held")
    func releaseAll() async throws {
        let game = game(.lockStep)
        for key in [GameKey.w, .mouseRight, .leftAlt] { try await game.send(.press(key)) }
        try await game.send(.release(.w))
        #expect(game.heldKeys == [.mouseRight, .leftAlt])
        try await game.send(.releaseAll)
        #expect(game.heldKeys == [])
    }
}
