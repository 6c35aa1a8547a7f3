import NIOCore
import NIOSSL

extension NIOSSLCertificate {
    /// Whether the certificate is for this very host.
    ///
    /// NIOSSL's own check also accepts a certificate for the *address* of the socket when a host *name* was asked for.
    /// The address is the proxy's when there is one, and whoever answers for it when DNS lies, so it proves nothing
    /// about the name. Certificates without alternative names are left to NIOSSL, which then compares the name alone;
    /// for a literal address, which NIOSSL is not asked about, they are of no use.
    func isFor(host: String) -> Bool {
        let names = _subjectAlternativeNames().map { ($0.nameType, Array($0.contents)) }
        if let literal = try? SocketAddress(ipAddress: host, port: 0) {
            return names.contains { type, contents in
                guard type == .ipAddress else { return false }
                let address = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: contents), port: 0)
                return address == literal
            }
        }
        return names.isEmpty || names.contains { type, contents in
            type == .dnsName && Self.matches(host: host, pattern: String(decoding: contents, as: UTF8.self))
        }
    }

    /// Compares names without case; a leading `*` stands for one whole label.
    static func matches(host: String, pattern: String) -> Bool {
        let host = host.lowercased().split(separator: ".", omittingEmptySubsequences: true)
        let pattern = pattern.lowercased().split(separator: ".", omittingEmptySubsequences: true)
        guard host.count == pattern.count, let first = pattern.first else { return false }
        return first == "*" ? host.count > 2 && host.dropFirst() == pattern.dropFirst() : host == pattern
    }
}
