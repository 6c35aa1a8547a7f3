import NIOCore
import NIOHTTP1

/// One request with its whole body.
package struct ServerRequest: Sendable {
    package let head: HTTPRequestHead
    package let body: ByteBuffer

    package init(head: HTTPRequestHead, body: ByteBuffer) { (self.head, self.body) = (head, body) }

    /// Without the query, which may hold a key.
    package var path: String { String(head.uri.prefix { $0 != "?" }) }

    package func header(_ name: String) -> String? {
        head.headers.first(name: name).flatMap { $0.isEmpty ? nil : $0 }
    }
}
