import Basics
import FoundationEssentials
import Games
import Vision

/// A game as data: how it is started, how its window is found, and what it is played with.
package struct GameProfile: Sendable, Decodable {
    package let title: String
    /// Ways to start it, the first that is installed wins; empty for a game that somebody starts.
    package let launch: [Launch]
    /// Files that it needs, wherever it is started.
    package let files: [Need]
    /// `nil` where it is told when the game is chosen.
    package var window: WindowMatch?
    /// Pixels of the window that the game is played in.
    package let size: Size
    /// Pixels of the pictures that the agent sees.
    package let picture: Size
    /// Pictures a second.
    package let rate: Double
    /// Seconds that the window may take to appear.
    package let patience: Double
    /// How far the mouse moves for a pixel of the key table's look motion.
    package let lookScale: Double
    /// Degrees that turning comes to: for a second of its key, or a pixel of the mouse. `nil` where nobody measured it.
    package let turnRate: Double?
    /// The shortest press, in seconds, that the game cannot miss.
    package let leastHold: Double
    /// How each action is played, by its name.
    package let actions: [String: ActionEntry]
    /// Where the game writes down the keys that a person gave it; `nil` where that is not known.
    package let controls: ControlsFile?
    /// Keys of the controls with which the game is steered by its pictures; empty where nobody understands those.
    package let steering: [String: String]
    /// Where the player's state is shown.
    package let hud: [String: HUDEntry]
    /// A network beside the profile that recognises things in the pictures; see ``Recogniser``.
    package let recogniser: String?
    /// What a model is told of this game.
    package let prompt: String
    /// A text beside the profile that tells a model how to plan here, in place of the usual one.
    package let planner: String?
    /// What a model may want here.
    package let intents: [Intent.Kind]

    /// What a first-person game lets one do with a key held down.
    package static let controls = [
        "run", "forward", "back", "turnLeft", "turnRight", "strafeLeft", "strafeRight", "fire", "use", "leave",
    ]

    /// One way to start a game.
    package struct Launch: Sendable, Decodable, Equatable {
        /// The program and its arguments; never a shell line.
        package let command: [String]
        package let environment: [String: String]
        /// The Debian package that brings the program.
        package let package: String?

        private enum Keys: String, CodingKey, CaseIterable { case command, environment, package }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.fields(Keys.self)
            command = try fields.decode([String].self, forKey: .command)
            guard let program = command.first, !program.isEmpty else {
                throw fields.mistake(.command, "it must begin with a program")
            }
            guard !program.contains(where: \.isWhitespace) else {
                throw fields.mistake(.command, "\"\(program)\" is a whole line; each argument is a text of its own")
            }
            environment = try fields.value(.environment, else: [:])
            package = try fields.decodeIfPresent(String.self, forKey: .package)
        }
    }

    /// A file that must be there.
    package struct Need: Sendable, Decodable, Equatable {
        package let file: String
        package let package: String?

        private enum Keys: String, CodingKey, CaseIterable { case file, package }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.fields(Keys.self)
            file = try fields.decode(String.self, forKey: .file)
            package = try fields.decodeIfPresent(String.self, forKey: .package)
        }
    }

    package struct Size: Sendable, Decodable, Equatable {
        package let width: Int
        package let height: Int

        private enum Keys: String, CodingKey, CaseIterable { case width, height }

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.fields(Keys.self)
            width = try fields.decode(Int.self, forKey: .width)
            height = try fields.decode(Int.self, forKey: .height)
            for (key, value) in [(Keys.width, width), (.height, height)] where !(64...7680).contains(value) {
                throw fields.mistake(key, "it must be 64 to 7680 pixels")
            }
        }
    }

    private enum Keys: String, CodingKey, CaseIterable {
        case title, launch, files, window, size, picture, rate, patience, lookScale, turnRate, leastHold
        case actions, controls, steering, hud, recogniser, prompt, planner, intents
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        title = try fields.decode(String.self, forKey: .title)
        guard !title.isEmpty, title.count <= 40 else { throw fields.mistake(.title, "it must have 1 to 40 letters") }
        launch = try fields.value(.launch, else: [])
        files = try fields.value(.files, else: [])
        window = try fields.decodeIfPresent(WindowMatch.self, forKey: .window)
        guard launch.isEmpty || window != nil else {
            throw fields.mistake(.launch, "what is launched needs a window that it is known by")
        }
        size = try fields.decode(Size.self, forKey: .size)
        picture = try fields.decode(Size.self, forKey: .picture)
        guard picture.width <= 1280, picture.height <= 720 else {
            throw fields.mistake(.picture, "pictures larger than 1280x720 are more than anybody here reads")
        }
        rate = try fields.value(.rate, else: 20)
        guard (1...60).contains(rate) else { throw fields.mistake(.rate, "it must be 1 to 60 pictures a second") }
        patience = try fields.value(.patience, else: 20)
        guard (1...600).contains(patience) else { throw fields.mistake(.patience, "it must be 1 to 600 seconds") }
        lookScale = try fields.value(.lookScale, else: 1)
        guard (0.01...100).contains(abs(lookScale)) else {
            throw fields.mistake(.lookScale, "it must be 0.01 to 100, or negative where the mouse is inverted")
        }
        turnRate = try fields.decodeIfPresent(Double.self, forKey: .turnRate)
        if let turnRate, !(0.001...2000).contains(turnRate) {
            throw fields.mistake(.turnRate, "it must be 0.001 to 2000 degrees")
        }
        // Their names and layers are the key table's to check, which reads the same text.
        actions = try fields.decode([String: ActionEntry].self, forKey: .actions)
        controls = try fields.decodeIfPresent(ControlsFile.self, forKey: .controls)
        if let why = controls?.misfit(for: actions) { throw fields.mistake(.controls, why) }
        let least = try fields.value(.leastHold, else: 80)
        guard (10...1000).contains(least) else { throw fields.mistake(.leastHold, "it must be 10 to 1000 ms") }
        leastHold = Double(least) / 1000
        steering = try fields.value(.steering, else: [:])
        guard controls == nil || steering.isEmpty else {
            throw fields.mistake(.controls, "a game that is steered by its pictures keeps the keys of its profile")
        }
        for name in steering.keys where !Self.controls.contains(name) {
            let near = NearMatches.of(name, in: Self.controls, count: 1).first
            throw fields.mistake(
                .steering, "there is no control \"\(name)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
        for key in steering.values where !GameKey.known.contains(key) {
            let near = NearMatches.of(key, in: GameKey.known, count: 1).first
            throw fields.mistake(
                .steering, "there is no key called \"\(key)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
        hud = try fields.value(.hud, else: [:])
        for name in hud.keys where HUDReader.Vital(rawValue: name) == nil {
            let known = HUDReader.Vital.allCases.map(\.rawValue)
            throw fields.mistake(
                .hud, "there is no vital called \"\(name)\"; known are \(known.joined(separator: ", "))")
        }
        recogniser = try fields.decodeIfPresent(String.self, forKey: .recogniser)
        guard recogniser?.contains("/") != true else {
            throw fields.mistake(.recogniser, "it must be the name of a file beside the profile")
        }
        guard recogniser == nil || !steering.isEmpty else {
            throw fields.mistake(.recogniser, "only a game that is steered by its pictures has a use for it")
        }
        prompt = try fields.value(.prompt, else: "")
        planner = try fields.decodeIfPresent(String.self, forKey: .planner)
        guard planner?.contains("/") != true else {
            throw fields.mistake(.planner, "it must be the name of a text beside the profile")
        }
        let named = try fields.decodeIfPresent([String].self, forKey: .intents)
        for name in named ?? [] where Intent.Kind(rawValue: name) == nil {
            let near = NearMatches.of(name, in: Intent.Kind.allCases.map(\.rawValue), count: 1).first
            throw fields.mistake(
                .intents, "there is no intent \"\(name)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
        guard named?.isEmpty != true else { throw fields.mistake(.intents, "a model must be able to want something") }
        intents = named?.compactMap(Intent.Kind.init(rawValue:)) ?? Intent.Kind.allCases
    }
}

extension GameProfile {
    /// A motion of the mouse as this game takes it. What is not nothing does not become nothing.
    package func scaled(_ look: ActionEntry.Look) -> ActionEntry.Look {
        func scaled(_ pixels: Int) -> Int {
            let whole = Int((Double(pixels) * lookScale).rounded())
            return whole == 0 ? pixels.signum() * (lookScale < 0 ? -1 : 1) : whole
        }
        return ActionEntry.Look(dx: scaled(look.dx), dy: scaled(look.dy))
    }
}
