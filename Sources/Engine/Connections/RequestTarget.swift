import NIOCore
import NIOHTTP1

/// Where a request goes and the head it goes there with.
struct RequestTarget: Sendable {
    let origin: Origin
    let head: HTTPRequestHead
    /// As the caller gave it.
    let request: HTTPRequest

    /// Whether the server is asked to close the connection after its answer.
    let closes: Bool

    /// Throws ``HTTPFailure`` for a URL or header that must not be sent.
    init(_ request: HTTPRequest, closes: Bool) throws {
        self.closes = closes
        let location = try Location(request.url)
        self.request = request
        origin = location.origin
        var headers = HTTPHeaders()
        headers.reserveCapacity(request.headers.count + 3)
        let isOwn = request.headers.contains { $0.name.isHeader("host") }
        if !isOwn { headers.add(name: "Host", value: location.authority) }
        for (name, value) in request.headers where !Self.framing.contains(where: name.isHeader) {
            guard Self.isToken(name), Self.isFieldValue(value) else {
                throw HTTPFailure(.invalidRequest("the header \(name)"), phase: .queued, origin: origin)
            }
            headers.add(name: name, value: value)
        }
        let length = request.body.readableBytes
        if length > 0 || ["POST", "PUT", "PATCH"].contains(request.method) {
            headers.add(name: "Content-Length", value: String(length))
        }
        if closes { headers.add(name: "Connection", value: "close") }
        guard Self.isToken(request.method) else {
            throw HTTPFailure(.invalidRequest("the method \(request.method)"), phase: .queued, origin: origin)
        }
        head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: location.path, headers: headers)
    }

    /// Headers that decide where a message ends are the client's own to write.
    private static let framing = ["content-length", "transfer-encoding", "connection", "keep-alive", "expect"]

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ":") }
    }

    /// Nothing that could end the line, and with it the header.
    private static func isFieldValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }
}

extension String {
    /// Whether this is the header of that name, which is given in lower case.
    func isHeader(_ name: String) -> Bool {
        utf8.count == name.utf8.count && zip(utf8, name.utf8).allSatisfy { $0 | 0x20 == $1 }
    }
}

/// An absolute `http` or `https` URL, taken apart.
package struct Location: Sendable, Equatable {
    package let origin: Origin
    /// Path and query; never empty.
    package let path: String

    package init(_ url: String) throws {
        func invalid() -> HTTPFailure { HTTPFailure(.invalidURL(url), phase: .queued, origin: nil) }
        let bytes = Array(url.utf8)
        guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            bytes[colon...].starts(with: "://".utf8),
            let scheme = Self.scheme(bytes[..<colon])
        else { throw invalid() }
        let rest = bytes[(colon + 3)...].prefix { $0 != UInt8(ascii: "#") }
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        let tail = rest[authority.endIndex...]
        // Credentials in a URL end up in logs.
        guard !authority.isEmpty, !authority.contains(UInt8(ascii: "@")) else { throw invalid() }
        var host = authority
        var port = scheme == .https ? 443 : 80
        let isBracketed = authority.first == UInt8(ascii: "[")
        guard let hostEnd = isBracketed
            ? authority.firstIndex(of: UInt8(ascii: "]")).map({ $0 + 1 })
            : authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
        else { throw invalid() }
        if hostEnd != authority.endIndex {
            let digits = authority[hostEnd...].dropFirst()
            guard authority[hostEnd] == UInt8(ascii: ":"), digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let given = UInt16(Self.text(digits)), given > 0
            else { throw invalid() }
            port = Int(given)
            host = authority[..<hostEnd]
        }
        if isBracketed { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw invalid() }
        origin = Origin(scheme: scheme, host: Self.text(host), port: port)
        path = tail.first == UInt8(ascii: "/") ? Self.text(tail) : "/" + Self.text(tail)
    }

    private static func scheme(_ bytes: ArraySlice<UInt8>) -> Origin.Scheme? {
        let lowercased = bytes.lazy.map { $0 | 0x20 }
        if lowercased.elementsEqual("http".utf8) { return .http }
        return lowercased.elementsEqual("https".utf8) ? .https : nil
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Host and port as the Host header wants them: a default port is left out.
    package var authority: String {
        let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        return origin.port == (origin.scheme == .https ? 443 : 80) ? host : "\(host):\(origin.port)"
    }
}
