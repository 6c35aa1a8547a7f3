import Glibc
import Synchronization

/// Accepts connections on the loopback interface and never answers: the slowest peer there is.
final class SilentServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted = Observed<[Int32]>([])

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw SystemError("socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, raw, &length) == 0
            }
        }
        guard bound else { throw SystemError("bind") }
        port = UInt16(bigEndian: address.sin_port)
        startThread { [accepted] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
                guard connection >= 0 else { break }  // shut down
                Descriptors.closeOnExec(connection)
                accepted.update { $0.append(connection) }
            }
            accepted.end("the server was closed")
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Waits until this many connections were accepted.
    func accepts(_ count: Int, within timeout: Duration = .seconds(20)) async throws {
        _ = try await accepted.first("\(count) connections", within: timeout, describe: { "\($0.count) accepted" }) {
            $0.count >= count ? true : nil
        }
    }

    /// Ends the accepting thread and closes everything.
    func close() async {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = try? await accepted.first("the end", within: .seconds(5), describe: { _ in "" }) { _ in Never?.none }
        for connection in accepted.value { Glibc.close(connection) }
        Glibc.close(listener)
    }
}
