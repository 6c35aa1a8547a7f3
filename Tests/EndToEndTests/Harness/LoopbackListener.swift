import Glibc

/// A listening socket on the loopback interface, on a port of the kernel's choice.
struct LoopbackListener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, raw, &length) == 0
            }
        }
        guard bound else { throw SystemError("bind") }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Hands over every connection on a thread of its own, until ``stop()``; calls `ended` after the last.
    func start(_ take: @escaping @Sendable (Int32) -> Void, ended: @escaping @Sendable () -> Void) {
        startThread { [descriptor] in
            while true {
                let connection = accept(descriptor, nil, nil)
                if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
                guard connection >= 0 else { break }  // shut down
                take(connection)
            }
            ended()
        }
    }

    /// Ends the accepting; the thread ends soon after.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// To be called when the thread has ended.
    func close() { Glibc.close(descriptor) }
}
