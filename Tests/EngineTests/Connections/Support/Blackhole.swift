import NIOCore
import NIOPosix
import Testing

#if canImport(Glibc)
import Glibc

@testable import Basics
@testable import Connections

#endif

/// A loopback address that never answers a connection attempt: its backlog is full and nobody accepts.
struct Blackhole: Sendable {
    let address: SocketAddress
    var port: Int { address.port ?? 0 }
    private let server: any Channel
    private let fillers: [CInt]

    static func open() async throws -> Blackhole {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 0)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let address = try #require(server.localAddress)
        let fillers = (0..<3).map { _ in
            let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            // In progress is all that is wanted; the answer never matters.
            _ = address.withSockAddr { connect(socket, $0, socklen_t($1)) }
            return socket
        }
        return Blackhole(address: address, server: server, fillers: fillers)
    }

    func shut() async {
        for socket in fillers { close(socket) }
        try? await server.close()
    }
}
