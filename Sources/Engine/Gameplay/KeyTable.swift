import Basics
import Games
import Record

/// How each action is played: which keys, for how long, in which layers. Data, because bindings differ between games.
package struct KeyTable: Sendable, Equatable {
    /// The keys of one action.
    package struct Binding: Sendable, Equatable {
        /// Pressed in this order, released in the reverse order. Empty for an action that only looks or waits.
        package let keys: [GameKey]
        /// Relative mouse motion in pixels over the whole hold; x to the right, y downwards.
        package let look: ActionEntry.Look
        /// Game time from the first press to the last release.
        package let hold: Duration
        /// Game time after the release that belongs to the action: a swing that ends, a panel that opens.
        package let settle: Duration
        /// Empty for an action that the game does not have.
        package let layers: Set<ControlLayer>

        /// Game time the action takes as a whole.
        package var length: Duration { hold + settle }

        /// Nothing is pressed, and nothing is meant.
        static let none = Binding(keys: [], look: .none, hold: .milliseconds(100), settle: .zero, layers: [])

        /// Keys as the pictures want them, at most for so long until it is decided anew.
        static let steered = Binding(
            keys: [], look: .none, hold: .seconds(2), settle: .zero, layers: [.exploration, .combat, .stealth, .menu])
    }

    private var bindings: [ActionKind: Binding]

    /// The binding of an action. One that the game does not have presses nothing, and is allowed nowhere.
    package subscript(action: ActionKind) -> Binding { bindings[action] ?? .none }

    /// The same with other look motions.
    package func looking(_ change: (ActionEntry.Look) -> ActionEntry.Look) -> KeyTable {
        KeyTable(
            bindings: bindings.mapValues { old in
                Binding(
                    keys: old.keys, look: change(old.look), hold: old.hold, settle: old.settle, layers: old.layers)
            })
    }

    /// The same with other keys for an action.
    package func pressing(_ keys: [GameKey], for action: ActionKind) -> KeyTable {
        var copy = self
        copy.bindings[action] = bindings[action].map {
            Binding(keys: keys, look: $0.look, hold: $0.hold, settle: $0.settle, layers: $0.layers)
        }
        return copy
    }

    /// The same for a game that does not have that action.
    package func without(_ action: ActionKind) -> KeyTable {
        var copy = self
        copy.bindings[action] = nil
        return copy
    }

    private init(bindings: [ActionKind: Binding]) { self.bindings = bindings }

    /// Whether the action means anything in that layer.
    package func allows(_ action: ActionKind, in layer: ControlLayer) -> Bool { self[action].layers.contains(layer) }

    /// Reads `keys/<name>.json` of the assets, which binds every action.
    package init(named name: String, assets: Assets) throws {
        try self.init(json: try assets.text("keys/\(name).json"))
    }

    /// Reads and checks the member `actions` of a text. Throws ``GameplayError/keyTable(line:why:)``.
    /// - Parameter isWhole: every action must be there; else those that are not there do not exist in the game.
    /// - Parameter isSteered: the game is one whose pictures are understood; see ``Pilot``.
    package init(json: String, isWhole: Bool = true, isSteered: Bool = false) throws(GameplayError) {
        let entries: [String: ActionEntry]
        do {
            entries = try StrictJSON.decode(File.self, json).actions
        } catch {
            throw .keyTable(line: error.line, why: error.why)
        }
        var bindings: [ActionKind: Binding] = [:]
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            do {
                let action: ActionKind = try Self.named(name, "action")
                bindings[action] = try Binding(entry, of: action)
            } catch {
                let path = [FilePlace("actions"), FilePlace(name)]
                let members = (try? JSONMembers.read(json)) ?? []
                throw .keyTable(line: StrictJSON.line(of: path, in: members), why: "actions.\(name): \(error.why)")
            }
        }
        for action in ActionKind.allCases where isSteered && action.isSteered { bindings[action] = .steered }
        for action in ActionKind.allCases where isWhole && !action.isSteered && bindings[action] == nil {
            throw .keyTable(line: 1, why: "actions.\(action.rawValue) is missing")
        }
        self.bindings = bindings
    }

    /// What a file has besides is for somebody else.
    private struct File: Decodable { let actions: [String: ActionEntry] }

    private struct FilePlace: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    fileprivate struct Mistake: Error { let why: String }

    fileprivate static func named<Value: RawRepresentable & CaseIterable>(
        _ text: String, _ what: String
    ) throws(Mistake) -> Value where Value.RawValue == String {
        if let value = Value(rawValue: text) { return value }
        let near = NearMatches.of(text, in: Value.allCases.map(\.rawValue), count: 1).first
        throw Mistake(why: "there is no such \(what): \"\(text)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
}

extension KeyTable.Binding {
    fileprivate init(_ entry: ActionEntry, of action: ActionKind) throws(KeyTable.Mistake) {
        keys = entry.keys.map(GameKey.init(rawValue:))
        look = entry.look ?? .none
        guard !action.isSteered else {
            throw KeyTable.Mistake(why: "it is steered by pictures, and has no keys of its own")
        }
        guard !keys.isEmpty || look != .none || action == .wait else {
            throw KeyTable.Mistake(why: "it has neither keys nor a look motion")
        }
        var layers: Set<ControlLayer> = []
        for name in entry.layers { layers.insert(try KeyTable.named(name, "layer")) }
        self.layers = layers
        hold = .milliseconds(entry.hold)
        settle = .milliseconds(entry.settle)
    }
}
