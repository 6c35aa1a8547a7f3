import Foundation
import Record
import Testing

@testable import Basics
@testable import Desktop
@testable import Engine
@testable import Games

@Suite("Game profiles", .shared)
struct ProfileTests {
    private static let assets = Assets(root: Samples.assetsRoot)

    @Test("All that come with the program can be read, and every game can walk and turn",
        arguments: ProfileFile.names(assets))
    func shipped(_ name: String) throws {
        let file = try ProfileFile(named: name, assets: Self.assets)
        let keys = try file.keys()
        for action in [ActionKind.moveForward, .turnLeft, .turnRight, .attack, .wait] {
            #expect(keys.allows(action, in: .exploration), "\(action)")
        }
    }

    @Test("Freedoom's is steered and read, and tells a model how to plan there")
    func doom() throws {
        let file = try ProfileFile(named: "doom", assets: Self.assets)
        #expect(try !file.hud().isEmpty && file.planner()?.contains("enemyBearing") == true)
        #expect(try file.keys().allows(.engage, in: .exploration))
        #expect(try file.recogniser() != nil)
        #expect(GameProfile.controls == Pilot.controlNames)
        #expect(file.profile.intents == [.explore, .engageEnemy, .retreat])
    }

    @Test("There are those that the help names")
    func names() { #expect(ProfileFile.names(Self.assets) == ["doom", "generic", "skyrim"]) }

    private static let good = """
        {
          "title": "A game",
          "launch": [{ "command": ["agame", "-x"], "package": "agame" }],
          "window": { "name": "A game" },
          "size": { "width": 640, "height": 480 },
          "picture": { "width": 320, "height": 240 },
          "actions": {
            "moveForward": { "keys": ["Up"], "hold": 500, "layers": ["exploration"] }
          }
        }
        """

    private static let title = #""title": "A game","#
    static let faults: [(old: String, new: String, line: Int, says: String)] = [
        (#""title""#, #""titel""#, 2, "did you mean \"title\"?"),
        (#""A game","#, #""A game""#, 3, "a , or } was expected"),
        (#"["agame", "-x"]"#, #"["agame -x"]"#, 3, "each argument is a text of its own"),
        (#""command""#, #""comand""#, 3, "did you mean \"command\"?"),
        (#"{ "name": "A game" }"#, "{}", 4, "which window"),
        (#""width": 640"#, #""width": 6"#, 5, "64 to 7680 pixels"),
        (#""height": 240"#, #""height": "240""#, 6, "picture.height: this must be a whole number"),
        (#""picture": { "width": 320, "height": 240 },"#, "", 1, "\"picture\" is missing"),
        (#"["Up"]"#, #"["up"]"#, 8, "there is no key called \"up\"; did you mean \"Up\"?"),
        (#""hold": 500"#, #""hold": 50000"#, 8, "hold is 50000 ms"),
        (#""moveForward""#, #""moveForwards""#, 8, "did you mean \"moveForward\"?"),
        (#"["exploration"]"#, #"["explorations"]"#, 8, "did you mean \"exploration\"?"),
        (#""title": "A game","#, #""title": "A game", "rate": 900,"#, 2, "1 to 60 pictures"),
        (#""title": "A game","#, #""title": "A game", "lookscale": 2,"#, 2, "did you mean \"lookScale\"?"),
        (title, title + #" "steering": { "forward": "up" },"#, 2, "did you mean \"Up\"?"),
        (title, title + #" "steering": { "forwards": "Up" },"#, 2, "did you mean \"forward\"?"),
        (title, title + #" "hud": { "healt": { "bar": [0, 0, 1, 1], "colour": [1, 2, 3] } },"#, 2, "no vital called"),
        (title, title + #" "hud": { "health": { "bar": [0.5, 0, 1, 1], "colour": [1, 2, 3] } },"#, 2, "shares of the"),
        (title, title + #" "hud": { "health": { "bar": [0, 0, 1, 1], "colour": [1, 2] } },"#, 2, "red, green and blue"),
        (title, title + #" "hud": { "health": { "bar": [0, 0, 1, 1], "colour": [1, 2, 3], "empty": [0] } },"#, 2,
            "health.empty: it must be red, green and blue"),
        (title, title + #" "hud": { "health": { "right": 3, "top": 4 } },"#, 2, "either by \"digits\" or by a \"bar\""),
        (title, title + #" "hud": { "health": { "digits": "a/b.png", "right": 3, "top": 4 } },"#, 2, "beside the"),
        (title, title + #" "intents": ["explor"],"#, 2, "did you mean \"explore\"?"),
        (title, title + #" "turnRate": 0,"#, 2, "0.001 to 2000 degrees"),
        (title, title + #" "leastHold": 5,"#, 2, "10 to 1000 ms"),
        (#""moveForward""#, #""navigate""#, 8, "steered by pictures"),
        (title, title + #" "recogniser": "net.json","#, 2, "steered by its pictures has a use for it"),
        (title, title + #" "steering": { "use": "space" }, "recogniser": "a/net.json","#, 2, "beside the profile"),
        (title, title + #" "steering": { "use": "space" }, "recogniser": "n.json","#, 2, "recogniser: n.json: "),
    ]

    @Test("What is wrong is told with its line, and what was meant", arguments: faults.indices)
    func fault(_ index: Int) throws {
        let (old, new, line, says) = Self.faults[index]
        try #require(Self.good.contains(old))
        let path = NSTemporaryDirectory() + "profile-\(UUID().uuidString).json"
        try Self.good.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect {
            let file = try ProfileFile(path: path)
            _ = (try file.keys(), try file.recogniser())
        } throws: { error in
            let words = "\(error)"
            return words.contains("line \(line):") && words.contains(says)
        }
    }

    @Test("A look motion is scaled as a whole, and never to nothing", arguments: [
        (0.1, -12), (0.001953125 * 32, -8), (-1, 120), (0.01, -1),
    ])
    func lookScale(_ scale: Double, _ dx: Int) async throws {
        let path = NSTemporaryDirectory() + "profile-\(UUID().uuidString).json"
        let turn = #""turnLeft": { "look": { "dx": -120 }, "hold": 300, "layers": ["exploration"] },"#
        let actions = "\"lookScale\": \(scale), \"actions\": { \(turn)"
        try Self.good.replacingOccurrences(of: #""actions": {"#, with: actions)
            .write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try ProfileFile(path: path)
        let keys = try file.keys()
        #expect(keys[.turnLeft].look == ActionEntry.Look(dx: dx, dy: 0))
        // What is played comes to that, however small its steps are.
        let game = FakeGame(clock: ContinuousClock())
        try await ActionExecutor(game: game, keys: keys).play(.turnLeft, dryRun: false)
        let moved = game.inputs.reduce(0) { sum, input in
            if case .look(let dx, _) = input { sum + dx } else { sum }
        }
        #expect(moved == dx)
    }

    @Test("A game whose program or data is not there names the package that brings it")
    func missing() throws {
        let profile = try StrictJSON.decode(GameProfile.self, Self.good)
        let nowhere = ChildEnvironment(["PATH": "/nowhere"])
        #expect(throws: DesktopError.missing("agame", package: "agame")) { try profile.way(in: nowhere) }
        let needs = profile.requirements(in: nowhere, isOwn: true)
        #expect(needs.map(\.name) == ["agame", "xdotool", "ffmpeg", "setpriv", "Xvfb"])
        #expect(needs.allSatisfy { !$0.isThere && $0.package != nil })
    }

    @Test("A name that no profile has is told with the one that was meant")
    func unknown() {
        #expect {
            try ProfileFile(named: "dooom", assets: Self.assets)
        } throws: { "\($0)".contains("did you mean doom?") }
    }
}
