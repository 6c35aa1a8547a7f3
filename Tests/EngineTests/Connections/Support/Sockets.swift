#if canImport(Glibc)
import Glibc

@testable import Basics
@testable import Connections

#endif

/// What the kernel says about this process's sockets.
enum Sockets {
    /// Client sockets to a port that this process holds open and that are connected. Those that are still connecting
    /// have no peer yet, and those that were reset no more; the ``SocketLedger`` answers for them.
    static func open(to port: Int) -> Int {
        (0..<4096 as Range<CInt>).count { descriptor in
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let found = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) == 0 }
            }
            guard found, [AF_INET, AF_INET6].contains(CInt(address.ss_family)) else { return false }
            // The port is the second field of an address of either family, in network order.
            return withUnsafeBytes(of: &address) { Int($0[2]) << 8 | Int($0[3]) } == port
        }
    }
}
