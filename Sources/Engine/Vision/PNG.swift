/// PNG, as frames travel in it.
///
/// The encoder writes 8-bit RGB with scan-line filter 0 and stored (uncompressed) deflate: frames are small, and read
/// once. The decoder takes what programs commonly write: grey, RGB and palette up to 8 bits, with or without alpha,
/// every filter, compressed. It refuses the rest (16 bits, interlace) with a ``PNGError`` that says what it met. Every
/// checksum is verified, and nothing is made larger than the picture that the header announces.
package enum PNG {
    /// A picture without a time: RGB, 8 bits a channel, row-major, no padding.
    package struct Image: Sendable, Equatable {
        package let width: Int
        package let height: Int
        package let rgb: [UInt8]

        package init(width: Int, height: Int, rgb: [UInt8]) {
            precondition(width > 0 && height > 0, "a picture has at least one pixel")
            precondition(rgb.count == width * height * 3, "a picture holds width x height x 3 bytes")
            self.width = width
            self.height = height
            self.rgb = rgb
        }
    }

    /// Pixels that the decoder accepts at most; a 4K screen has half as many.
    static let maximumPixels = 16_777_216
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    package static func encode(_ frame: Frame) -> [UInt8] {
        encode(Image(width: frame.width, height: frame.height, rgb: frame.rgb))
    }

    package static func encode(_ image: Image) -> [UInt8] {
        var out = signature
        out.reserveCapacity(image.rgb.count + image.height + 256)
        appendChunk(.header, bigEndian(image.width) + bigEndian(image.height) + [8, 2, 0, 0, 0], to: &out)
        appendChunk(.data, deflated(scanLines(of: image)), to: &out)
        appendChunk(.end, [], to: &out)
        return out
    }

    package static func decode(_ bytes: [UInt8]) throws(PNGError) -> Image {
        guard bytes.starts(with: signature) else { throw .malformed("it does not begin with the PNG signature") }
        var offset = signature.count
        var header: Header?
        var palette: [UInt8] = []
        var data: [UInt8] = []
        var previous: ChunkType?
        while previous != .end {
            guard bytes.count - offset >= 12 else { throw .malformed("it ends inside a chunk") }
            let length = number(in: bytes, at: offset)
            guard length <= bytes.count - offset - 12 else { throw .malformed("it ends inside a chunk") }
            let type = ChunkType(code: UInt32(number(in: bytes, at: offset + 4)))
            let body = offset + 8..<offset + 8 + length
            guard number(in: bytes, at: body.upperBound) == Int(cyclicRedundancy(bytes[(offset + 4)..<body.upperBound]))
            else { throw .checksum("CRC of chunk \(type)") }
            guard previous != nil || type == .header else { throw .malformed("the first chunk is not IHDR") }
            switch type {
            case .header:
                guard previous == nil else { throw .malformed("a second IHDR") }
                header = try Header(Array(bytes[body]))
            case .palette:
                guard palette.isEmpty, data.isEmpty, length % 3 == 0, (3...768).contains(length) else {
                    throw .malformed("PLTE")
                }
                palette = Array(bytes[body])
            case .data:
                guard data.isEmpty || previous == .data else { throw .malformed("IDAT chunks are not consecutive") }
                data += bytes[body]
            case .end:
                guard length == 0 else { throw .malformed("IEND is not empty") }
            default:
                guard type.isAncillary else { throw .unsupported("chunk \(type)") }
            }
            previous = type
            offset = body.upperBound + 4
        }
        guard offset == bytes.count else { throw .malformed("bytes follow IEND") }
        guard let header else { throw .malformed("no IHDR") }
        let lines = try inflated(data, expecting: (header.rowBytes + 1) * header.height)
        let rows = try unfiltered(lines, header)
        return Image(width: header.width, height: header.height, rgb: try rgb(of: rows, header, palette))
    }
}

/// Why a picture could not be decoded.
package enum PNGError: Error, Equatable, CustomStringConvertible {
    /// The bytes break the format.
    case malformed(String)
    /// A checksum does not match: the bytes were damaged on the way.
    case checksum(String)
    /// Valid PNG perhaps, but not of the kind this program exchanges.
    case unsupported(String)

    package var description: String {
        switch self {
        case .malformed(let what): "malformed PNG: \(what)"
        case .checksum(let what): "damaged PNG: \(what) does not match"
        case .unsupported(let what): "unsupported PNG: \(what)"
        }
    }
}

