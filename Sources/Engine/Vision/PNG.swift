import Basics
import CZlib

/// PNG, as frames travel in it.
///
/// The encoder writes 8-bit RGB without scan-line filters: the embedded world's flat colours are smaller so than with
/// any filter, or with the best one for each row. The decoder takes what programs commonly write: grey, RGB and palette
/// up to 8 bits, with or without alpha, every filter. It refuses the rest (16 bits, interlace) with a ``PNGError`` that
/// says what it met. Every checksum is verified, and nothing is made larger than the picture that the header announces.
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
    /// Level 3 is the last that takes the first match it finds: level 6 saves a seventh of the bytes of a frame for
    /// twice the work.
    private static func deflated(_ raw: [UInt8]) -> [UInt8] {
        var count = compressBound(UInt(raw.count))
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { out, initializedCount in
            let status = compress2(out.baseAddress, &count, raw, UInt(raw.count), 3)
            precondition(status == Z_OK, "zlib error \(status): the room is what it asked for, so memory is missing")
            initializedCount = Int(count)
        }
    }

    private static func inflated(_ stream: [UInt8], expecting count: Int) throws(PNGError) -> [UInt8] {
        let raw: [UInt8]
        do {
            raw = try Inflater.inflate(stream, .zlib, limit: count)
        } catch {
            switch error {
            case .endsEarly: throw .malformed("deflate data end early")
            case .overflow: throw .malformed("more picture data than pixels")
            case .damaged: throw .checksum("Adler-32 of the picture data")
            case .trailingBytes: throw .malformed("bytes follow the zlib checksum")
            case .invalid(let what): throw .malformed(what)
            }
        }
        guard raw.count == count else { throw .malformed("less picture data than pixels") }
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

    static func cyclicRedundancy(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
    }
}
