/// The one error of this folder: what went wrong with a request, in which phase, with which host, and what to try.
public struct HTTPFailure: Error, Sendable, Equatable {
    /// The kinds of what can go wrong.
    public enum Reason: Sendable, Equatable {
        /// The pool was closed.
        case closed
        /// The connect budget (waiting for a lane, DNS, TCP, TLS) is used up.
        case connectTimeout
        /// The total budget is used up.
        case totalTimeout
        case dns(String)
        /// Every address failed; one sentence each.
        case connect([String])
        /// The server's certificate cannot be trusted.
        case certificate(String)
        /// The certificates to be trusted cannot be read.
        case trustRoots(String)
        case tls(String)
        /// The proxy would not connect; carries its answer.
        case proxy(String)
        /// The connection was lost; carries the body bytes received by then.
        case disconnected(bodyBytes: Int)
        case malformed(String)
        case tooLarge(String)
        case tooManyRedirects(Int)
        case invalidURL(String)
        /// A method or header that must not be sent.
        case invalidRequest(String)
    }

    /// What went wrong.
    public let reason: Reason
    /// Where the request was when it went wrong.
    public let phase: Phase
    /// With whom; `nil` where no origin was known yet.
    public let origin: Origin?

    public init(_ reason: Reason, phase: Phase, origin: Origin?) {
        self.reason = reason
        self.phase = phase
        self.origin = origin
    }
}

extension HTTPFailure: CustomStringConvertible {
    public var description: String {
        let host = origin.map { " \($0.description)" } ?? ""
        return "\(phase.rawValue)\(host): \(what)"
    }

    /// How the system words a process that has no file descriptor left.
    static let outOfFiles = "Too many open files"

    private var what: String {
        switch reason {
        case .closed: "the connection pool is closed"
        case .connectTimeout where phase == .queued:
            "no free lane within the connect timeout; raise --limit-per-host or --connect-timeout"
        case .connectTimeout: "not connected within the connect timeout; check the network, or raise --connect-timeout"
        case .totalTimeout: "not finished within the total timeout; raise --total-timeout"
        case .dns(let why) where why.hasSuffix(Self.outOfFiles):
            "the name cannot be looked up (\(why)); raise the limit with `ulimit -n`"
        case .dns(let why): "the name does not resolve (\(why)); check the name and the network"
        case .connect(let addresses) where addresses.contains { $0.hasSuffix(Self.outOfFiles) }:
            "no socket can be opened (\(addresses.joined(separator: "; "))); raise the limit with `ulimit -n`"
        case .connect(let addresses):
            "no address answers (\(addresses.joined(separator: "; "))); is the server running?"
        case .certificate(let why):
            "the server's certificate is not trusted (\(why)); "
                + "name the certificate of your own authority with --ca-file"
        case .trustRoots(let why):
            "the certificates to trust cannot be read (\(why)); check --ca-file and SSL_CERT_FILE"
        case .tls(let why): "TLS failed (\(why)); is this an https server on the right port?"
        case .proxy(let answer): "the proxy refused (\(answer)); check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
        case .disconnected(let bytes) where phase == .receiving:
            "the connection was lost after \(bytes) body bytes; the answer is incomplete"
        case .disconnected: "the server closed the connection without an answer; try again, or check its log"
        case .malformed(let why): "the answer is not valid HTTP (\(why))"
        case .tooLarge(let what): "too large: \(what)"
        case .tooManyRedirects(let count): "gave up after \(count) redirects"
        case .invalidURL(let url): "not a usable http or https URL: \(url)"
        case .invalidRequest(let why): "the request cannot be sent: \(why)"
        }
    }
}
