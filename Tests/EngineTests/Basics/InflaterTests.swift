import Engine
import FoundationEssentials
import TestSupport
import Testing

@testable import Basics
/// The data were compressed by Python's zlib and gzip.
@Suite("Inflater", .shared)
struct InflaterTests {
    /// What ``dynamic`` holds; it has codes of its own, the two others the fixed ones.
    private static let numbers = (0..<700).map { (index: Int) -> UInt8 in
        let mixed = index * index * 7 + index / 3
        return UInt8(mixed % 61)
    }
    private static let words = Array("hello hello hello hello, a wolf; a wolf and a bear, and \0".utf8)
        + [0xFF] + Array(" bytes".utf8)

    private static let dynamic = bytes(
        "eNrtzgcORTAAANCKUSsaozFaI1YqlBpRPvc/17+Id4IHIFWP02Yxru6W1pIivwIT27xjXCEjZLD2+QrkvEGWJr3GmbDmpr8y28IL"
            + "icgaO17xTsPhX0J6ou0OrL527agmAcui5LaBeqRb9OX8l+gvLHT5oLnMB7gwYY5VvUUqcDtkerV53e4QR8VZxVREBsRrmTVPkxYi"
            + "1DWfpyHdUhQ0xr4qxABf+2v/AQ+fUZA=")
    private static let fixed = bytes(
        "eJzLSM3JyVfIQCd1FBIVyvNz0qyhtEJiXgqQmZSaWKQDZjP8V0iqLEktBgDZuBY9")
    private static let stored = bytes(
        "eAEBQAC//2hlbGxvIGhlbGxvIGhlbGxvIGhlbGxvLCBhIHdvbGY7IGEgd29sZiBhbmQgYSBiZWFyLCBhbmQgAP8gYnl0ZXPZuBY9")
    /// With the name of a file in its header.
    private static let gzip = bytes(
        "H4sICAEAAAAC/25hbWUudHh0AMtIzcnJV8hAJ3UUEhXK83PSrKG0QmJeCpCZlJpYpANmM/xXSKosSS0GAGkjn8JAAAAA")
    /// 100,000 zeros.
    private static let zeros = bytes(
        "H4sIAAAAAAACA+3BMQEAAADCoPVPbQ0PoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIBXA32VEdSghgEA")
    private static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64)!) }

    private static let all: [(data: [UInt8], format: Inflater.Format, text: [UInt8])] = [
        (dynamic, .zlib, numbers), (fixed, .zlib, words), (stored, .zlib, words), (gzip, .gzip, words),
        (gzip + gzip, .gzip, words + words),
    ]

    @Test("data are read whole, and split at any byte", arguments: all)
    func split(data: [UInt8], format: Inflater.Format, text: [UInt8]) throws {
        #expect(try Inflater.inflate(data, format, limit: text.count) == text)
        for index in 0...data.count {
            let inflater = Inflater(format, limit: text.count)
            var output: [UInt8] = []
            try inflater.inflate(data[..<index], into: &output)
            try inflater.inflate(data[index...], into: &output)
            try inflater.finish()
            #expect(output == text, "split at \(index)")
        }
    }

    @Test("what comes out so far is a beginning of the text, however small the pieces")
    func byteByByte() throws {
        let inflater = Inflater(.zlib, limit: 700)
        var output: [UInt8] = []
        for byte in Self.dynamic {
            try inflater.inflate([byte], into: &output)
            #expect(Self.numbers.starts(with: output))
        }
        try inflater.finish()
        #expect(output == Self.numbers)
    }

    @Test("data that end early anywhere are an error, never a shorter text", arguments: all)
    func truncated(data: [UInt8], format: Inflater.Format, text: [UInt8]) {
        // Between two members there is an end.
        for count in data.indices where !(format == .gzip && count == Self.gzip.count) {
            #expect(throws: Inflater.Failure.endsEarly, "\(count)") {
                try Inflater.inflate(Array(data.prefix(count)), format, limit: 1000)
            }
        }
    }

    @Test("never more bytes than the limit, of all members together", arguments: all)
    func limit(data: [UInt8], format: Inflater.Format, text: [UInt8]) {
        for limit in [0, 1, text.count - 1] {
            let inflater = Inflater(format, limit: limit)
            var output: [UInt8] = []
            for _ in 1...2 {
                #expect(throws: Inflater.Failure.overflow) { try inflater.inflate(data[...], into: &output) }
                #expect(output.count <= limit)
            }
        }
    }

    @Test("a bomb is refused at the limit")
    func bomb() {
        let bomb = [[UInt8]](repeating: Self.zeros, count: 1000).joined()
        let inflater = Inflater(.gzip, limit: 1_000_000)
        var output: [UInt8] = []
        #expect(throws: Inflater.Failure.overflow) { try inflater.inflate(Array(bomb)[...], into: &output) }
        #expect(output.count <= 1_000_000)
    }

    @Test("bytes behind the end are an error, at once and later", arguments: all)
    func trailing(data: [UInt8], format: Inflater.Format, text: [UInt8]) throws {
        #expect(throws: Inflater.Failure.trailingBytes) { try Inflater.inflate(data + [0], format, limit: 2000) }
        let inflater = Inflater(format, limit: 2000)
        var output: [UInt8] = []
        try inflater.inflate(data[...], into: &output)
        #expect(throws: Inflater.Failure.trailingBytes) { try inflater.inflate([0], into: &output) }
        #expect(output == text)
    }

    @Test("a second member that is none is an error")
    func badMember() {
        #expect(throws: Inflater.Failure.invalid("incorrect header check")) {
            try Inflater.inflate(Self.gzip + [0x1F, 0x8C], .gzip, limit: 1000)
        }
        #expect(throws: Inflater.Failure.endsEarly) { try Inflater.inflate(Self.gzip + [0x1F], .gzip, limit: 1000) }
    }

    @Test("a sum that does not match is an error", arguments: all)
    func sums(data: [UInt8], format: Inflater.Format, text: [UInt8]) {
        for fromEnd in 1...(format == .gzip ? 8 : 4) {
            var damaged = data
            damaged[damaged.count - fromEnd] ^= 0x10
            #expect(throws: Inflater.Failure.damaged) { try Inflater.inflate(damaged, format, limit: 1000) }
        }
    }

    @Test("what is no such data is refused in zlib's words")
    func invalid() {
        let foreign: [(bytes: [UInt8], format: Inflater.Format, words: String)] = [
            (Self.fixed, .gzip, "incorrect header check"), (Self.gzip, .zlib, "incorrect header check"),
            ([0x78, 0x01, 0x07], .zlib, "invalid block type"),
            ([0x78, 0x01, 0x01, 5, 0, 0, 0], .zlib, "invalid stored block lengths"),
            ([0x78, 0xBB, 0, 0, 0, 0], .zlib, "preset dictionary"),
        ]
        for (bytes, format, words) in foreign {
            #expect(throws: Inflater.Failure.invalid(words)) { try Inflater.inflate(bytes, format, limit: 1000) }
        }
    }
}
