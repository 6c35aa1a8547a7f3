#if canImport(Glibc)
import Glibc
#endif

/// What the kernel says about this process's sockets.
enum Sockets {
    /// Client sockets to a port that this process holds open and that are connected. Those that are still connecting
    /// have no peer yet; the pool's own count has to answer for them.
    static func open(to port: Int) -> Int {
        (0..<4096 as Range<CInt>).count { descriptor in
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let found = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) == 0 }
            }
            guard found, CInt(address.ss_family) == AF_INET else { return false }
            // The port is the second field of an IPv4 address, in network order.
            return withUnsafeBytes(of: &address) { Int($0[2]) << 8 | Int($0[3]) } == port
        }
    }
}
