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

    static let faults: [(json: String, action: String?, says: String)] = [
        ("{", nil, "not valid JSON"),
        ("{}", nil, "\"actions\" is missing"),
        (#"{"actions": {}}"#, "moveForward", "missing"),
        (#"{"actions": {"fly": {"keys": ["w"], "hold": 100, "layers": ["combat"]}}}"#, "fly", "no such action"),
        (#"{"actions": {"jump": {"keys": ["leap"], "hold": 100, "layers": ["combat"]}}}"#, "jump", "\"leap\""),
        (#"{"actions": {"jump": {"keys": ["w"], "hold": 100, "layers": ["water"]}}}"#, "jump", "\"water\""),
        (#"{"actions": {"jump": {"keys": ["w"], "hold": 100, "layers": []}}}"#, "jump", "no layer"),
        (#"{"actions": {"jump": {"keys": ["w"], "hold": 0, "layers": ["combat"]}}}"#, "jump", "hold is 0 ms"),
        (#"{"actions": {"jump": {"keys": ["w"], "layers": ["combat"]}}}"#, "jump", "\"hold\" is missing"),
        (#"{"actions": {"jump": {"keys": ["w"], "hold": "x", "layers": ["combat"]}}}"#, "jump", "\"hold\""),
        (#"{"actions": {"jump": {"hold": 100, "layers": ["combat"]}}}"#, "jump", "neither keys nor"),
        (#"{"actions": {"jump": {"keys": ["w", "w"], "hold": 100, "layers": ["combat"]}}}"#, "jump", "twice"),
        (#"{"actions": {"jump": {"keys": ["w"], "hold": 9, "settle": -1, "layers": ["combat"]}}}"#, "jump", "settle"),
    ]

    @Test("names the action and the fault of a wrong table", arguments: faults.indices)
    func fault(_ index: Int) {
        let (json, action, says) = Self.faults[index]
        #expect {
            try KeyTable(json: json)
        } throws: { error in
            guard case GameplayError.keyTable(let named, let why)? = error as? GameplayError else { return false }
            return named == action && why.contains(says)
        }
    }
}
