import Connections

/// Where a server sends a request instead of answering it.
struct Move: Sendable {
    let url: String
    /// A request with a key goes on by itself only where the key was meant to go: within the origin that was asked, and
    /// where the method and the body stay what they are.
    let isSafe: Bool
    let error: InterpreterError

    /// `nil` where the response is no redirect, or names no place that could be asked.
    /// - Parameter base: what of the request's URL the operator chose.
    init?(_ response: HTTPResponse, to request: HTTPRequest, base: String) {
        guard [301, 302, 303, 307, 308].contains(response.status), let place = response.header("location"),
            let asked = try? Location(request.url)
        else { return nil }
        url = Location.absolute(place, from: asked.origin, path: asked.path)
        guard let target = try? Location(url) else { return nil }
        isSafe = target.origin == asked.origin && [307, 308].contains(response.status)
        // Without the query, which may hold anything.
        func shown(_ location: Location) -> String {
            "\(location.origin.scheme.rawValue)://\(location.authority)\(location.path.prefix { $0 != "?" })"
        }
        let (to, from) = (shown(target), shown(asked))
        let own = request.url.hasPrefix(base) ? request.url.dropFirst(base.count).prefix { $0 != "?" } : ""
        let bare = to.last == "/" ? to.dropLast() : to[...]
        let endpoint = !own.isEmpty && bare.hasSuffix(own) && bare != from ? String(bare.dropLast(own.count)) : nil
        error = .redirected(to: to, endpoint: endpoint, status: response.status)
    }
}
