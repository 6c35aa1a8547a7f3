import Basics
import FoundationEssentials
import Games
import Glibc

/// Where a game writes down the keys that a person gave it, and how.
package struct ControlsFile: Sendable, Decodable, Equatable {
    package enum Format: String, Sendable, CaseIterable {
        /// ``ControlMap``.
        case controlMap
    }

    package let format: Format
    /// Where it may be, the first that is there wins. `~/` is the person's home, `{steam}/` any library of Steam.
    package let files: [String]
    /// What the game itself calls what the keys of an action do, in their order.
    package let events: [String: [String]]

    private enum Keys: String, CodingKey, CaseIterable { case format, files, events }
    private static let steam = "{steam}/"

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.fields(Keys.self)
        let name = try fields.decode(String.self, forKey: .format)
        guard let format = Format(rawValue: name) else {
            let known = Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw fields.mistake(.format, "there is no format \"\(name)\"; known are \(known)")
        }
        self.format = format
        files = try fields.decode([String].self, forKey: .files)
        guard !files.isEmpty else { throw fields.mistake(.files, "it must name a file") }
        events = try fields.decode([String: [String]].self, forKey: .events)
        for file in files where !["/", "~/", Self.steam].contains(where: file.hasPrefix) {
            throw fields.mistake(.files, "\"\(file)\" must begin with /, ~/ or \(Self.steam)")
        }
    }

    /// Why these events are not those of a key table; `nil` if they are.
    func misfit(for actions: [String: ActionEntry]) -> String? {
        for (name, events) in events.sorted(by: { $0.key < $1.key }) {
            guard let action = actions[name] else {
                let near = NearMatches.of(name, in: actions.keys.sorted(), count: 1).first
                return "there is no action \"\(name)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? "")
            }
            guard events.count == action.keys.count else {
                return "\(name) has \(action.keys.count) keys, and \(events.count) events are named"
            }
        }
        return nil
    }

    /// The file that is there; `nil` where none is.
    func find(home: String) -> String? {
        for file in files {
            let paths = file.hasPrefix(Self.steam)
                ? SteamLibraries.folders(home: home).map { $0 + "/" + file.dropFirst(Self.steam.count) }
                : [file.hasPrefix("~/") ? home + file.dropFirst(1) : file]
            if let path = paths.lazy.compactMap(Self.existing).first { return path }
        }
        return nil
    }

    /// The path as it is spelled here: to a game of Windows small and large letters of a file's name are the same.
    private static func existing(_ path: String) -> String? {
        if access(path, F_OK) == 0 { return path }
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let (folder, name) = (path[...slash], path[path.index(after: slash)...].lowercased())
        let names = (try? FileManager.default.contentsOfDirectory(atPath: String(folder))) ?? []
        return names.sorted().first { $0.lowercased() == name }.map { folder + $0 }
    }
}
