import Glibc
import NIOCore
import NIOPosix

/// Name resolution as the operating system does it (hosts file, nsswitch, DNS), on a thread that may block.
enum SystemResolver {
    static func resolve(host: String, port: Int) async throws -> [SocketAddress] {
        try await NIOThreadPool.singleton.runIfActive { try lookUp(host: host, port: port) }
    }

    private static func lookUp(host: String, port: Int) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_flags = AI_ADDRCONFIG
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        let error = errno
        guard code == 0 else {
            throw HTTPFailure(.dns(sentence(code, error)), phase: .resolving, origin: nil)
        }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let address = info.ai_addr {
                switch info.ai_family {
                case AF_INET:
                    found.append(address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        SocketAddress($0.pointee, host: host)
                    })
                case AF_INET6:
                    found.append(address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        SocketAddress($0.pointee, host: host)
                    })
                default: break
                }
            }
            entry = info.ai_next
        }
        return interleaved(found)
    }

    /// What went wrong with a lookup. Where it was the system, `error` says what: such as no file descriptor left.
    static func sentence(_ code: Int32, _ error: Int32) -> String {
        code == EAI_SYSTEM ? String(cString: strerror(error)) : String(cString: gai_strerror(code))
    }

    /// The two families in turn, the order within each kept, so that a dead family costs one attempt and not all.
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first else { return [] }
        let preferred = addresses.filter { $0.protocol == first.protocol }
        let other = addresses.filter { $0.protocol != first.protocol }
        return (0..<max(preferred.count, other.count)).flatMap { index in
            [preferred, other].compactMap { index < $0.count ? $0[index] : nil }
        }
    }
}
