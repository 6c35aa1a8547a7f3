import Basics
import Games

/// The keys that a person gave a game, as the game wrote them down; or why they are not known.
package struct OwnControls: Sendable, Equatable {
    /// The file of the game.
    package let path: String
    private let events: [String: [String]]
    package let outcome: Result<ControlMap, Failure>

    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// What becomes of the keys of an action.
    package enum Keys: Equatable {
        /// Those of the profile: the file says the same, or nothing.
        case asTheyWere
        case others([GameKey])
        /// The person has no key for it, or one that cannot be pressed.
        case none(why: String)
    }

    /// The largest file that is read: the game's own has some 20 KB.
    private static let limit = 256 << 10

    /// Reads the file of a game, if one is there; `nil` if not. Blocks.
    package init?(of file: ControlsFile, environment: [String: String]) {
        guard let home = environment["HOME"], home.hasPrefix("/"), let path = file.find(home: home) else { return nil }
        self.init(path: path, events: file.events)
    }

    init(path: String, events: [String: [String]]) {
        (self.path, self.events) = (path, events)
        do {
            let bytes = try WholeFile.read(path, limit: Self.limit)
            guard !bytes.contains(0) else { throw Failure(description: "\(path): it is no text") }
            outcome = .success(try ControlMap(String(decoding: bytes, as: UTF8.self)))
        } catch let error as ControlMap.Mistake {
            outcome = .failure(Failure(description: "\(path), \(error)"))
        } catch {
            outcome = .failure(Failure(description: "\(error)"))
        }
    }

    /// The keys of an action, of which each is that of an event.
    package func keys(of name: String, _ action: ActionEntry) -> Keys {
        guard case .success(let map) = outcome, let events = events[name] else { return .asTheyWere }
        var keys: [GameKey] = []
        for (event, key) in zip(events, action.keys) {
            switch map[event] {
            case .pressed(let own): keys += own.filter { !keys.contains($0) }
            case .unbound: return .none(why: "\"\(event)\" has no key")
            case .unknown(let why): return .none(why: "\"\(event)\": \(why)")
            case nil: if !keys.contains(GameKey(rawValue: key)) { keys.append(GameKey(rawValue: key)) }
            }
        }
        return keys.map(\.rawValue) == action.keys ? .asTheyWere : .others(keys)
    }

    /// What a person should know of it, a line each: where the keys are from, what is played otherwise than the profile
    /// says, and what cannot be played.
    package func words(for actions: [String: ActionEntry]) -> [String] {
        if case .failure(let failure) = outcome { return ["the profile's keys are used: \(failure)"] }
        let changes = actions.sorted { $0.key < $1.key }.compactMap { name, action -> String? in
            switch keys(of: name, action) {
            case .asTheyWere: nil
            case .others(let keys):
                "\(name) is \(keys.map(\.rawValue).joined(separator: "+")), not \(action.keys.joined(separator: "+"))"
            case .none(let why): "\(name) is not played: \(why)"
            }
        }
        let head = "keys as the game has them: \(path)"
        return changes.isEmpty ? ["\(head); they are the profile's"] : [head] + changes
    }

    /// Whether each action can be played.
    package func isWhole(for actions: [String: ActionEntry]) -> Bool {
        guard case .success = outcome else { return false }
        return !actions.contains { if case .none = keys(of: $0.key, $0.value) { true } else { false } }
    }
}
