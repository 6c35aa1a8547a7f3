import Synchronization
import Testing

@testable import Basics
@testable import Engine
@testable import Games
@testable import Navigation
@testable import Record
@testable import Vision

@Suite("Steering by pictures", .shared)
struct PilotTests {
    private static let bound = [
        "forward": "Up", "turnLeft": "Left", "turnRight": "Right", "run": "Shift_R", "use": "space",
    ]
    private let pilot = Pilot(keys: bound.mapValues(GameKey.init(rawValue:)), hud: HUDReader(), seed: 1)

    /// A corridor that is walked along while forward is down, one picture every other step; after `count` there is
    /// none.
    private final class Corridor: Game {
        private struct State {
            var body = DeadReckoning(laws: .doom)
            var step = 0
            var held: Set<GameKey> = []
            var inputs: [GameInput] = []
        }
        private let world = RoomPainter(["#####", "#   #", "#   #", "#   #", "#   #", "#   #", "# P #", "#####"])
        private let state = Mutex(State())
        private let count: Int

        init(_ count: Int) { self.count = count }

        var title: String { "corridor" }
        var inputs: [GameInput] { state.withLock(\.inputs) }
        var held: Set<GameKey> { state.withLock(\.held) }
        var walked: Double { state.withLock(\.body.pose.y) }

        func capture() async throws -> Frame {
            state.withLock { state in
                var controls: Controls = []
                if state.held.contains(GameKey(rawValue: "Up")) { controls.insert(.forward) }
                if state.held.contains(GameKey(rawValue: "Shift_R")) { controls.insert(.run) }
                for _ in 0..<2 { state.body.step(controls) }
                state.step += 2
                return world.frame(from: state.body.pose, at: Double(state.step) / 35, number: UInt64(state.step))
            }
        }

        func picture(after frame: Frame, by deadline: ContinuousClock.Instant) async throws -> Frame? {
            await Task.yield()
            return state.withLock(\.step) >= 2 * count ? nil : try await capture()
        }

        func send(_ input: GameInput) async throws {
            state.withLock { state in
                state.inputs.append(input)
                switch input {
                case .press(let key): state.held.insert(key)
                case .release(let key): state.held.remove(key)
                case .releaseAll: state.held = []
                case .look: break
                }
            }
        }

        func pass(_ gameTime: Duration) async throws {}
        func setPaused(_ paused: Bool) async {}
        func run() async throws {}
        func close() async {}
    }

    private func executor(_ game: any Game) throws -> ActionExecutor {
        let keys = try KeyTable(json: #"{"actions": {}}"#, isWhole: false, isSteered: true)
        return ActionExecutor(game: game, keys: keys, pilot: pilot, clock: ManualClock())
    }

    @Test("keys follow the pictures by difference, and are up when there are no more pictures")
    func steers() async throws {
        let game = Corridor(60)
        try await executor(game).play(.navigate, dryRun: false)
        let up = GameKey(rawValue: "Up")
        let presses = game.inputs.count { $0 == .press(up) }
        // It went a good way with few presses: what two moves have in common stays down between them.
        #expect(game.walked > 100 && (1...6).contains(presses), "\(game.walked), \(presses)")
        #expect(game.held.isEmpty && game.inputs.contains(.release(up)))
    }

    @Test("a pause ends it at the next picture, with all keys up")
    func pauses() async throws {
        let game = Corridor(1000)
        let looks = Mutex(0)
        var executor = try executor(game)
        executor.isPaused = {
            looks.withLock {
                $0 += 1
                return $0 > 20
            }
        }
        try await executor.play(.navigate, dryRun: false)
        #expect(looks.withLock(\.self) == 21 && game.held.isEmpty && !game.inputs.isEmpty)
    }

    @Test("a dry run presses nothing")
    func dry() async throws {
        let game = Corridor(60)
        try await executor(game).play(.navigate, dryRun: true)
        #expect(game.inputs.isEmpty)
    }

    @Test("an enemy that a model saw is faced, from where the picture was taken, and the model is named")
    func follows() async throws {
        let game = Corridor(1000)
        for _ in 0..<10 { pilot.look(at: try await game.capture()) }
        let frame = try await game.capture()
        pilot.look(at: frame)
        var intent = Intent(
            kind: .engageEnemy, reason: "a soldier at the left", frame: frame.sequence,
            gameTime: frame.gameTime.seconds, lifetime: 20, bearing: -40)
        pilot.follow(intent)
        pilot.look(at: try await game.capture())
        #expect(pilot.wants(.engage) && pilot.wanted.contains(GameKey(rawValue: "Left")))
        var reading = Reading()
        reading.gameTime = frame.gameTime.seconds
        var situation = Situation(perception: Perception(reading: reading, capturedAt: .now), now: .now)
        situation.intent = intent
        let (proposal, source) = pilot.propose(situation)
        #expect(source == .model && proposal.action == .engage && proposal.reason.contains("a soldier at the left"))
        // One who says no direction leaves it to the pictures.
        intent = Intent(kind: .engageEnemy, reason: "x", frame: 1, gameTime: 0, lifetime: 20)
        pilot.follow(intent)
        #expect(pilot.wants(.engage))
    }

    @Test("an action ends when something takes the keys, and the next one says so and goes on from there")
    func menu() {
        let world = RoomPainter(["###", "#P#", "###"])
        pilot.steers(true)
        var step = 0
        while pilot.wants(.navigate), step < 35 * 60 {
            pilot.look(at: world.frame(from: Pose(), at: Double(step) / 35, number: UInt64(step)))
            step += 2
        }
        #expect(!pilot.wants(.navigate) && !pilot.wants(.engage))
        pilot.steers(true)
        let situation = Situation(perception: Perception(reading: Reading(), capturedAt: .now), now: .now)
        #expect(pilot.wants(.navigate) && pilot.propose(situation).0.reason == "leaves a menu")
    }

    @Test("what it wants starts also when health is nearly gone")
    func critical() {
        var reading = Reading()
        reading.health = 8
        let situation = Situation(perception: Perception(reading: reading, capturedAt: .now), now: .now)
        #expect(pilot.propose(situation).0.priority == .critical)
    }
}
