/// What a connection belongs to: the pool's limit per host is a limit per origin.
public struct Origin: Hashable, Sendable, Codable, CustomStringConvertible {
    /// With TLS or without.
    public enum Scheme: String, Sendable, Codable { case http, https }

    /// With TLS or without.
    public let scheme: Scheme
    /// Lower case, without brackets for IPv6 literals.
    public let host: String
    /// 1...65535, also where the URL leaves it out.
    public let port: Int

    public init(scheme: Scheme, host: String, port: Int) {
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
    }

    public var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(shown):\(port)"
    }
}
