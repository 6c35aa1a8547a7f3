import Glibc

/// Whether a folder can be written, and how much room is there.
struct DiskFacts: Equatable {
    var folder: String
    /// Bytes; `nil` when it cannot be written.
    var free: Int?
    /// Why not.
    var why = ""

    /// Less is as good as nothing.
    static let least = 64 << 20

    /// The folder need not be there: the first one above it that is counts, where it would be made.
    static func read(_ folder: String) -> DiskFacts {
        var facts = DiskFacts(folder: folder)
        var path = folder
        var kind = stat()
        while stat(path, &kind) != 0, [ENOENT, ENOTDIR].contains(errno), let slash = path.lastIndex(of: "/") {
            guard slash > path.startIndex else { break }
            path = String(path[..<slash])
        }
        guard kind.st_mode & S_IFMT == S_IFDIR else {
            facts.why = "\(path) is not a folder"
            return facts
        }
        var disk = statvfs()
        guard access(path, W_OK | X_OK) == 0, statvfs(path, &disk) == 0 else {
            facts.why = "\(path): \(String(cString: strerror(errno)))"
            return facts
        }
        facts.free = Int(clamping: UInt64(disk.f_bavail) * UInt64(disk.f_frsize))
        return facts
    }
}
