import FoundationEssentials

/// Something that a game needs on this machine.
package struct Requirement: Sendable, Equatable, Encodable {
    /// A program or a file; where any of several will do, all of them.
    package let name: String
    /// The Debian package that brings it, where it is known.
    package let package: String?
    package let isThere: Bool

    private enum CodingKeys: String, CodingKey {
        case name, package
        case isThere = "is_there"
    }
}

extension VideoGame {
    /// What it takes to watch a video.
    package static func requirements(in environment: ChildEnvironment) -> [Requirement] {
        ["ffmpeg", "ffprobe", "setpriv"].map {
            Requirement(name: $0, package: ShortRun.packages[$0], isThere: environment.has($0))
        }
    }
}

extension GameProfile {
    /// What it takes to play this game; `isOwn`: on a display of its own.
    package func requirements(in environment: ChildEnvironment, isOwn: Bool) -> [Requirement] {
        let programs = ["xdotool", "ffmpeg", "setpriv"] + (isOwn ? ["Xvfb"] : [])
        let tools = programs.map {
            Requirement(name: $0, package: ShortRun.packages[$0], isThere: environment.has($0))
        }
        let data = files.map {
            Requirement(name: $0.file, package: $0.package, isThere: FileManager.default.fileExists(atPath: $0.file))
        }
        guard let first = launch.first else { return data + tools }
        let ways = Requirement(
            name: launch.map { $0.command[0] }.joined(separator: " or "), package: first.package,
            isThere: launch.contains { environment.has($0.command[0]) })
        return [ways] + data + tools
    }
}
