import Engine
import Testing

@testable import Basics
@testable import Connections

@Suite("Server-sent events", .shared)
struct ServerSentEventsTests {
    private func parse(_ text: String) throws -> [String] {
        var parser = ServerSentEvents()
        var events = try parser.consume(Array(text.utf8))
        if let last = try parser.finish() { events.append(last) }
        return events.map { String(decoding: $0.data, as: UTF8.self) }
    }

    @Test(
        "gives the data of each event",
        arguments: [
            ("data: a\n\ndata: b\n\n", ["a", "b"]),
            ("data: a\r\rdata: b\r\r", ["a", "b"]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
            ("data: a\r\ndata: b\r\n\r\n", ["a\nb"]),
            ("data:a\n\n", ["a"]),
            ("data:  a\n\n", [" a"]),
            ("data\n\n", [""]),
            (": keep-alive\n\ndata: a\n: more\n\n", ["a"]),
            ("event: message\nid: 7\nretry: 10\ndata: a\n\n", ["a"]),
            ("event: ping\n\ndata: a\n\n", ["a"]),
            ("\u{FEFF}data: a\n\n", ["a"]),
            ("data: a\u{2028}b\u{2029}c\u{85}d\n\n", ["a\u{2028}b\u{2029}c\u{85}d"]),
            ("\n\n\ndata: a\n\n\n\n", ["a"]),
            ("data: a", ["a"]),
            ("data: a\n", ["a"]),
            ("", []),
        ])
    func dataOfEachEvent(stream: String, expected: [String]) throws {
        #expect(try parse(stream) == expected)
    }

    @Test("gives the same whatever pieces the bytes come in")
    func piecesDoNotMatter() throws {
        let stream = "\u{FEFF}: hi\r\nevent: x\r\ndata: Ünï\u{2028}\r\ndata:b\r\n\r\n"
            + "data: 2\n\ndata: 3\r\rdata: [DONE]\n\n"
        let bytes = Array(stream.utf8)
        var whole = ServerSentEvents()
        let expected = try whole.consume(bytes)
        #expect(expected.count == 4)
        for size in 1...bytes.count {
            var parser = ServerSentEvents()
            var events: [ServerSentEvents.Event] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                events += try parser.consume(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(events == expected, "in pieces of \(size)")
        }
    }

    @Test("names the event, and knows the marker of the end")
    func nameAndMarker() throws {
        var parser = ServerSentEvents()
        let events = try parser.consume(Array("event: error\ndata: x\n\ndata: [DONE]\n\n".utf8))
        #expect(events.map(\.name) == ["error", nil])
        #expect(events.map(\.isDone) == [false, true])
    }

    @Test("refuses a line without end, and an event without end")
    func bounds() {
        var line = ServerSentEvents(bound: 16)
        #expect(throws: ServerSentEvents.TooLong(bound: 16)) {
            _ = try line.consume(Array(repeating: UInt8(ascii: "x"), count: 17))
        }
        var event = ServerSentEvents(bound: 16)
        #expect(throws: ServerSentEvents.TooLong(bound: 16)) {
            for _ in 0..<9 { _ = try event.consume(Array("data: ab\n".utf8)) }
        }
    }
}
