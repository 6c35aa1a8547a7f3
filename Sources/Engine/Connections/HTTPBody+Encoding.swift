import Basics
import NIOCore
import Synchronization

extension HTTPResponse {
    /// The response without the encoding that its body came in, whether that was asked for or not.
    /// - Parameter bound: bytes that may come out: of more the reader is told with an ``HTTPFailure``.
    package func decoded(bound: Int) throws(HTTPFailure) -> HTTPResponse {
        let encoding = header("content-encoding")?.lowercased().filter { $0 != " " } ?? ""
        let format: Inflater.Format
        switch encoding {
        case "", "identity": return self
        case "gzip", "x-gzip": format = .gzip
        case "deflate": format = .zlib
        default:
            // Named only where it is a name: a server may write anything there, the key that it was sent among it.
            let name = ["br", "zstd", "compress"].contains(encoding) ? encoding : "something unknown"
            throw body.failure(.malformed("its body is encoded as \(name), which was not asked for"))
        }
        return HTTPResponse(status: status, headers: headers, body: body.inflated(format, bound: bound))
    }
}

extension HTTPBody {
    fileprivate func failure(_ reason: HTTPFailure.Reason) -> HTTPFailure {
        HTTPFailure(reason, phase: .receiving, origin: origin)
    }

    fileprivate func inflated(_ format: Inflater.Format, bound: Int) -> HTTPBody {
        let inflation = Inflation(format, bound: bound)
        return HTTPBody(from: origin) {
            do {
                while let piece = try await next() {
                    let bytes = try inflation.add(piece)
                    if bytes.readableBytes > 0 { return bytes }
                }
                try inflation.finish()
                return nil
            } catch Inflater.Failure.overflow {
                throw failure(.tooLarge("decoded body over \(bound) bytes"))
            } catch let damage as Inflater.Failure {
                throw failure(.malformed("its encoded body cannot be read: \(damage)"))
            }
        }
    }
}

/// The decoding of one body. A body has one reader; the lock says so to the compiler.
private final class Inflation: Sendable {
    private let state: Mutex<(inflater: Inflater, isEmpty: Bool)>

    init(_ format: Inflater.Format, bound: Int) {
        state = Mutex((Inflater(format, limit: bound), true))
    }

    func add(_ piece: ByteBuffer) throws -> ByteBuffer {
        try state.withLock { state in
            var output: [UInt8] = []
            try state.inflater.inflate(Array(piece.readableBytesView)[...], into: &output)
            state.isEmpty = state.isEmpty && piece.readableBytes == 0
            return ByteBuffer(bytes: output)
        }
    }

    /// A body without a byte is an empty one, whatever its header says.
    func finish() throws {
        try state.withLock { if !$0.isEmpty { try $0.inflater.finish() } }
    }
}
