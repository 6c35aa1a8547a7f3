import Basics
import Desktop
import EmbeddedModel
import Games
import Record
import Synchronization
import Vision

/// The game of a session, with what it is played and read by.
struct PlayedGame {
    let game: any Game
    let keys: KeyTable
    /// Where the pictures are understood.
    private(set) var pilot: Pilot?
    let read: @Sendable (Frame) -> Reading

    /// Opens the game that was chosen; what is open is armed for cleanup, also when this throws.
    init(_ settings: Settings, _ assets: Assets, _ hub: EventHub, _ cleanup: Cleanup) async throws {
        switch settings.game {
        case .embedded:
            game = EmbeddedGame(seed: settings.seed, speed: settings.speed, clock: hub.clock)
            keys = try KeyTable(named: "embedded", assets: assets)
            let reader = Mutex(PixelReader())
            read = { frame in reader.withLock { $0.read(frame) } }
        case .desktop(let choice):
            keys = try choice.file.keys()
            game = try await DesktopGame.open(choice.plan, clock: hub.clock) { name, close in
                cleanup.arm(name, step: 4, deadline: .seconds(4)) { try await close() }
            }
            let hud = try choice.file.hud()
            let reader = Mutex((picture: PictureReader(), hud: hud))
            let steering = choice.plan.profile.steering.mapValues(GameKey.init(rawValue:))
            let pilot =
                steering.isEmpty
                ? nil
                : Pilot(keys: steering, hud: hud, recogniser: try choice.file.recogniser(), seed: settings.seed)
            self.pilot = pilot
            read = { frame in
                reader.withLock { reader in
                    var reading = reader.picture.read(frame)
                    if let pilot { pilot.read(frame, into: &reading) } else { reader.hud.read(frame, into: &reading) }
                    return reading
                }
            }
        case .video(let plan):
            keys = try KeyTable(json: #"{"actions": {}}"#, isWhole: false)
            game = try await VideoGame.open(plan, clock: hub.clock, tell: { hub.post(.notice($0)) }) { name, close in
                cleanup.arm(name, step: 4, deadline: .seconds(4)) { await close() }
            }
            let reader = Mutex(PictureReader())
            read = { frame in reader.withLock { $0.read(frame) } }
        }
    }
}

extension ProfileFile {
    /// The key table of the profile, checked, its look motions in pixels of the mouse.
    package func keys() throws -> KeyTable {
        do {
            var keys = try KeyTable(json: text, isWhole: false, isSteered: !profile.steering.isEmpty)
            if let own { keys = keys.following(own, profile.actions) }
            // Here, where a motion is whole: scaled step by step, each would lose what it is rounded by.
            return keys.looking { profile.scaled($0) }
        } catch GameplayError.keyTable(let line, let why) {
            throw Failure("\(path), line \(line): \(why)")
        }
    }
}

extension KeyTable {
    /// The same with the keys that a person gave the game; what has none is not played.
    fileprivate func following(_ own: OwnControls, _ actions: [String: ActionEntry]) -> KeyTable {
        var table = self
        for (name, action) in actions {
            guard let kind = ActionKind(rawValue: name) else { continue }
            switch own.keys(of: name, action) {
            case .asTheyWere: break
            case .others(let keys): table = table.pressing(keys, for: kind)
            case .none: table = table.without(kind)
            }
        }
        return table
    }
}

extension Settings.GameChoice {
    /// What a model may want in it.
    var intents: [Intent.Kind] {
        if case .desktop(let choice) = self { choice.plan.profile.intents } else { Intent.Kind.allCases }
    }
}

extension Prompts {
    /// The same, with what a model is to know of the game that is played.
    func telling(of game: Settings.GameChoice) throws -> Prompts {
        guard case .desktop(let choice) = game else { return self }
        let prompt = choice.plan.profile.prompt
        let told = prompt.isEmpty ? "" : "\n\nThe game: " + prompt
        let perspectives = Dictionary(uniqueKeysWithValues: Perspective.allCases.map { ($0, self[$0] + told) })
        return Prompts(perspectives: perspectives, planner: try choice.file.planner() ?? planner + told)
    }
}

/// Holds the agent's input while the game says that it cannot be played, and gives it back when it can. What a person
/// does meanwhile goes before that.
final class ObstacleWatch: Sendable {
    private let gameplay: Gameplay
    private let hub: EventHub
    private let holding = Mutex(false)

    init(_ gameplay: Gameplay, hub: EventHub) { (self.gameplay, self.hub) = (gameplay, hub) }

    /// Whether the input is held by this, and not by a person.
    var holds: Bool { holding.withLock(\.self) }

    /// Until the game is closed or the task is cancelled.
    func follow(_ game: any Game) async {
        for await why in game.obstacles() {
            if let why, holds {
                // What stands in the way now is another thing, and needs another remedy.
                hub.post(.notice("input is held: \(why)"))
            } else if let why {
                guard gameplay.gate.phase == .running else { continue }
                // Before the gate moves: whoever follows it asks then.
                holding.withLock { $0 = true }
                hub.post(.notice("input is held: \(why)"))
                await gameplay.hold()
            } else if holding.withLock({ holding in
                defer { holding = false }
                return holding
            }), gameplay.gate.phase == .held {
                hub.post(.notice("the game is back: the agent plays on"))
                gameplay.resume()
            }
        }
    }

    /// A person decides who has the input from now on.
    func overrule() { holding.withLock { $0 = false } }
}
