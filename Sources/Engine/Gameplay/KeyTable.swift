import Basics
import FoundationEssentials
import Games
import Record
/// How each action is played: which keys, for how long, in which layers. Data, because bindings differ between games.
package struct KeyTable: Sendable, Equatable {
    /// The keys of one action.
    package struct Binding: Sendable, Equatable {
        /// Pressed in this order, released in the reverse order. Empty for an action that only looks or waits.
        package let keys: [GameKey]
        /// Relative mouse motion in pixels over the whole hold; x to the right, y downwards.
        package let look: Look
        /// Game time from the first press to the last release.
        package let hold: Duration
        /// Game time after the release that belongs to the action: a swing that ends, a panel that opens.
        package let settle: Duration
        package let layers: Set<ControlLayer>

        /// Game time the action takes as a whole.
        package var length: Duration { hold + settle }
    }

    package struct Look: Sendable, Equatable, Codable {
        package let dx: Int
        package let dy: Int
        package static let none = Look(dx: 0, dy: 0)
    }

    private let bindings: [ActionKind: Binding]

    /// The binding of an action. Every action has one: a table that lacks any is refused when it is read.
    package subscript(action: ActionKind) -> Binding {
        guard let binding = bindings[action] else { preconditionFailure("the table was checked when it was read") }
        return binding
    }

    /// Whether the action means anything in that layer.
    package func allows(_ action: ActionKind, in layer: ControlLayer) -> Bool { self[action].layers.contains(layer) }

    /// Reads `keys/<name>.json` of the assets.
    package init(named name: String, assets: Assets) throws {
        try self.init(json: try assets.text("keys/\(name).json"))
    }

    /// Reads and checks a table. Throws ``GameplayError/keyTable(action:why:)`` with the action that is wrong.
    package init(json: String) throws(GameplayError) {
        let file: File
        do {
            file = try JSON.decode(from: json.utf8)
        } catch {
            throw .keyTable(action: KeyTable.action(in: error), why: KeyTable.sentence(for: error))
        }
        var bindings: [ActionKind: Binding] = [:]
        for (name, entry) in file.actions.sorted(by: { $0.key < $1.key }) {
            guard let action = ActionKind(rawValue: name) else {
                throw .keyTable(action: name, why: "there is no such action")
            }
            bindings[action] = try Binding(entry, of: name)
        }
        for action in ActionKind.allCases where bindings[action] == nil {
            throw .keyTable(action: action.rawValue, why: "it is missing")
        }
        self.bindings = bindings
    }

    /// The file as written: names are strings here, so that a wrong one can be reported with its action.
    private struct File: Decodable { let actions: [String: Entry] }

    fileprivate struct Entry: Decodable {
        let keys: [String]?
        let look: Look?
        let hold: Int
        let settle: Int?
        let layers: [String]
    }

    private static func action(in error: any Error) -> String? {
        let path = path(of: error)
        return path.count > 1 && path[0] == "actions" ? path[1] : nil
    }

    private static func path(of error: any Error) -> [String] {
        switch error as? DecodingError {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.map(\.stringValue)
        case .keyNotFound(let key, let context): (context.codingPath + [key]).map(\.stringValue)
        default: []
        }
    }

    private static func sentence(for error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\"\(context.codingPath.last?.stringValue ?? "the file")\" has the wrong type: \(context.debugDescription)"
        case .dataCorrupted(let context): "it is not valid JSON: \(context.debugDescription)"
        default: "\(error)"
        }
    }
}

extension KeyTable.Binding {
    /// No single action may hold the agent's hands longer than this, in milliseconds.
    private static let longest = 5000

    fileprivate init(_ entry: KeyTable.Entry, of action: String) throws(GameplayError) {
        func names<Value: RawRepresentable>(
            _ texts: [String], _ what: String
        ) throws(GameplayError) -> [Value] where Value.RawValue == String {
            var values: [Value] = []
            for text in texts {
                guard let value = Value(rawValue: text) else {
                    throw .keyTable(action: action, why: "there is no \(what) called \"\(text)\"")
                }
                values.append(value)
            }
            return values
        }
        keys = try names(entry.keys ?? [], "key")
        guard Set(keys).count == keys.count else { throw .keyTable(action: action, why: "a key is named twice") }
        layers = Set(try names(entry.layers, "layer"))
        guard !layers.isEmpty else { throw .keyTable(action: action, why: "it is allowed in no layer") }
        guard (1...Self.longest).contains(entry.hold) else {
            throw .keyTable(action: action, why: "hold is \(entry.hold) ms; it must be 1 to \(Self.longest)")
        }
        let rest = entry.settle ?? 0
        guard (0...Self.longest).contains(rest) else {
            throw .keyTable(action: action, why: "settle is \(rest) ms; it must be 0 to \(Self.longest)")
        }
        look = entry.look ?? .none
        guard !keys.isEmpty || look != .none || action == ActionKind.wait.rawValue else {
            throw .keyTable(action: action, why: "it has neither keys nor a look motion")
        }
        hold = .milliseconds(entry.hold)
        settle = .milliseconds(rest)
    }
}
