import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL

extension HTTPFailure.Reason {
    /// What an error of the network library means to whoever asked for the request.
    init(wire error: any Error, bodyBytes: Int) {
        switch error {
        case let error as NIOSSLError: self = Self(tls: error, bodyBytes: bodyBytes)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self = .certificate("it is for another name")
        case let error as NIOSSLExtraError: self = .tls(error.description)
        case is BoringSSLError: self = .tls("\(error)")
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection:
            self = .disconnected(bodyBytes: bodyBytes)
        case HTTPParserError.headerOverflow: self = .tooLarge("the header")
        case let error as HTTPParserError: self = .malformed("\(error)")
        case is IOError, is ChannelError: self = .disconnected(bodyBytes: bodyBytes)
        default: self = .malformed("\(error)")
        }
    }

    private init(tls error: NIOSSLError, bodyBytes: Int) {
        switch error {
        case .uncleanShutdown: self = .disconnected(bodyBytes: bodyBytes)
        case .unableToValidateCertificate, .noCertificateToValidate, .cannotMatchULabel, .cannotFindPeerIP:
            self = .certificate("\(error)")
        case .handshakeFailed(.sslError(let stack)):
            let text = stack.map(\.description).joined(separator: "; ")
            if text.contains("CERTIFICATE_VERIFY_FAILED") {
                self = .certificate("no trusted authority vouches for it")
            } else if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
                self = .tls("the server does not answer in TLS")
            } else if stack.contains(.eofDuringHandshake) {
                self = .tls("the server hung up during the handshake")
            } else {
                self = .tls(text)
            }
        default: self = .tls("\(error)")
        }
    }
}

extension HTTPFailure {
    /// The reason a connection attempt failed, as the operating system words it.
    static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no answer"
        // It was closed while it was still connecting, to make room for the next address.
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed: "no answer in time"
        case ChannelError.eof: "the connection was closed"
        case let error as TunnelHandler.Refusal: error.answer
        default: "\(error)"
        }
    }
}
