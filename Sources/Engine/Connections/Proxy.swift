import Basics
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Which requests go through a proxy. Loopback addresses never do.
public struct ProxySettings: Sendable, Equatable {
    /// One HTTP proxy, spoken to in plain text.
    public struct Server: Sendable, Equatable {
        /// Its name or address, and its port.
        public let host: String, port: Int
        /// The value of `Proxy-Authorization`.
        let authorization: Secret?

        /// From `http://user:password@host:port`; scheme, credentials and port may be left out. `nil` if unusable.
        public init?(_ text: String) {
            var rest = text[...]
            if let mark = rest.firstRange(of: "://") {
                guard rest[..<mark.lowerBound].lowercased() == "http" else { return nil }
                rest = rest[mark.upperBound...]
            }
            rest = rest.prefix { $0 != "/" }
            if let at = rest.lastIndex(of: "@") {
                authorization = Secret("Basic " + Data(percentDecoded(rest[..<at])).base64EncodedString())
                rest = rest[rest.index(after: at)...]
            } else {
                authorization = nil
            }
            guard let location = try? Location("http://\(rest)") else { return nil }
            host = location.origin.host
            port = location.origin.port
        }
    }

    /// How a request reaches its origin.
    enum Route: Sendable {
        case direct(Origin)
        /// A plain request is handed to the proxy as it is.
        case forward(Server)
        /// A TLS connection is made through a tunnel, and the proxy sees none of it.
        case tunnel(Server, Origin)
    }

    /// For URLs of each scheme; `nil`: those are reached directly.
    public var http: Server?, https: Server?
    /// Hosts that are reached directly: `example.com` stands for its subdomains too, `*` for everything.
    public var bypassed: [String]

    public init(http: Server? = nil, https: Server? = nil, bypassed: [String] = []) {
        self.http = http
        self.https = https
        self.bypassed = bypassed
    }

    /// From `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case; lower case wins, as it does elsewhere.
    public init(environment: [String: String]) {
        let bypassed = Self.value("NO_PROXY", environment) ?? ""
        self.init(
            http: Self.value("HTTP_PROXY", environment).flatMap(Server.init),
            https: Self.value("HTTPS_PROXY", environment).flatMap(Server.init),
            bypassed: bypassed.split { $0 == "," || $0.isWhitespace }.map(String.init))
    }

    /// The variable that names the proxy for a URL and is not the address of one; `nil` when there is none.
    public static func unusable(for url: String, environment: [String: String]) -> String? {
        guard let origin = (try? Location(url))?.origin, !Self(environment: environment).bypasses(origin) else {
            return nil
        }
        let name = origin.scheme == .https ? "HTTPS_PROXY" : "HTTP_PROXY"
        return value(name, environment).flatMap { Server($0) == nil ? name : nil }
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        [environment[name.lowercased()], environment[name]].compactMap { $0 }.first { !$0.isEmpty }
    }

    func route(to origin: Origin) -> Route {
        guard let server = origin.scheme == .https ? https : http, !bypasses(origin) else { return .direct(origin) }
        return origin.scheme == .https ? .tunnel(server, origin) : .forward(server)
    }

    private func bypasses(_ origin: Origin) -> Bool {
        let host = origin.host
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        if host.hasPrefix("127."), host.split(separator: ".").allSatisfy({ UInt8($0) != nil }) { return true }
        return bypassed.contains { entry in
            let (name, port) = Self.parts(of: entry.lowercased())
            if let port, Int(port) != origin.port { return false }
            if let literal = try? SocketAddress(ipAddress: name, port: 0) {
                return (try? SocketAddress(ipAddress: host, port: 0)) == literal
            }
            let bare = name.dropFirst(name.hasPrefix("*.") ? 2 : name.hasPrefix(".") ? 1 : 0)
            return bare == "*" || host == bare || host.hasSuffix("." + bare)
        }
    }

    /// Host and port of an exception. An IPv6 address has colons of its own, and brackets where a port follows it.
    private static func parts(of entry: String) -> (host: String, port: Substring?) {
        if entry.hasPrefix("["), let end = entry.firstIndex(of: "]") {
            let rest = entry[end...].dropFirst()
            return (String(entry[..<end].dropFirst()), rest.hasPrefix(":") ? rest.dropFirst() : nil)
        }
        guard entry.count(where: { $0 == ":" }) == 1, let colon = entry.firstIndex(of: ":") else { return (entry, nil) }
        return (String(entry[..<colon]), entry[colon...].dropFirst())
    }
}

extension ProxySettings.Route {
    var connectsTo: (host: String, port: Int) {
        switch self {
        case .direct(let origin): (origin.host, origin.port)
        case .forward(let server), .tunnel(let server, _): (server.host, server.port)
        }
    }

    /// The request that opens a tunnel, if there is to be one.
    var tunnel: String? {
        guard case .tunnel(let server, let origin) = self else { return nil }
        let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        let authorization = server.authorization.map { "Proxy-Authorization: \($0.reveal())\r\n" } ?? ""
        return "CONNECT \(host):\(origin.port) HTTP/1.1\r\nHost: \(host):\(origin.port)\r\n\(authorization)\r\n"
    }

    func head(for target: RequestTarget) -> HTTPRequestHead {
        guard case .forward(let server) = self else { return target.head }
        var head = target.head
        head.uri = target.origin.description + head.uri
        if let authorization = server.authorization {
            head.headers.replaceOrAdd(name: "Proxy-Authorization", value: authorization.reveal())
        }
        return head
    }
}
