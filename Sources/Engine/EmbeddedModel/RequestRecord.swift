import Basics
import NIOCore
import NIOHTTP1
import Serving

/// How one request was answered, for a log. It holds no key: what follows the path is left out, and so are headers.
package struct RequestRecord: Sendable, Equatable {
    package enum Ending: Sendable, Equatable {
        /// Answered to the end, or refused, with this status.
        case status(Int)
        /// Broken off by a fault that was asked for.
        case broken
        /// The client left first, or the server was closed.
        case abandoned
    }
    package let method: String
    /// Without the query, which may hold a key.
    package let path: String
    package let ending: Ending
    package let fault: ModelFault?
    /// Seconds, from the request's last byte to the answer's.
    package let duration: Double
    /// Bytes of the request's body.
    package let bodyBytes: Int

    init(_ request: ServerRequest, _ ending: Ending, fault: ModelFault?, duration: Duration) {
        method = request.head.method.rawValue
        path = request.path
        self.ending = ending
        self.fault = fault
        self.duration = duration.seconds
        bodyBytes = request.body.readableBytes
    }
}
