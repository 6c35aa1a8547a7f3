import Basics
import NIOSSL

extension TLSSettings {
    /// What a server's certificate would be checked against.
    package struct TrustStore: Sendable, Equatable {
        /// A file of certificates, and how many it holds.
        package struct File: Sendable, Equatable {
            package var path: String
            package var count: Int
        }
        /// The system's certificates; `nil` where there are none.
        package var system: File?
        /// How many are trusted besides.
        package var own: Int

        package init(system: File?, own: Int) {
            self.system = system
            self.own = own
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
        var system: TrustStore.File?
        for path in systemFiles where system == nil {
            guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else { continue }
            system = TrustStore.File(path: path, count: found.count)
        }
        return TrustStore(system: system, own: own)
    }
}

package struct TrustStoreError: Error, Equatable, CustomStringConvertible {
    let file: String?
    let why: String
    package var description: String { "the certificates to trust (\(file ?? "given in PEM")) cannot be used: \(why)" }
}
