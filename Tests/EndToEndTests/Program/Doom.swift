import FoundationEssentials
import Glibc
import Testing

/// What the tests of a real game need to know of the machine.
enum Doom {
    static let missing = [
        ("xvfb", "/usr/bin/Xvfb"), ("xdotool", "/usr/bin/xdotool"), ("ffmpeg", "/usr/bin/ffmpeg"),
        ("crispy-doom", "/usr/games/crispy-doom"), ("freedoom", "/usr/share/games/doom/freedoom1.wad"),
    ].filter { access($0.1, R_OK) != 0 }.map(\.0)

    /// The children of a process, by the names of their programs.
    static func children(_ pid: pid_t) -> [String: pid_t] {
        var named: [String: pid_t] = [:]
        for child in ProcessFacts.children(pid) {
            guard let name = FileManager.default.contents(atPath: "/proc/\(child)/comm") else { continue }
            named[String(decoding: name.dropLast(), as: UTF8.self)] = child
        }
        return named
    }

    static func alive(_ children: [String: pid_t]) -> [String] {
        children.filter { kill($0.value, 0) == 0 }.map(\.key)
    }

    /// The files by which the display of a game is known.
    static func displayFiles(of children: [String: pid_t]) throws -> [String] {
        let number = try variable("DISPLAY", of: children).dropFirst()
        return ["/tmp/.X\(number)-lock", "/tmp/.X11-unix/X\(number)"]
    }

    /// The folder that was made for the display: what lets a program in is in it.
    static func folder(of children: [String: pid_t]) throws -> String {
        let authority = try variable("XAUTHORITY", of: children)
        return String(authority[..<(try #require(authority.lastIndex(of: "/")))])
    }

    /// A variable of the game's environment.
    static func variable(_ name: String, of children: [String: pid_t]) throws -> String {
        let pid = try #require(children["crispy-doom"])
        let environment = try #require(FileManager.default.contents(atPath: "/proc/\(pid)/environ"))
        let variables = environment.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return String(try #require(variables.first { $0.hasPrefix(name + "=") }).dropFirst(name.count + 1))
    }
}
