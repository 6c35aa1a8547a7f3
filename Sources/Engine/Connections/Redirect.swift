import NIOCore
import NIOHTTP1

extension RequestTarget {
    /// Where a response sends its client instead; `nil` when the response is not a redirect, or says no place.
    func redirected(by head: HTTPResponseHead) throws -> RequestTarget? {
        guard [301, 302, 303, 307, 308].contains(head.status.code), let place = head.headers.first(name: "location")
        else { return nil }
        var next = request
        next.url = Location.absolute(place, from: origin, path: self.head.uri)
        let code = head.status.code
        if code == 303 && request.method != "HEAD" || (code == 301 || code == 302) && request.method == "POST" {
            next.method = "GET"
            next.body = ByteBuffer()
            next.headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
        }
        if try Location(next.url).origin != origin {
            // A host that was not chosen by the caller gets nothing that was meant for the one that was.
            next.headers.removeAll { Self.secrets.contains($0.name.lowercased()) }
        }
        return try RequestTarget(next, closes: closes)
    }

    private static let secrets: Set = [
        "authorization", "cookie", "host", "proxy-authorization", "x-goog-api-key", "x-api-key",
    ]
}

extension Location {
    /// The URL that a Location header names, in answer to a request for a path (with its query) of an origin.
    package static func absolute(_ place: String, from origin: Origin, path: String) -> String {
        // Absolute is what begins with a scheme; a colon further on belongs to a path or query. One without authority,
        // such as mailto:, is refused by whoever takes the URL apart.
        let start = place.prefix { !"/?#".contains($0) }
        if let colon = start.firstIndex(of: ":"), isScheme(start[..<colon]) { return place }
        if place.hasPrefix("//") { return "\(origin.scheme.rawValue):\(place)" }
        if place.hasPrefix("/") { return origin.description + place }
        let path = path.prefix { $0 != "?" }
        if place.hasPrefix("?") { return origin.description + path + place }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return origin.description + folder + place
    }

    /// A letter, then letters, digits and `+ - .` (RFC 3986, 3.1).
    private static func isScheme(_ text: Substring) -> Bool {
        text.first?.isLetter == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }
}
