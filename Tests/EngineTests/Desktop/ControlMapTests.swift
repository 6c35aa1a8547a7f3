import Foundation
import Record
import Testing

@testable import Basics
@testable import Desktop
@testable import Engine
@testable import Games

@Suite("A game's own file of keys", .shared)
struct ControlMapTests {
    /// As the game writes it: a comment at the head, tabs to taste, Windows' ends of lines, a section for each part of
    /// the game.
    private static let text = [
        "// 1st field: User event name.", "// Main Gameplay", "Forward\t\t0xc8\t\t0xff\t0xff\t\t1\t1\t0\t0x801",
        "Back\t0x1f\t0xff\t0xff\t1\t1\t0\t0x801", "Strafe Left\t0x1d+0x1e\t0xff\t0xff",
        "Strafe Right\t0xff\t0xff\t0xff",
        "Right Attack/Block\t0xff\t0x1\t0x000a", "Shout\t0x7b,0x2c\t0xff\t0x0200", "Sneak\t0x7b\t0xff\t0x0040",
        "Sprint\t0xff\t0x4\t0x0100", "Tween Menu\t0x0f\t0xff\t0x2000", "Pause\t0x01\t0xff\t0x0010",
        "Zoom In\t0xff\t0x8\t0xff", "", "// Menu Mode", "Forward\t0x10\t0xff\t0xff",
        "Cancel\t!0,Favorites,!0,Tween Menu\t!0,Tween Menu\t!0,Tween Menu\t0\t0\t0\t0x8",
        "Lost\t!0,Favorites\t0xff\t0xff", "Round\t!1,Round\t0xff\t0xff",
    ].joined(separator: "\r\n")

    private static func pressed(_ keys: String...) -> ControlMap.Keys { .pressed(keys.map(GameKey.init(rawValue:))) }

    static let events: [(event: String, keys: ControlMap.Keys?)] = [
        ("Forward", pressed("Up")), ("FORWARD", pressed("Up")), ("Back", pressed("s")),
        ("Strafe Left", pressed("Control_L", "a")), ("Strafe Right", .unbound),
        ("Right Attack/Block", pressed("Button3")), ("Shout", pressed("z")),
        ("Sneak", .unknown("key 0x7b has no name here")), ("Sprint", .unknown("button 0x4 has no name here")),
        ("Zoom In", pressed("Button4")), ("Cancel", pressed("Tab")),
        ("Lost", .unknown("it is the key of \"favorites\", which the file does not have")),
        ("Round", .unknown("it is the key of \"round\", which the file does not have")), ("Jump", nil),
    ]

    @Test("says what each event is played with", arguments: events.indices)
    func event(_ index: Int) throws {
        let (event, keys) = Self.events[index]
        let map = try ControlMap(Self.text)
        #expect(map[event] == keys, "\(event)")
    }

    @Test("names every key of its numbers as a key table does")
    func names() {
        let keys = (0...0xFF).compactMap(ScanCodes.key) + (0...0xFF).compactMap(ScanCodes.button)
        #expect(keys.allSatisfy { GameKey.known.contains($0.rawValue) }, "\(keys)")
        #expect(Set(keys).count == keys.count && keys.count > 100)
        let some: [(Int, String)] = [
            (0x01, "Escape"), (0x0B, "0"), (0x1B, "bracketright"), (0x2A, "Shift_L"), (0x33, "comma"), (0x39, "space"),
            (0x44, "F10"), (0x47, "KP_7"), (0x53, "KP_Decimal"), (0x58, "F12"), (0x9D, "Control_R"), (0xB8, "Alt_R"),
            (0xC9, "Prior"), (0xD3, "Delete"),
        ]
        for (code, name) in some { #expect(ScanCodes.key(code)?.rawValue == name) }
    }

    static let faults: [(text: String, line: Int, says: String)] = [
        ("", 1, "names no event"), ("// only\n// words\n\n", 1, "names no event"),
        ("Forward\t0x11\t0xff\nBack", 2, "with tabs between"), ("Forward 0x11 0xff 0xff", 1, "with tabs between"),
        ("Forward\t17\t0xff", 1, "\"17\" is no number"), ("Forward\t0x\t0xff", 1, "is no number"),
        ("Forward\t0x-1\t0xff", 1, "is no number"), ("Forward\t0x11,\t0xff", 1, "is no number"),
        ("Forward\t0x11+\t0xff", 1, "is no number"), ("Forward\t0xffffffffffffffffff\t0xff", 1, "is no number"),
        ("Forward\t!0\t0xff", 1, "links to nothing"), ("Forward\t!0,\t0xff", 1, "links to nothing"),
        ("Forward\t!x,Back\t0xff", 1, "no number of a section"),
        ("Forward\t!-1,Back\t0xff", 1, "no number of a section"),
        ("For\u{1B}[2Jward\t0x11\t0xff", 1, "\"For?[2Jward\" is no name"),
        (String(repeating: "x", count: 100) + "\t0x11\t0xff", 1, "xxx...\" is no name"),
        (String(repeating: "Forward\t0x11\t0xff\n", count: 6000), 5000, "too many lines"),
    ]

    @Test("that is damaged is refused with its line", arguments: faults.indices)
    func fault(_ index: Int) {
        let (text, line, says) = Self.faults[index]
        #expect {
            _ = try ControlMap(text)
        } throws: { error in
            let mistake = error as? ControlMap.Mistake
            return mistake?.line == line && mistake?.why.contains(says) == true
        }
    }

