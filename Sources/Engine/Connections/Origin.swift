/// What a connection belongs to: the pool's limit per host is a limit per origin.
package struct Origin: Hashable, Sendable, Codable, CustomStringConvertible {
    package enum Scheme: String, Sendable, Codable { case http, https }

    package let scheme: Scheme
    /// Lower case, without brackets for IPv6 literals.
    package let host: String
    package let port: Int

    package init(scheme: Scheme, host: String, port: Int) {
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
    }

    package var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(shown):\(port)"
    }
}