// MARK: - Chunks

extension PNG {
    private struct ChunkType: Equatable, CustomStringConvertible {
        static let header = ChunkType(code: 0x4948_4452)
        static let palette = ChunkType(code: 0x504C_5445)
        static let data = ChunkType(code: 0x4944_4154)
        static let end = ChunkType(code: 0x4945_4E44)

        let code: UInt32
        /// Bit 5 of the first letter: a decoder may skip the chunk.
        var isAncillary: Bool { code & 0x2000_0000 != 0 }
        var description: String { String(decoding: bigEndian(Int(code)), as: UTF8.self) }
    }

    private static func appendChunk(_ type: ChunkType, _ body: [UInt8], to out: inout [UInt8]) {
        out += bigEndian(body.count)
        let start = out.count
        out += bigEndian(Int(type.code))
        out += body
        out += bigEndian(Int(cyclicRedundancy(out[start...])))
    }

    /// Each row with its leading filter byte.
    private static func scanLines(of image: Image) -> [UInt8] {
        let stride = image.width * 3
        var lines: [UInt8] = []
        lines.reserveCapacity((stride + 1) * image.height)
        for row in 0..<image.height {
            lines.append(0)
            lines += image.rgb[row * stride..<(row + 1) * stride]
        }
        return lines
    }
}

// MARK: - The zlib stream

extension PNG {
    private static let longestBlock = 65_535

    private static func deflated(_ raw: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x78, 0x01]
        out.reserveCapacity(raw.count + raw.count / longestBlock * 5 + 16)
        var start = 0
        repeat {
            let length = min(longestBlock, raw.count - start)
            out.append(start + length == raw.count ? 1 : 0)
            out += [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8 & 255)]
            out += raw[start..<start + length]
            start += length
        } while start < raw.count
        return out + bigEndian(Int(adler(raw)))
    }

    private static func inflated(_ stream: [UInt8], expecting count: Int) throws(PNGError) -> [UInt8] {
        guard stream.count >= 2 else { throw .malformed("no zlib header") }
        guard stream[0] & 15 == 8, (Int(stream[0]) << 8 | Int(stream[1])) % 31 == 0 else {
            throw .malformed("bad zlib header")
        }
        guard stream[1] & 0x20 == 0 else { throw .malformed("zlib preset dictionary") }
        var inflate = Inflate(stream[2...], limit: count)
        do {
            try inflate.run()
        } catch {
            switch error {
            case .endsEarly: throw .malformed("deflate data end early")
            case .overflow: throw .malformed("more picture data than pixels")
            case .invalid(let what): throw .malformed(what)
            }
        }
        let (raw, offset) = (inflate.output, inflate.position)
        guard raw.count == count else { throw .malformed("less picture data than pixels") }
        guard stream.count - offset == 4 else { throw .malformed("bytes around the zlib checksum") }
        guard number(in: stream, at: offset) == Int(adler(raw)) else { throw .checksum("Adler-32 of the picture data") }
        return raw
    }
}

// MARK: - Numbers and checksums

extension PNG {
    private static func bigEndian(_ value: Int) -> [UInt8] {
        [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    static func number(in bytes: [UInt8], at offset: Int) -> Int {
        Int(bytes[offset]) << 24 | Int(bytes[offset + 1]) << 16 | Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
    }

    private static let remainders: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func cyclicRedundancy(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        remainders.withUnsafeBufferPointer { table in
            bytes.withUnsafeBufferPointer { bytes in
                var value = UInt32.max
                for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 255)] ^ (value >> 8) }
                return ~value
            }
        }
    }

    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { bytes in
            var (low, high, start) = (UInt32(1), UInt32(0), 0)
            while start < bytes.count {
                // 5552 is the longest run whose sums cannot pass 2^32 before they are reduced.
                let end = min(start + 5552, bytes.count)
                for index in start..<end {
                    low &+= UInt32(bytes[index])
                    high &+= low
                }
                low %= 65_521
                high %= 65_521
                start = end
            }
            return high << 16 | low
        }
    }
}
