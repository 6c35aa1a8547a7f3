import NIOCore
import NIOHTTP1

/// One request with its whole body.
struct ServerRequest: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer

    var json: [UInt8] { Array(body.readableBytesView) }

    func header(_ name: String) -> String? {
        head.headers.first(name: name).flatMap { $0.isEmpty ? nil : $0 }
    }
}
