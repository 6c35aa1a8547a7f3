import Engine
import FoundationEssentials
import TestSupport
import Testing

@testable import Basics

@Suite(.shared) struct JSONTests {
    private struct Sample: Codable, Equatable {
        var zeta = "quote \" slash / back \\ line\nbell\u{7} \u{2028} Ünïcode 🐺"
        var alpha = [62, -0.5, 1e300]
        var mimeType: String?
        var names: [String: Int]?
    }

    @Test("a value survives being written and read, on one line and with its members by name")
    func roundTrip() throws {
        let text = try JSON.text(Sample())
        #expect(try JSON.decode(Sample.self, from: text.utf8) == Sample())
        #expect(text.hasPrefix(#"{"alpha":[62,-0.5,1e+300],"zeta":"quote \" slash / back \\ line\nbell\u0007 "#))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test("names are taken in either case from protobuf's clients alone, and keys of dictionaries as they are")
    func cases() throws {
        let text = #"{"zeta": "", "alpha": [], "mime_type": "a", "names": {"snake_case": 1}}"#
        let read = try JSON.decodeProtobuf(Sample.self, from: text.utf8)
        #expect(read.mimeType == "a" && read.names == ["snake_case": 1])
        #expect(try JSON.decode(Sample.self, from: text.utf8).mimeType == nil)
    }

    @Test("escapes are read, surrogate pairs joined")
    func escapes() throws {
        #expect(try JSON.decode(String.self, from: #""\u0041\n\/\ud83d\udc3a""#.utf8) == "A\n/🐺")
    }

    @Test("one element is a list, what has another shape is nothing, and errors name the element")
    func shapes() throws {
        #expect(try JSON.decode(OneOrMore<Int>.self, from: "7".utf8).all == [7])
        #expect(try JSON.decode(OneOrMore<Int>.self, from: "[7, 8]".utf8).all == [7, 8])
        let lossy = try JSON.decode([Lossy<Int>].self, from: #"[1, "x", {"a": 1}, null]"#.utf8)
        #expect(lossy.map(\.value) == [1, nil, nil, nil])
        let error = #expect(throws: DecodingError.self) {
            try JSON.decode(OneOrMore<Int>.self, from: #"[7, "x"]"#.utf8)
        }
        guard case .typeMismatch(_, let context) = error else { Issue.record("\(error as Any)"); return }
        #expect(context.codingPath.first?.intValue == 1)
    }
}

@Suite(.shared) struct Base64Tests {
    private let bytes: [UInt8] = (0...255).map { UInt8($0) } + [0xFB, 0xFF, 0xFE]

    @Test("both alphabets are read, padded or not", arguments: 0..<4)
    func alphabets(cut: Int) {
        let some = Array(bytes.dropLast(cut))
        let standard = Data(some).base64EncodedString()
        let urlSafe = String(standard.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        #expect(standard != urlSafe)
        for text in [standard, urlSafe] {
            #expect(Base64.decode(text) == some)
            #expect(Base64.decode(text.filter { $0 != "=" }) == some)
        }
    }

    @Test("line breaks are skipped")
    func lineBreaks() { #expect(Base64.decode("QU\r\nJD\n") == [0x41, 0x42, 0x43]) }

    @Test("what is no base64 is refused", arguments: [
        "A", "AAAAA", "AB=C", "====", "AB===", "A=", "AA A", "ab%3D", "é", "AAAA=",
    ])
    func refused(_ text: String) { #expect(Base64.decode(text) == nil) }
}
