import FoundationEssentials
import Glibc
import Synchronization

@testable import Basics
@testable import Speech

@testable import Engine

/// A folder with programs that stand in for audio players.
final class FakePlayers: Sendable {
    enum Kind: String, CaseIterable {
        /// Writes all it gets into a file.
        case collects = "echo $$ >> \"$READY\"; exec cat > \"$OUTPUT\""
        /// Ends at once with a message.
        case dies = "echo $$ >> \"$READY\"; echo 'no such device' >&2; exit 1"
        /// Ends at once with success, as some do without a device.
        case dozes = "echo $$ >> \"$READY\"; exit 0"
        /// Reads, but ends neither on SIGTERM nor at the end of its input, and has a child that does not either.
        case stubborn = """
            trap '' TERM HUP INT; sleep 1000 & echo $$ >> "$READY"; cat > /dev/null; while :; do sleep 1; done
            """
        /// Never reads: the pipe fills.
        case deaf = "echo $$ >> \"$READY\"; exec sleep 1000"
        /// Closes its input and goes on.
        case closes = "exec 0<&-; echo $$ >> \"$READY\"; exec sleep 1000"
    }

    let folder: String
    /// Where the one that collects writes.
    var output: String { folder + "/output" }
    var environment: [String: String] {
        ["PATH": folder + ":/usr/bin:/bin", "OUTPUT": output, "READY": folder + "/ready"]
    }

    /// Returns when a player is what it is meant to be, signals ignored and children started, with its process. It says
    /// so itself: one that ends at once is not there for long.
    @discardableResult
    func ready() async -> pid_t {
        await poll { !self.started.isEmpty }
        return started.last ?? 0
    }

    /// Every player that was ready so far, each the leader of a session of its own.
    var started: [pid_t] {
        let lines = FileManager.default.contents(atPath: folder + "/ready").map { String(decoding: $0, as: UTF8.self) }
        return (lines ?? "").split(separator: "\n").compactMap { pid_t($0) }
    }

    init() throws {
        // A player that is gone must not take the tests along.
        signal(SIGPIPE, SIG_IGN)
        folder = FileManager.default.temporaryDirectory.appending(path: "players-\(UInt64.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Puts one into the folder, under its kind's name unless another is given.
    @discardableResult
    func add(_ kind: Kind, as name: String? = nil) throws -> AudioPlayer {
        let player = AudioPlayer(name: name ?? "fake-\(kind)", arguments: [])
        let path = folder + "/" + player.name
        try Data("#!/bin/sh\n\(kind.rawValue)\n".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o755)
        return player
    }

    var collected: [UInt8] { FileManager.default.contents(atPath: output).map(Array.init) ?? [] }

    /// Live processes of a session: a player and whatever it started.
    static func session(_ leader: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
            let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 3 && fields[3] == "\(leader)" && fields[0] != "Z"
        }
    }
}
