import Engine
import Record
import Testing

@testable import Basics
@testable import Games
@testable import Vision

@Suite("The key table", .shared)
struct KeyTableTests {
    @Test("of the embedded game binds every action")
    func complete() {
        let keys = Samples.keys
        #expect(keys[.openInventory].keys == [.i])
        #expect(keys[.openMap].keys == [.m])
        #expect(keys[.back].keys == [.tab])
        #expect(keys[.sprint].keys == [.leftAlt, .w])
        #expect(keys[.powerAttack].hold == .milliseconds(900))
        #expect(keys[.turnRight].look.dx == 27 * 3)
        #expect(keys[.turnLeft].look.dx == -27 * 3)
        for action in ActionKind.allCases { #expect(keys[action].length <= .milliseconds(1500)) }
    }

    @Test("no movement is allowed in a menu, and no menu can be opened in one")
    func layers() {
        for action in ActionKind.allCases where action.isMovement || action.opensMenu || action.isAttack {
            #expect(!Samples.keys.allows(action, in: .menu), "\(action)")
        }
        for layer in ControlLayer.allCases {
            #expect(ActionKind.allCases.contains { Samples.keys.allows($0, in: layer) })
        }
    }

    static let faults: [(json: String, line: Int, says: String)] = [
        ("{", 1, "a name in"),
        ("{}", 1, "\"actions\" is missing"),
        (#"{"actions": {}}"#, 1, "actions.moveForward is missing"),
        ("{\"actions\":\n{\"jumpp\": {\"keys\": [\"w\"], \"hold\": 1, \"layers\": [\"combat\"]}}}", 2, "mean \"jump\""),
        (jump(#""keys": ["spaec"], "hold": 100, "layers": ["combat"]"#), 3, "\"spaec\"; did you mean \"space\"?"),
        (jump(#""keys": ["w"], "hold": 100, "layers": ["menus"]"#), 2, "\"menus\"; did you mean \"menu\"?"),
        (jump(#""keys": ["w"], "hold": 100, "layers": []"#), 3, "no layer"),
        (jump(#""keys": ["w"], "hold": 0, "layers": ["combat"]"#), 3, "hold is 0 ms"),
        (jump(#""keys": ["w"], "layers": ["combat"]"#), 2, "\"hold\" is missing"),
        (jump(#""keys": ["w"], "hold": "x", "layers": ["combat"]"#), 3, "jump.hold: this must be a whole number"),
        (jump(#""keys": ["w"], "held": 100, "layers": ["combat"]"#), 3, "did you mean \"hold\"?"),
        (jump(#""hold": 100, "layers": ["combat"]"#), 2, "neither keys nor"),
        (jump(#""keys": ["w", "w"], "hold": 100, "layers": ["combat"]"#), 3, "twice"),
        (jump(#""keys": ["w"], "hold": 9, "settle": -1, "layers": ["combat"]"#), 3, "settle is -1 ms"),
    ]

    private static func jump(_ members: String) -> String { "{\"actions\": {\n\"jump\": {\n\(members)}}}" }

    @Test("names the line and the fault of a wrong table", arguments: faults.indices)
    func fault(_ index: Int) {
        let (json, line, says) = Self.faults[index]
        #expect {
            try KeyTable(json: json)
        } throws: { error in
            guard case GameplayError.keyTable(let named, let why)? = error as? GameplayError else { return false }
            return named == line && why.contains(says)
        }
    }

    @Test("of a game that lacks an action allows it nowhere, and presses nothing for it")
    func part() throws {
        let keys = try KeyTable(json: Self.jump(#""keys": ["w"], "hold": 9, "layers": ["combat"]"#), isWhole: false)
        #expect(keys.allows(.jump, in: .combat) && !keys.allows(.sneak, in: .combat))
        #expect(keys[.sneak].keys.isEmpty)
    }
}