    @Test("is understood or refused, whatever bytes are in it")
    func hostile() {
        var random = SystemRandomNumberGenerator()
        let letters = Array("\t\n\r,+!0xF1/ \u{0}\u{1B}\u{2028}é".unicodeScalars)
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...60, using: &random) { text.append(letters.randomElement(using: &random)!) }
            guard let map = try? ControlMap("Forward\t0x11\t0xff\n" + String(text)) else { continue }
            #expect(map["Forward"] == Self.pressed("w"))
        }
    }

    // MARK: - A person's file

    private static let skyrim = try? ProfileFile(named: "skyrim", assets: Assets(root: Samples.assetsRoot))

    /// Runs `body` in a home in which Steam has a library on another disk, with that file of keys in it.
    private static func withHome(_ bytes: [UInt8]?, _ body: (ProfileFile, _ path: String) throws -> Void) throws {
        let home = NSTemporaryDirectory() + "home-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let game = home + "/disk/steamapps/common/Skyrim Special Edition"
        for folder in [home + "/.local/share/Steam/steamapps", game] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try "\"libraryfolders\"\n{\n\t\"1\"\n\t{\n\t\t\"path\"\t\t\"\(home)/disk\"\n\t\t\"label\"\t\"\"\n\t}\n}\n"
            .write(toFile: home + "/.local/share/Steam/steamapps/libraryfolders.vdf", atomically: true, encoding: .utf8)
        // As it is spelled after a person saved it by hand.
        let path = game + "/controlmap_custom.txt"
        if let bytes { try Data(bytes).write(to: URL(filePath: path)) }
        let file = try #require(skyrim)
        try body(file.following(["HOME": home]), path)
    }

    @Test("is found in any library of Steam, and played by; what cannot be pressed is not played, and told")
    func followed() throws {
        try Self.withHome(Array(Self.text.utf8)) { file, path in
            let keys = try file.keys()
            #expect(keys[.moveForward].keys == [GameKey(rawValue: "Up")])
            #expect(keys[.moveForward].hold == .milliseconds(1500))
            #expect(keys[.moveBackward].keys == [.s])
            #expect(keys[.attack].keys == [.mouseRight])
            #expect(keys[.jump].keys == [.space])
            #expect(!keys.allows(.moveRight, in: .exploration) && !keys.allows(.sneak, in: .exploration))
            let own = try #require(file.own)
            #expect(!own.isWhole(for: file.profile.actions))
            #expect(own.words(for: file.profile.actions) == [
                "keys as the game has them: \(path)", "attack is Button3, not Button1",
                "moveForward is Up, not w", "moveLeft is Control_L+a, not a",
                "moveRight is not played: \"Strafe Right\" has no key", "powerAttack is Button3, not Button1",
                "sneak is not played: \"Sneak\": key 0x7b has no name here",
                "sprint is not played: \"Sprint\": button 0x4 has no name here",
            ])
        }
    }

    static let damaged: [(bytes: [UInt8], says: String)] = [
        (Array("Forward\t0x11".utf8), "line 1: an event and"), ([0x46, 0, 0x6F, 0], "it is no text"),
        ([UInt8](repeating: 0x41, count: 300 << 10), "File too large"),
    ]

    @Test("that is damaged is told, and the profile's keys stay", arguments: damaged.indices)
    func damagedFile(_ index: Int) throws {
        let (bytes, says) = Self.damaged[index]
        try Self.withHome(bytes) { file, path in
            let (keys, defaults) = (try file.keys(), try Self.skyrim?.keys())
            #expect(keys == defaults)
            let words = try #require(file.own).words(for: file.profile.actions)
            #expect(words.count == 1 && words[0].hasPrefix("the profile's keys are used: \(path)"), "\(words)")
            #expect(words[0].contains(says), "\(words)")
        }
    }

    @Test("that is not there changes nothing")
    func absent() throws {
        try Self.withHome(nil) { file, _ in
            #expect(file.own == nil)
            let (keys, defaults) = (try file.keys(), try Self.skyrim?.keys())
            #expect(keys == defaults)
        }
        #expect(Self.skyrim?.following([:]).own == nil)
    }

    @Test("is found only where a profile may look for one, and its events are those of its actions", arguments: [
        (#""format": "controlmap""#, "no format \"controlmap\""), (#""files": []"#, "must name a file"),
        (#""files": ["map.txt"]"#, "must begin with /"),
        (#""events": { "moveForwards": ["Forward"] }"#, "did you mean"),
        (#""events": { "moveForward": ["Forward", "Sprint"] }"#, "1 keys, and 2 events"),
        (#""format": "controlMap" }, "steering": { "forward": "Up""#, "keeps the keys of its profile"),
    ])
    func profile(_ change: String, _ says: String) throws {
        let defaults = [#""format": "controlMap""#, #""files": ["/x"]"#, #""events": {}"#]
        let name = change.prefix { $0 != ":" }
        let members = defaults.filter { !$0.hasPrefix(name) } + [change]
        let text = """
            { "title": "A game", "window": { "name": "A" }, "size": { "width": 640, "height": 480 },
              "picture": { "width": 320, "height": 240 },
              "actions": { "moveForward": { "keys": ["Up"], "hold": 500, "layers": ["exploration"] } },
              "controls": { \(members.joined(separator: ", ")) } }
            """
        let path = NSTemporaryDirectory() + "profile-\(UUID().uuidString).json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect { _ = try ProfileFile(path: path) } throws: { "\($0)".contains(says) }
    }
}
