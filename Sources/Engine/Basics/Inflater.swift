import CZlib

/// Inflates zlib or gzip data (RFC 1950, RFC 1952) with the system's zlib, piece by piece as they come, and verifies
/// their checksums. Never gives more bytes than its limit: a small file cannot become a large one.
package final class Inflater {
    /// The values are what zlib takes them by: 15 bits for the largest window, and 16 on top for gzip.
    package enum Format: Int32, Sendable {
        case zlib = 15
        /// One member or several, one behind the other, as the RFC has it.
        case gzip = 31
    }

    /// Nothing more comes out of an inflater that threw one of these.
    package enum Failure: Error, Equatable {
        /// The data end before their checksum.
        case endsEarly
        /// More bytes than the limit.
        case overflow
        /// A checksum or a length at the end of the data does not match.
        case damaged
        /// Bytes follow the end of the data.
        case trailingBytes
        /// What is no such data at all, in zlib's words.
        case invalid(String)
    }

    private let format: Format
    /// Bytes that come out at most, of all members together.
    private let limit: Int
    private var count = 0
    private var isAtEnd = false
    // Allocated by hand: zlib remembers the address of its state, and a piece need not be cleared before it is written.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 16_384)

    package init(_ format: Format, limit: Int) {
        self.format = format
        self.limit = limit
        stream.initialize(to: z_stream())
        let status = inflateInit2_(stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib does not start (\(status)): no memory, or not the version it was built with")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        piece.deallocate()
    }

    /// Inflates data that are there whole.
    package static func inflate(_ bytes: [UInt8], _ format: Format, limit: Int) throws(Failure) -> [UInt8] {
        let inflater = Inflater(format, limit: limit)
        var output: [UInt8] = []
        // The compressed size bounds what is reserved: the limit is often only a claim.
        output.reserveCapacity(min(limit, bytes.count * 16))
        try inflater.inflate(bytes[...], into: &output)
        try inflater.finish()
        return output
    }

    /// Takes the next bytes and appends what they complete.
    package func inflate(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) throws(Failure) {
        try bytes.withUnsafeBufferPointer { bytes throws(Failure) in
            stream.pointee.next_in = bytes.baseAddress
            stream.pointee.avail_in = UInt32(bytes.count)
            repeat {
                try step(into: &output)
            } while stream.pointee.avail_in > 0 || !isAtEnd && stream.pointee.avail_out == 0
        }
    }

    /// To be called when no more bytes come. Throws when there should have been more.
    package func finish() throws(Failure) { guard isAtEnd else { throw .endsEarly } }

    private func step(into output: inout [UInt8]) throws(Failure) {
        if isAtEnd {
            guard stream.pointee.avail_in > 0 else { return }
            guard format == .gzip, stream.pointee.next_in.pointee == 0x1F else { throw .trailingBytes }
            inflateReset(stream)
            isAtEnd = false
        }
        // One byte beyond the limit tells data that are too long from data whose checksum is still to come.
        let room = min(piece.count, limit - count + 1)
        stream.pointee.next_out = piece.baseAddress
        stream.pointee.avail_out = UInt32(room)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        let written = room - Int(stream.pointee.avail_out)
        count += written
        guard count <= limit else { throw .overflow }
        output += piece[..<written]
        switch status {
        case Z_STREAM_END: isAtEnd = true
        // "Buffer error" says only that there was nothing to do: the input is used up.
        case Z_OK, Z_BUF_ERROR: break
        case Z_NEED_DICT: throw .invalid("preset dictionary")
        default:
            let words = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
            throw ["incorrect data check", "incorrect length check"].contains(words) ? .damaged : .invalid(words)
        }
    }
}
