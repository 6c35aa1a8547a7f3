import Synchronization
import Testing

@testable import Basics
@testable import EmbeddedModel
@testable import Engine
@testable import Games
@testable import Record
@testable import Vision

/// Plays the embedded world at full speed, headless, in lock-step: what the agent finds against what random keys find.
enum PlayTest {
    struct Result: Sendable, CustomStringConvertible {
        var truth: WorldTruth
        var seen: Statistics
        var quality: QualityReport?
        /// Share of the ticks spent in each scene, as it really was.
        var scenes: [SceneKind: Double]

        var description: String {
            let shares = SceneKind.allCases.map { scene in
                "\(scene.rawValue) \(((scenes[scene] ?? 0) * 1000).rounded() / 10)%"
            }
            return "places \(truth.placesFound.count) npcs \(truth.npcsMet) kills \(truth.kills) "
                + "deaths \(truth.deaths) level \(truth.level) achievements \(truth.achievements.count) "
                + "quality \((truth.quality * 1000).rounded() / 1000) | " + shares.joined(separator: " ")
        }
    }

    /// Thrown by the game when the test has seen enough.
    struct Over: Error {}

    /// Counts scenes by game time, and ends the game at a tick.
    final class Session: Game {
        let game: EmbeddedGame
        private let ticks: Int
        private let scenes = Mutex<[SceneKind: Double]>([:])

        init(seed: UInt64, ticks: Int) {
            game = EmbeddedGame(seed: seed, speed: .lockStep, clock: ContinuousClock())
            self.ticks = ticks
        }

        var title: String { game.title }
        var shares: [SceneKind: Double] {
            scenes.withLock { scenes in
                let total = scenes.values.reduce(0, +)
                return scenes.mapValues { $0 / total }
            }
        }
        func capture() async throws -> Frame { try await game.capture() }
        func send(_ input: GameInput) async throws { try await game.send(input) }
        func pass(_ gameTime: Duration) async throws {
            let scene = game.truth.scene
            try await game.pass(gameTime)
            scenes.withLock { $0[scene, default: 0] += gameTime.seconds }
        }
        func isOver() -> Bool { game.truth.tick >= ticks }
        func setPaused(_ paused: Bool) async { await game.setPaused(paused) }
        func run() async throws {}
        func close() async { await game.close() }
    }

    static func agent(seed: UInt64, ticks: Int, mode: Settings.Mode = .sequential) async throws -> Result {
        let session = Session(seed: seed, ticks: ticks)
        let hub = EventHub()
        let reader = Reader()
        let over = FirstValue<Void>()
        var dependencies = GameplayDependencies(game: session, hub: hub, keys: Samples.keys) { frame in
            if session.isOver() {
                over.set(())
                throw Over()
            }
            return reader.read(frame)
        }
        dependencies.seed = seed
        dependencies.mode = mode
        dependencies.isLockStep = true
        let gameplay = Gameplay(dependencies)
        let play = Task { await gameplay.run() }
        await over.value
        play.cancel()
        await play.value
        #expect(session.game.heldKeys.isEmpty)
        let snapshot = hub.snapshot
        return Result(
            truth: session.game.truth, seen: snapshot.statistics, quality: snapshot.quality, scenes: session.shares)
    }

    static func random(seed: UInt64, ticks: Int) async throws -> Result {
        let session = Session(seed: seed, ticks: ticks)
        let executor = ActionExecutor(game: session, keys: Samples.keys)
        var random = SeededGenerator(seed: seed)
        while !session.isOver() {
            guard let action = ActionKind.allCases.randomElement(using: &random) else { break }
            try await executor.play(action, dryRun: false)
        }
        return Result(truth: session.game.truth, seen: Statistics(), quality: nil, scenes: session.shares)
    }

    final class Reader: Sendable {
        private let reader = Mutex(PixelReader())
        func read(_ frame: Frame) -> Reading { reader.withLock { $0.read(frame) } }
    }
}
