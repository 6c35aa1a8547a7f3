/// The one error of this folder: what went wrong with a request, in which phase, with which host, and what to try.
package struct HTTPFailure: Error, Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// The pool was closed.
        case closed
        /// The connect budget (waiting for a lane, DNS, TCP, TLS) is used up.
        case connectTimeout
        /// The total budget is used up.
        case totalTimeout
        case dns(String)
        /// Every address failed; one sentence each.
        case connect([String])
        case certificate(String)
        case tls(String)
        /// The connection was lost; carries the body bytes received by then.
        case disconnected(bodyBytes: Int)
        case malformed(String)
        case tooLarge(String)
        case tooManyRedirects(Int)
        case invalidURL(String)
        /// A method or header that must not be sent.
        case invalidRequest(String)
    }

    package let reason: Reason
    package let phase: Phase
    package let origin: Origin?

    package init(_ reason: Reason, phase: Phase, origin: Origin?) {
        self.reason = reason
        self.phase = phase
        self.origin = origin
    }
}

extension HTTPFailure: CustomStringConvertible {
    package var description: String {
        let host = origin.map { " \($0.description)" } ?? ""
        return "\(phase.rawValue)\(host): \(what)"
    }

    private var what: String {
        switch reason {
        case .closed: "the connection pool is closed"
        case .connectTimeout where phase == .queued:
            "no free lane within the connect timeout; raise --limit-per-host or --connect-timeout"
        case .connectTimeout: "not connected within the connect timeout; check the network, or raise --connect-timeout"
        case .totalTimeout: "not finished within the total timeout; raise --total-timeout"
        case .dns(let why): "the name does not resolve (\(why)); check the name and the network"
        case .connect(let addresses): "no address answers (\(addresses.joined(separator: "; "))); is the server running?"
        case .certificate(let why): "the server's certificate is not trusted (\(why))"
        case .tls(let why): "TLS failed (\(why)); is this an https server?"
        case .disconnected(let bytes):
            bytes == 0 ? "the server closed the connection" : "the connection was lost after \(bytes) body bytes"
        case .malformed(let why): "the answer is not valid HTTP (\(why))"
        case .tooLarge(let what): "too large: \(what)"
        case .tooManyRedirects(let count): "gave up after \(count) redirects"
        case .invalidURL(let url): "not a usable http or https URL: \(url)"
        case .invalidRequest(let why): "the request cannot be sent: \(why)"
        }
    }
}
