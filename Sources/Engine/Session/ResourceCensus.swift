import FoundationEssentials
import Glibc

/// What this process holds open at one moment, as the kernel sees it: read from `/proc`, not from our own books.
package struct ResourceCensus: Sendable, Equatable {
    /// File descriptors that are sockets of any kind.
    package let sockets: Int
    /// Child processes, those that have ended but were not reaped included.
    package let children: Int

    package static func take() -> ResourceCensus {
        ResourceCensus(sockets: countSockets(), children: countChildren())
    }

    private static func countSockets() -> Int {
        entries("/proc/self/fd").count { name in
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
            else { return false }
            return target.hasPrefix("socket:")
        }
    }

    private static func countChildren() -> Int {
        // Mostly there is none, and the kernel says so at once: looking at every process of the machine is slow.
        var any = siginfo_t()
        if waitid(P_ALL, 0, &any, WEXITED | WNOHANG | WNOWAIT) != 0, errno == ECHILD { return 0 }
        let parent = getpid()
        return entries("/proc").count { name in
            guard name.first?.isNumber == true,
                let data = FileManager.default.contents(atPath: "/proc/\(name)/stat"),
                // The command in parentheses may hold anything; state and parent follow the last one.
                let close = data.lastIndex(of: UInt8(ascii: ")"))
            else { return false }
            let fields = String(decoding: data[data.index(after: close)...], as: UTF8.self).split(separator: " ")
            return fields.count > 1 && fields[1] == "\(parent)"
        }
    }

    private static func entries(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
}
