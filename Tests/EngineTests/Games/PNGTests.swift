@testable import Engine
import Testing

@Suite("PNG")
struct PNGTests {
    private static func picture(_ width: Int, _ height: Int) -> PNG.Image {
        var random = SeededGenerator(seed: UInt64(width * 1000 + height))
        return PNG.Image(
            width: width, height: height, rgb: (0..<width * height * 3).map { _ in UInt8(random.integer(in: 0..<256)) })
    }

    @Test("What was encoded is decoded again", arguments: [(1, 1), (3, 2), (160, 96), (161, 137), (7, 3121)])
    func roundTrip(width: Int, height: Int) throws {
        let picture = Self.picture(width, height)
        #expect(try PNG.decode(PNG.encode(picture)) == picture)
    }

    @Test("A frame of the game survives, in at most 10 kB")
    func frames() throws {
        let frame = World(seed: 3).frame()
        let decoded = try PNG.decode(PNG.encode(frame))
        #expect(decoded.rgb == frame.rgb)
        #expect((decoded.width, decoded.height) == (160, 96))
        #expect(PNG.encode(frame).count <= 10_000)
    }

    @Test("A parser that shares nothing with the encoder finds every field and sum right")
    func independentStructure() throws {
        for (width, height) in [(2, 2), (160, 96), (300, 200)] {
            let picture = Self.picture(width, height)
            let lines = try IndependentPNG.scanLines(PNG.encode(picture), width: width, height: height)
            var expected: [UInt8] = []
            for row in 0..<height { expected += [0] + picture.rgb[row * width * 3..<(row + 1) * width * 3] }
            #expect(lines == expected)
        }
    }

    @Test("A byte changed anywhere is an error, never another picture")
    func everyByteMatters() {
        let bytes = PNG.encode(Self.picture(3, 2))
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x10
            #expect(throws: PNGError.self, "byte \(index)") { try PNG.decode(damaged) }
        }
    }

    @Test("A picture cut short or made longer anywhere is an error")
    func everyLengthMatters() {
        let bytes = PNG.encode(Self.picture(3, 2))
        for count in bytes.indices {
            #expect(throws: PNGError.self, "\(count) bytes") { try PNG.decode(Array(bytes.prefix(count))) }
        }
        #expect(throws: PNGError.malformed("bytes follow IEND")) { try PNG.decode(bytes + [0]) }
    }

    @Test("What is no PNG is refused")
    func refusesOthers() {
        #expect(throws: PNGError.malformed("it does not begin with the PNG signature")) { try PNG.decode([]) }
        #expect(throws: PNGError.malformed("it does not begin with the PNG signature")) {
            try PNG.decode(Array("GIF89a".utf8))
        }
    }

    @Test("Kinds of PNG that are not exchanged here are told apart from broken ones")
    func unsupportedKinds() throws {
        let deep = IndependentPNG.file(header: [0, 0, 0, 1, 0, 0, 0, 1, 16, 2, 0, 0, 0], data: [])
        #expect(throws: PNGError.unsupported("bit depth 16, colour type 2")) { try PNG.decode(deep) }
        let interlaced = IndependentPNG.file(header: [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 1], data: [])
        #expect(throws: PNGError.unsupported("interlace 1")) { try PNG.decode(interlaced) }
        let unpainted = IndependentPNG.file(
            header: [0, 0, 0, 1, 0, 0, 0, 1, 8, 3, 0, 0, 0],
            data: [0x78, 0x01, 1, 2, 0, 0xFD, 0xFF, 0, 0, 0, 2, 0, 1])
        #expect(throws: PNGError.malformed("colour 0 of a palette of 0")) { try PNG.decode(unpainted) }
        let compressed = IndependentPNG.file(
            header: [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0],
            data: [0x78, 0x9C, 0x63, 0x60, 0x60, 0x60, 0, 0, 0, 4, 0, 1])
        #expect(try PNG.decode(compressed) == PNG.Image(width: 1, height: 1, rgb: [0, 0, 0]))
        let huge = IndependentPNG.file(
            header: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 8, 2, 0, 0, 0], data: [])
        #expect(throws: PNGError.self) { try PNG.decode(huge) }
        let empty = IndependentPNG.file(header: [0, 0, 0, 0, 0, 0, 0, 1, 8, 2, 0, 0, 0], data: [])
        #expect(throws: PNGError.malformed("0 x 1 pixels")) { try PNG.decode(empty) }
    }
}

/// PNG written down a second time, bit by bit instead of by tables, to check the one against the other.
enum IndependentPNG {
    struct Problem: Error { let what: String }

    static func scanLines(_ bytes: [UInt8], width: Int, height: Int) throws -> [UInt8] {
        func require(_ condition: Bool, _ what: String) throws { if !condition { throw Problem(what: what) } }
        try require(Array(bytes.prefix(8)) == [137, 80, 78, 71, 13, 10, 26, 10], "signature")
        var rest = bytes.dropFirst(8)
        var chunks: [(type: String, body: [UInt8])] = []
        while !rest.isEmpty {
            try require(rest.count >= 12, "chunk")
            let length = word(rest.prefix(4))
            let typeAndBody = rest.dropFirst(4).prefix(4 + length)
            try require(word(rest.dropFirst(8 + length).prefix(4)) == Int(crc(Array(typeAndBody))), "CRC")
            chunks.append((String(decoding: typeAndBody.prefix(4), as: UTF8.self), Array(typeAndBody.dropFirst(4))))
            rest = rest.dropFirst(12 + length)
        }
        try require(chunks.map(\.type) == ["IHDR", "IDAT", "IEND"], "order of chunks")
        try require(chunks[0].body == word(width) + word(height) + [8, 2, 0, 0, 0], "IHDR")
        let stream = chunks[1].body
        try require(stream[0] == 0x78 && (Int(stream[0]) * 256 + Int(stream[1])) % 31 == 0, "zlib header")
        // The one part that is shared, with the decoder: its own tests hold it to what Python's zlib wrote.
        let lines = try Inflater.inflate(stream, .zlib, limit: (width * 3 + 1) * height)
        var (low, high) = (1, 0)
        for byte in lines {
            low = (low + Int(byte)) % 65_521
            high = (high + low) % 65_521
        }
        try require(word(stream.suffix(4)) == high * 65_536 + low, "Adler-32")
        return lines
    }

    static func file(header: [UInt8], data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [137, 80, 78, 71, 13, 10, 26, 10]
        for (type, body) in [("IHDR", header), ("IDAT", data), ("IEND", [])] {
            bytes += word(body.count) + Array(type.utf8) + body + word(Int(crc(Array(type.utf8) + body)))
        }
        return bytes
    }

    private static func word(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 * 256 + Int($1) } }
    private static func word(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }

    static func crc(_ bytes: [UInt8]) -> UInt32 {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            for bit in 0..<8 {
                let carry = (register ^ UInt32(byte >> UInt8(bit))) & 1
                register >>= 1
                if carry == 1 { register ^= 0xEDB8_8320 }
            }
        }
        return ~register
    }
}
