import FoundationEssentials
import Testing

@testable import Basics
@testable import Connections
@testable import Journal
@testable import Record

@Suite("What a journal comes to", .timeLimit(.minutes(5)), .shared)
struct JournalDigestTests {
    private let place: JournalPlace

    init() throws { place = try JournalPlace() }

    /// The snapshot after all lines, and where keyframes begin.
    private func readAll(_ name: String) throws -> (snapshot: Snapshot, keyframes: [JournalLine]) {
        let reader = try JournalReader(place.file(name))
        var keyframes: [JournalLine] = []
        while let line = try reader.next() { if case .keyframe = line.content { keyframes.append(line) } }
        return (reader.snapshot, keyframes)
    }

    private func expectSame(_ name: String, as expected: Snapshot) throws {
        let reader = try JournalReader(place.file(name))
        try reader.readEnd()
        #expect(!reader.isIncomplete)
        #expect(reader.snapshot.differences(from: expected).isEmpty, "\(name)")
    }

    @Test("its end is what all lines come to, however it ends, and only the part behind the last keyframe is read")
    func end() throws {
        // Long enough for several keyframes.
        try Recordings.write(Recordings.events(seconds: 620, seed: 4), to: place.file())
        let (snapshot, keyframes) = try readAll("session.jsonl")
        try #require(keyframes.count >= 3)
        try expectSame("session.jsonl", as: snapshot)
        let whole = try place.bytes()
        let last = try #require(keyframes.last)
        // Ends of a file whose writer was killed: within the last keyframe, right behind it, in the line behind it.
        for length in [last.offset + 5, last.offset + last.length - 1, last.offset + last.length, whole.count - 3] {
            try place.write(Array(whole[..<length]), "cut")
            try expectSame("cut", as: try readAll("cut").snapshot)
        }
        // What stands before is not looked at.
        var spoilt = whole
        let header = whole.firstIndex(of: UInt8(ascii: "\n"))! + 1
        for index in header..<(last.offset - 1) { spoilt[index] = UInt8(ascii: "x") }
        try place.write(spoilt, "spoilt")
        try expectSame("spoilt", as: snapshot)
    }

    @Test("where the last keyframe is damaged an earlier one is taken, and it is said that figures may be old")
    func damage() throws {
        try Recordings.write(Recordings.events(seconds: 620, seed: 5), to: place.file())
        let (snapshot, keyframes) = try readAll("session.jsonl")
        var bytes = try place.bytes()
        let last = try #require(keyframes.last)
        for index in (last.offset + 40)..<(last.offset + 80) { bytes[index] = UInt8(ascii: "!") }
        try place.write(bytes, "damaged")
        let reader = try JournalReader(place.file("damaged"))
        try reader.readEnd()
        #expect(reader.isIncomplete && reader.damaged > 0)
        // Lines that are events are read all the same.
        #expect(reader.snapshot.stopReason == snapshot.stopReason)
        #expect(reader.snapshot.statistics.cycles > 0)
    }

    @Test("a journal of a header alone has an end too, and one of rubbish comes to nothing")
    func empty() throws {
        try Recordings.write([], to: place.file())
        let bytes = try place.bytes()
        let header = Array(bytes[...bytes.firstIndex(of: UInt8(ascii: "\n"))!])
        try place.write(header, "header")
        let rubbish = Array(String(repeating: "{\"t\":1,\"keyframe\":\"no\"}\n", count: 200).utf8)
        try place.write(header + rubbish, "rubbish")
        for name in ["header", "rubbish"] {
            let reader = try JournalReader(place.file(name))
            try reader.readEnd()
            #expect(reader.isIncomplete && reader.snapshot.time == 0)
        }
    }

    @Test("events of some kinds are read without the rest, in their order; damaged lines are counted")
    func events() throws {
        try Recordings.write(Recordings.events(seconds: 60, seed: 6), to: place.file())
        let reader = try JournalReader(place.file())
        var all: [Double] = []
        while let line = try reader.next() {
            guard case .event(let event) = line.content else { continue }
            switch event.kind {
            case .notice, .stuck: all.append(event.time)
            default: break
            }
        }
        var some: [Double] = []
        #expect(try reader.events(of: ["notice", "stuck"]) { some.append($0.time) } == 0)
        #expect(some == all && !some.isEmpty)
        try place.write(try place.bytes() + Array("{\"t\":61,\"notice\":{\"_0\":7}}\nno line\n".utf8), "damaged")
        #expect(try JournalReader(place.file("damaged")).events(of: ["notice"]) { _ in } == 2)
    }

    @Test("every lane is there after each second, however many there are, also those that are new")
    func lanes() throws {
        var occupancy = Occupancy()
        occupancy.lanes = (0..<60).map(Occupancy.Lane.init(index:))
        var events = [EngineEvent(time: 0.1, kind: .state(.running))]
        events.append(EngineEvent(time: 1.1, kind: .occupancy(occupancy)))
        (occupancy.lanes[3].phase, occupancy.lanes[3].age) = (.waiting, 1)
        (occupancy.lanes[59].phase, occupancy.lanes[59].age) = (.sending, 2)
        events.append(EngineEvent(time: 2.1, kind: .occupancy(occupancy)))
        let turns = try Recordings.write(events, to: place.file())
        let reader = try JournalReader(place.file())
        var seen: [Occupancy] = []
        while let line = try reader.next() {
            switch line.content {
            case .keyframe, .snapshot, .sample: seen.append(reader.snapshot.occupancy)
            default: break
            }
        }
        #expect(seen == turns.map(\.occupancy) && seen.last == occupancy)
    }
}
