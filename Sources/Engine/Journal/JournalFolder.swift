import FoundationEssentials
import Glibc

/// The folder that sessions are kept in.
package struct JournalFolder: Sendable {
    package static let suffix = ".jsonl"
    package let path: String

    package init(_ path: String) { self.path = path }

    /// The folder, made where it is missing, with all above it; readable by its owner alone.
    init(creating path: String) throws(JournalError) {
        self.path = path
        var made = ""
        for part in path.split(separator: "/") {
            made += "/" + part
            let name = path.hasPrefix("/") ? made : String(made.dropFirst())
            if mkdir(name, 0o700) != 0, errno != EEXIST, errno != EISDIR, errno != EROFS || access(name, F_OK) != 0 {
                throw .system("cannot make the folder", path: name, code: errno)
            }
        }
    }

    package static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// A session's file.
    package struct Entry: Sendable, Equatable {
        package let path: String
        package let bytes: Int
        /// Seconds since 1970: when it was last written to.
        package let changed: Int
    }

    /// All sessions, the newest first: their names begin with the date.
    package func sessions() -> [Entry] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var entries: [Entry] = []
        while let found = readdir(folder) {
            let name = withUnsafePointer(to: &found.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(Self.suffix) else { continue }
            var facts = stat()
            guard lstat(path + "/" + name, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { continue }
            entries.append(
                Entry(path: path + "/" + name, bytes: Int(facts.st_size), changed: facts.st_mtim.tv_sec))
        }
        return entries.sorted { $0.path > $1.path }
    }

    /// Removes the oldest sessions until the folder holds no more than so many bytes; never one that is being written
    /// or watched. Returns what was removed.
    @discardableResult
    package func prune(to limit: Int) -> [String] {
        var sum = 0
        var removed: [String] = []
        for session in sessions() {
            sum += session.bytes
            guard sum > limit, Self.removeUnlessHeld(session.path) else { continue }
            sum -= session.bytes
            removed.append(session.path)
        }
        return removed
    }

    private static func removeUnlessHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
        unlink(path + JournalIndex.suffix)
        return unlink(path) == 0
    }

    /// The name of a session that starts now, in local time: `20261129-104559-3f2a`.
    static func name(_ now: Date) -> String {
        var seconds = time_t(now.timeIntervalSince1970)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let id = String(UInt16.random(in: .min ... .max), radix: 16)
        let date = "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
        let clock = two(parts.tm_hour) + two(parts.tm_min) + two(parts.tm_sec)
        return "\(date)-\(clock)-" + String(repeating: "0", count: 4 - id.count) + id
    }
}
