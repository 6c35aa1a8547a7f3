import Basics
import Glibc
import Vision

/// A game profile with the text that it was read from, which holds its key table too.
package struct ProfileFile: Sendable {
    /// What it is called on the command line: its file without the ending.
    package let name: String
    package let path: String
    package let text: String
    package let profile: GameProfile
    /// The keys that a person gave the game, where they were looked for and found.
    package private(set) var own: OwnControls?

    /// Why a profile cannot be used.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
        package init(_ description: String) { self.description = description }
    }

    /// The largest that is read.
    static let limit = 256 << 10

    /// Reads and checks a file.
    package init(path: String) throws(Failure) {
        self.path = path
        let file = path.split(separator: "/").last.map(String.init) ?? path
        name = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
        do {
            text = String(decoding: try WholeFile.read(path, limit: Self.limit), as: UTF8.self)
        } catch {
            throw Failure("the profile cannot be read: \(error)")
        }
        do {
            profile = try StrictJSON.decode(GameProfile.self, text)
        } catch {
            throw Failure("\(path), \(error)")
        }
    }

    /// The profile of a name, from the assets.
    package init(named name: String, assets: Assets) throws(Failure) {
        let known = Self.names(assets)
        guard known.contains(name) else {
            let near = NearMatches.of(name, in: known + ["embedded"], count: 1).first
            throw Failure(
                "there is no game \"\(name)\"; "
                    + (near.map { "did you mean \($0)?" } ?? "known are embedded, \(known.joined(separator: ", "))"))
        }
        try self.init(path: "\(assets.root)/games/\(name).json")
    }

    /// The same, with the keys that a person gave the game, where it wrote them down. Blocks.
    package func following(_ environment: [String: String]) -> ProfileFile {
        var copy = self
        copy.own = profile.controls.flatMap { OwnControls(of: $0, environment: environment) }
        return copy
    }

    /// What a model is told of how to plan here, where that is a text of the game's own.
    package func planner() throws(Failure) -> String? {
        guard let name = profile.planner else { return nil }
        do {
            return String(decoding: try WholeFile.read(beside(name), limit: Self.limit), as: UTF8.self)
        } catch {
            throw Failure("\(path), planner: \(name): \(error)")
        }
    }

    func beside(_ name: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return name }
        return path[...slash] + name
    }

    /// The names of the profiles that come with the program.
    package static func names(_ assets: Assets) -> [String] {
        assets.files(in: "games").filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    }
}
