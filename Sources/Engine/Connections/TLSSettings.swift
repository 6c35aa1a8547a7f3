import NIOCore
import NIOSSL
import Synchronization

/// What the client trusts. The system's roots always count; there is no way to trust everything.
public struct TLSSettings: Sendable, Equatable {
    /// Certificates in PEM that are trusted besides the system's, such as those of a test or of a company.
    public var additionalRoots: [String]
    /// A file of more such certificates.
    public var rootsFile: String?

    public init(additionalRoots: [String] = [], rootsFile: String? = nil) {
        self.additionalRoots = additionalRoots
        self.rootsFile = rootsFile
    }

    /// The file given on the command line or, without one, in `SSL_CERT_FILE`.
    public init(file: String?, environment: [String: String]) {
        self.init(rootsFile: file ?? environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 })
    }
}

/// Makes the TLS handler of a connection. The trust roots are read with the first of them, and once.
final class TLSClient: Sendable {
    private let settings: TLSSettings
    private let grace: Duration
    private let contexts = Mutex<Contexts?>(nil)

    private struct Contexts {
        let named: NIOSSLContext
        /// Checks whether the certificate is trusted, and leaves to the client whose it is.
        let nameless: NIOSSLContext
    }

    /// `grace` is how long a peer gets to answer close_notify before the socket is closed without it.
    init(settings: TLSSettings, grace: Duration) {
        self.settings = settings
        self.grace = grace
    }

    /// Reads the trust roots, unless that was done. Throws when a file or certificate cannot be used.
    func prepare() throws { _ = try sharedContexts() }

    /// For a connection that will only be used when the certificate ``NIOSSLCertificate/isFor(host:)`` the origin.
    func handler(for origin: Origin) throws -> NIOSSLClientHandler {
        let contexts = try sharedContexts()
        // A literal address has no server name. NIOSSL would look for the address of the socket in the certificate,
        // which is the proxy's when there is one.
        let isLiteral = (try? SocketAddress(ipAddress: origin.host, port: 0)) != nil
        return isLiteral
            ? try NIOSSLClientHandler(context: contexts.nameless, serverHostname: nil)
            : try NIOSSLClientHandler(context: contexts.named, serverHostname: origin.host)
    }

    private func sharedContexts() throws -> Contexts {
        try contexts.withLock { contexts in
            if let contexts { return contexts }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            configuration.shutdownTimeout = .nanoseconds(grace.nanoseconds)
            let given = try settings.additionalRoots.flatMap { try NIOSSLCertificate.fromPEMBytes(Array($0.utf8)) }
            let read = try settings.rootsFile.map { try NIOSSLCertificate.fromPEMFile($0) } ?? []
            configuration.additionalTrustRoots = [.certificates(given + read)]
            let named = try NIOSSLContext(configuration: configuration)
            configuration.certificateVerification = .noHostnameVerification
            let made = Contexts(named: named, nameless: try NIOSSLContext(configuration: configuration))
            contexts = made
            return made
        }
    }
}

extension Duration {
    /// Whole nanoseconds, for interfaces that count them.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
