import NIOCore
import NIOHTTP1

extension RequestTarget {
    /// Where a response sends its client instead; `nil` when the response is not a redirect, or says no place.
    func redirected(by head: HTTPResponseHead) throws -> RequestTarget? {
        guard [301, 302, 303, 307, 308].contains(head.status.code), let place = head.headers.first(name: "location")
        else { return nil }
        var next = request
        next.url = try absolute(place)
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

    private func absolute(_ place: String) throws -> String {
        if place.contains("://") { return place }
        if place.hasPrefix("//") { return "\(origin.scheme.rawValue):\(place)" }
        if place.hasPrefix("/") { return origin.description + place }
        // A scheme without authority, such as mailto:, is refused by whoever takes the URL apart.
        if let colon = place.firstIndex(of: ":"), !place[..<colon].contains("/") { return place }
        let path = head.uri.prefix { $0 != "?" }
        if place.hasPrefix("?") { return origin.description + path + place }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return origin.description + folder + place
    }
}
