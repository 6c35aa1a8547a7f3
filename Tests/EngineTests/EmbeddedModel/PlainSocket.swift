import Glibc
import NIOCore

@testable import Basics
@testable import EmbeddedModel
@testable import Vision

/// A TCP client on bare system calls, for what a library would smooth over: how a connection ended.
enum PlainSocket {
    enum Ending { case end, reset, other }

    /// Sends the text, reads until the connection is over, and tells how it was.
    static func failure(port: Int, sending text: String) async throws -> Ending {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Ending, any Error>) in
            // A thread of its own: the calls block.
            let work = Work { continuation.resume(with: Result { try talk(port: port, text) }) }
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { pointer in
                    Unmanaged<Work>.fromOpaque(pointer!).takeRetainedValue().body()
                    return nil
                }, Unmanaged.passRetained(work).toOpaque())
            pthread_detach(thread)
        }
    }

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    struct Failed: Error { let number = errno }

    private static func talk(port: Int, _ text: String) throws -> Ending {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failed() }
        defer { close(descriptor) }
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let connected = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        guard connected == 0 else { throw Failed() }
        var bytes = Array(text.utf8)
        guard send(descriptor, &bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Failed() }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 { return .end }
            if count < 0 { return errno == ECONNRESET ? .reset : .other }
        }
    }
}
