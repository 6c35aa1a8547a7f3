import CZlib

/// Deflates one stream of data (RFC 1950) in pieces with the system's zlib: each piece can be inflated as soon as it is
/// there, and is the smaller for all that came before it.
package final class Deflater {
    /// What zlib ends every piece with (RFC 7692, 7.2.1); it is left out, and put back by ``Inflater``'s user.
    package static let pieceEnd: [UInt8] = [0, 0, 0xFF, 0xFF]

    // Allocated by hand: zlib remembers the address of its state.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// How much work is put into it.
    package enum Effort: Sendable {
        case usual
        /// As small as it gets: several times the work.
        case best
    }

    package init(_ effort: Effort = .usual) {
        stream.initialize(to: z_stream())
        let level = effort == .best ? Z_BEST_COMPRESSION : Z_DEFAULT_COMPRESSION
        let status = deflateInit_(stream, level, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib does not start (\(status)): no memory, or not the version it was built with")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The next piece of the stream.
    package func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        bytes.withUnsafeBufferPointer { bytes in
            stream.pointee.next_in = bytes.baseAddress
            stream.pointee.avail_in = UInt32(bytes.count)
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { room in
                repeat {
                    stream.pointee.next_out = room.baseAddress
                    stream.pointee.avail_out = UInt32(room.count)
                    let status = CZlib.deflate(stream, Z_SYNC_FLUSH)
                    precondition(status == Z_OK || status == Z_BUF_ERROR, "zlib error \(status)")
                    output += room[..<(room.count - Int(stream.pointee.avail_out))]
                } while stream.pointee.avail_out == 0
            }
        }
        if output.suffix(4).elementsEqual(Self.pieceEnd) { output.removeLast(4) }
        return output
    }
}
