import FoundationEssentials
import Glibc

/// What the kernel says about processes and their sockets, read from /proc.
enum ProcessFacts {
    /// One TCP socket of a process.
    struct Socket: Sendable, Hashable {
        let localPort: UInt16
        let remotePort: UInt16
        let isListening: Bool
    }

    /// Open sockets of any family. Zero when the process has ended.
    static func socketCount(_ pid: pid_t) -> Int { socketInodes(pid).count }

    /// Live processes that have this one as their parent.
    static func children(_ pid: pid_t) -> [pid_t] { processes { $0.parent == pid } }

    /// Live processes of the session that this process leads, itself among them: whatever it started, and whatever
    /// those started, unless they left on purpose.
    static func session(_ pid: pid_t) -> [pid_t] { processes { $0.session == pid } }

    /// Its TCP sockets over IPv4 and IPv6.
    static func tcpSockets(_ pid: pid_t) -> [Socket] {
        // The kernel may skip rows of its table while others open and close sockets: what was missed is looked up
        // again.
        var missing = socketInodes(pid)
        var found: [Socket] = []
        for _ in 1...3 where !missing.isEmpty {
            for row in tcpTable() where missing.remove(row.inode) != nil { found.append(row.socket) }
        }
        return found
    }

    /// Ports where it accepts connections.
    static func listeningPorts(_ pid: pid_t) -> Set<UInt16> {
        Set(tcpSockets(pid).filter(\.isListening).map(\.localPort))
    }

    /// Whether any process of the machine listens on the port or holds a connection to it. Connections that only the
    /// kernel remembers (TIME_WAIT) belong to no process and do not count.
    static func isInUse(port: UInt16) -> Bool {
        tcpTable().contains { row in
            row.inode != "0" && (row.socket.localPort == port || row.socket.remotePort == port)
        }
    }

    // MARK: /proc

    private struct Entry {
        let state: Character
        let parent: pid_t
        let session: pid_t

        /// The line of /proc/PID/stat: the command's name is in brackets and may hold anything, even brackets.
        init?(_ line: String) {
            guard let bracket = line.lastIndex(of: ")") else { return nil }
            let fields = line[line.index(after: bracket)...].split(separator: " ")
            guard fields.count > 3, let state = fields[0].first, let parent = pid_t(fields[1]),
                let session = pid_t(fields[3])
            else { return nil }
            (self.state, self.parent, self.session) = (state, parent, session)
        }
    }

    private static func processes(where matches: (Entry) -> Bool) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            guard let entry = text("/proc/\(pid)/stat").flatMap(Entry.init) else { return false }
            return entry.state != "Z" && matches(entry)
        }
    }

    private static func socketInodes(_ pid: pid_t) -> Set<String> {
        let folder = "/proc/\(pid)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Set(
            names.compactMap { name in
                guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + name),
                    let last = target.split(separator: "/").last, last.hasPrefix("socket:[")
                else { return nil }
                return String(last.dropFirst("socket:[".count).dropLast())
            })
    }

    private static func tcpTable() -> [(inode: String, socket: Socket)] {
        ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { path in
            (text(path) ?? "").split(separator: "\n").dropFirst().compactMap { line in
                let fields = line.split(separator: " ")
                guard fields.count > 9, let local = port(fields[1]), let remote = port(fields[2]) else { return nil }
                let socket = Socket(localPort: local, remotePort: remote, isListening: fields[3] == "0A")
                return (String(fields[9]), socket)
            }
        }
    }

    private static func port(_ address: Substring) -> UInt16? {
        address.split(separator: ":").last.flatMap { UInt16($0, radix: 16) }
    }

    /// Reads until the kernel says that there is no more: its files come a page at a time, and a short read is not
    /// their end.
    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
