#if canImport(Glibc)
import Glibc
#endif

/// What the kernel says about this machine's sockets.
enum Sockets {
    /// Client sockets to a loopback port that a process still holds open, connecting ones included. One that is closed
    /// and only lingers in the kernel has no inode any more.
    static func open(to port: Int) throws -> Int {
        try ["/proc/self/net/tcp", "/proc/self/net/tcp6"].reduce(0) { sum, path in
            sum
                + (try text(of: path)).split(separator: "\n").dropFirst().count { line in
                    let fields = line.split(separator: " ")
                    guard fields.count > 9, let remote = fields[2].split(separator: ":").last else { return false }
                    return Int(remote, radix: 16) == port && fields[9] != "0"
                }
        }
    }

    struct Unreadable: Error { let path: String }

    /// Reads to the end: files of /proc have no size.
    private static func text(of path: String) throws -> String {
        let file = Glibc.open(path, O_RDONLY)
        guard file >= 0 else { throw Unreadable(path: path) }
        defer { Glibc.close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(file, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
