import Glibc
import NIOCore

/// Where metrics are served: `127.0.0.1:9464`, `[::1]:9464`, or a port of the loopback interface: `9464`, `:9464`.
package struct MetricsAddress: Sendable, Equatable, CustomStringConvertible {
    /// An IP address, without brackets.
    package let host: String
    /// 0...65535; 0 is any that is free.
    package let port: Int
    private(set) var socket: SocketAddress

    /// `nil` when it is no such address. Names other than `localhost` are none: which of its addresses would it be?
    package init?(_ text: String) {
        var host = ""
        var port = text[...]
        if let colon = text.lastIndex(of: ":") {
            host = String(text[..<colon])
            port = text[text.index(after: colon)...]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        if host.isEmpty || host == "localhost" { host = "127.0.0.1" }
        guard !port.isEmpty, port.utf8.count <= 5, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(port), number <= 65_535, let socket = try? SocketAddress(ipAddress: host, port: number)
        else { return nil }
        (self.host, self.port, self.socket) = (host, number, socket)
    }

    private init(_ address: MetricsAddress, port: Int) {
        (host, self.port, socket) = (address.host, port, address.socket)
        socket.port = port
    }

    func with(port: Int) -> MetricsAddress { MetricsAddress(self, port: port) }

    /// Nobody on another machine can reach it.
    package var isLoopback: Bool {
        host.hasPrefix("127.") || socket == (try? SocketAddress(ipAddress: "::1", port: port))
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Listens there for a moment.
    /// - Throws: why nobody can.
    package func probe() throws(MetricsError) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(host.contains(":") ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw MetricsError(self, errno) }
        defer { Glibc.close(descriptor) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let listens = socket.withSockAddr { address, size in
            bind(descriptor, address, socklen_t(size)) == 0 && listen(descriptor, 1) == 0
        }
        if !listens { throw MetricsError(self, errno) }
    }
}

/// Why metrics cannot be served.
package struct MetricsError: Error, Equatable, CustomStringConvertible {
    let address: MetricsAddress
    let why: String

    init(_ address: MetricsAddress, _ number: Int32) {
        (self.address, why) = (address, String(cString: strerror(number)))
    }

    init(_ address: MetricsAddress, _ error: any Error) {
        self.address = address
        why = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }

    package var description: String {
        "metrics cannot be served on \(address): \(why); name another address with --metrics, or port 0 for any that "
            + "is free"
    }
}
