import Basics
import NIOSSL

extension TLSSettings {
    /// What a server's certificate would be checked against.
    package struct TrustStore: Sendable, Equatable {
        /// The system's certificates: their file, and how many it holds. `nil` where there is none.
        package var system: (path: String, count: Int)?
        /// Those that are trusted besides.
        package var own: Int

        package static func == (a: TrustStore, b: TrustStore) -> Bool {
            a.own == b.own && a.system?.path == b.system?.path && a.system?.count == b.system?.count
        }
    }

    /// Where the TLS library looks for the system's certificates, which it does without a word when they are not there
    /// (swift-nio-ssl 2.37, LinuxCABundle.swift).
    package static let systemFiles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]

    /// Reads the certificates as the first TLS connection would.
    /// - Throws: which file cannot be used, and why.
    package func trustStore(systemFiles: [String] = systemFiles) throws(TrustStoreError) -> TrustStore {
        var own = 0
        do {
            for text in additionalRoots { own += try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)).count }
            if let rootsFile { own += try NIOSSLCertificate.fromPEMFile(rootsFile).count }
        } catch {
            throw TrustStoreError(file: rootsFile, why: "\(error)")
        }
        var system: (path: String, count: Int)?
        for path in systemFiles where system == nil {
            if let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty { system = (path, found.count) }
        }
        return TrustStore(system: system, own: own)
    }
}

package struct TrustStoreError: Error, Equatable, CustomStringConvertible {
    let file: String?
    let why: String
    package var description: String { "the certificates to trust (\(file ?? "given in PEM")) cannot be used: \(why)" }
}
