import FoundationEssentials
import Glibc
import Testing

@testable import Basics
@testable import Journal
@testable import Record

@Suite("Reading a journal", .timeLimit(.minutes(60)), .shared)
struct JournalReaderTests {
    private let place: JournalPlace

    init() throws { place = try JournalPlace() }

    private func read(_ name: String = "session.jsonl") throws -> (reader: JournalReader, lines: [JournalLine]) {
        let reader = try JournalReader(place.file(name))
        var lines: [JournalLine] = []
        while let line = try reader.next() { lines.append(line) }
        return (reader, lines)
    }

    private func makeJournal(seconds: Int = 5, seed: UInt64 = 1) throws -> [UInt8] {
        try? FileManager.default.removeItem(atPath: place.file())
        try Recordings.write(Recordings.events(seconds: seconds, seed: seed), to: place.file())
        return try place.bytes()
    }

    @Test("cut at any byte, all lines but the last read back")
    func cut() async throws {
        let whole = try makeJournal(seconds: 2)
        let all = try read().lines
        let header = whole.firstIndex(of: UInt8(ascii: "\n"))! + 1
        // Shorter by a byte each time.
        for length in (header...whole.count).reversed() {
            #expect(truncate(place.file(), off_t(length)) == 0)
            let (reader, lines) = try read()
            let isWhole = { (line: JournalLine) in line.offset + line.length <= length }
            #expect(lines.count == all.prefix(while: isWhole).count && reader.damaged == 0, "at \(length)")
            // Under a sanitizer this takes minutes, and other tests wait for a thread.
            await Task.yield()
        }
    }

    @Test("what is no journal is refused with a clear sentence")
    func foreign() throws {
        let cases: [(String, String)] = [
            ("", "empty"), ("{\"a\":1}\n", "not the header"), ("PNG\u{0}\n", "not the header"),
            ("{\"singularis\":{\"format\":1}", "no end"), ("{\"singularis\":{\"format\":1}}\n", "not the header"),
        ]
        for (text, why) in cases {
            try place.write(Array(text.utf8), "foreign")
            let error = #expect(throws: JournalError.self) { _ = try JournalReader(place.file("foreign")) }
            #expect(error?.description.contains(why) == true, "\(text)")
        }
        #expect(throws: JournalError.self) { _ = try JournalReader(place.file("none")) }
        #expect(throws: JournalError.self) { _ = try JournalReader(place.path) }
        mkfifo(place.file("pipe"), 0o600)
        #expect(throws: JournalError.self) { _ = try JournalReader(place.file("pipe")) }
    }

    @Test("of a later format all is read that is known, and what is not is counted")
    func newer() throws {
        let whole = String(decoding: try makeJournal(), as: UTF8.self)
        let lines = whole.split(separator: "\n")
        let newest = JournalHeader.newest
        let header = lines[0].replacing("\"format\":\(newest)", with: "\"format\":\(newest + 1),\"colour\":\"blue\"")
        let more = #"{"t":1,"dreamed":{"of":"sheep"}}"# + "\n"
            + #"{"t":1,"notice":{"text":"with more","tone":"calm"}}"#
        let text = ([Substring(header), Substring(more)] + lines.dropFirst()).joined(separator: "\n") + "\n"
        try place.write(Array(text.utf8), "newer")
        let (reader, read) = try read("newer")
        #expect(reader.isNewer && reader.unknown == 1 && reader.damaged == 0)
        #expect(read.count == lines.count - 1 + 2)
    }

    @Test("a damaged line is passed over and counted, and a keyframe makes all good again")
    func damaged() throws {
        let whole = try makeJournal(seconds: 400)
        let (intact, all) = try read()
        let sample = try #require(all.first { if case .sample = $0.content { true } else { false } })
        var bytes = whole
        bytes[sample.offset + sample.length - 10] = UInt8(ascii: "!")
        try place.write(bytes, "damaged")
        let reader = try JournalReader(place.file("damaged"))
        var wasIncomplete = false
        while try reader.next() != nil { wasIncomplete = wasIncomplete || reader.isIncomplete }
        #expect(wasIncomplete && !reader.isIncomplete)
        // All packed lines up to the next keyframe are lost with it.
        #expect(reader.damaged >= 1)
        #expect(reader.snapshot.differences(from: intact.snapshot) == [])
    }

    @Test("a line without end is not there yet, and a journal that grows is read on")
    func growing() throws {
        let whole = try makeJournal()
        let all = try read().lines
        let middle = all[all.count / 2]
        try place.write(Array(whole[..<(middle.offset + 5)]), "growing")
        let (reader, before) = try read("growing")
        #expect(before.count == all.count / 2 && reader.offset == middle.offset)
        let handle = open(place.file("growing"), O_WRONLY | O_APPEND)
        _ = whole[(middle.offset + 5)...].withUnsafeBytes { Glibc.write(handle, $0.baseAddress, $0.count) }
        close(handle)
        var after = 0
        while try reader.next() != nil { after += 1 }
        #expect(before.count + after == all.count && reader.damaged == 0)
    }

    @Test("numbers beyond all reason are damage, not the end of the program")
    func numbers() throws {
        let fine = [
            #"{"a":123456789012345,"b":-1.2345678901234567,"c":1e-05,"d":"99999999999999999999e99"}"#,
            #"[true,false,null]"#,
        ]
        for text in fine { #expect(JournalFormat.hasSaneNumbers(text.utf8), "\(text)") }
        for text in [#"{"a":1234567890123456}"#, #"[1e5]"#, #"[1E+300]"#, #"{"x":"\"","a":9999999999999999}"#] {
            #expect(!JournalFormat.hasSaneNumbers(text.utf8), "\(text)")
        }
    }

    /// Six seconds of a session, made once for all that damages it.
    private static let victim = Result {
        let place = try JournalPlace()
        try Recordings.write(Recordings.events(seconds: 6, seed: 3), to: place.file())
        return try place.bytes()
    }

    @Test("any damage at all: no crash, no hang, and what is intact is read", arguments: 0..<20)
    func fuzz(part: Int) async throws {
        let whole = try Self.victim.get()
        let header = whole.firstIndex(of: UInt8(ascii: "\n"))! + 1
        var random = SeededGenerator(seed: UInt64(part))
        for number in 0..<1000 {
            // A piece of the journal that begins with its header: short, so that there can be many.
            let start = random.chance(0.2) ? header : Int(random.next() % UInt64(whole.count - header)) + header
            var bytes = Array(whole[..<header]) + whole[start..<min(whole.count, start + 500)]
            for _ in 0...(random.next() % 4) {
                let at = Int(random.next() % UInt64(bytes.count - header)) + header
                switch random.next() % 5 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int(random.next() % 40)))
                case 2: bytes.insert(contentsOf: bytes[header..<min(bytes.count, header + 60)], at: at)
                case 3: bytes[at] = UInt8(ascii: "9")
                default: bytes.insert(contentsOf: Array(#"99999999"-[{}]"#.utf8), at: at)
                }
                if bytes.count <= header + 1 { bytes += Array("{\"t\":1}\n".utf8) }
            }
            try place.write(bytes, "fuzz")
            let (reader, lines) = try read("fuzz")
            #expect(lines.allSatisfy { $0.offset >= header })
            // It writes a file each time, which costs as much as all else.
            if number.isMultiple(of: 10) { _ = try JournalIndex(of: reader) }
            await Task.yield()
        }
    }

    @Test("figures that are fine one by one do not overflow when there are many")
    func sums() throws {
        let header = String(decoding: try makeJournal().prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        for figure in [String(repeating: "9", count: 15), String(repeating: "9", count: 12)] {
            let line = #"{"t":1,"skipped":{"frames":\#(figure)}}"# + "\n"
            try place.write(Array(header.utf8) + [10] + Array(String(repeating: line, count: 10_000).utf8), "sums")
            let (reader, lines) = try read("sums")
            #expect(lines.count + reader.damaged == 10_000)
        }
    }

    @Test("hostile figures are folded and counted on without an overflow")
    func hostile() throws {
        let header = String(decoding: try makeJournal().prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let events = [
            #"{"t":9e9,"skipped":{"frames":999999999999999}}"#, #"{"t":-5,"skipped":{"frames":-999999999999999}}"#,
            #"{"t":1,"beat":{"interval":-1,"latency":-1e-300,"loop":"game"}}"#,
            #"{"t":1,"perceived":{"latency":999999999999999,"reading":{"frame":0,"health":-999999999999999}}}"#,
            #"{"t":2,"armed":{"name":"x","resource":-1,"step":999999999999999}}"#,
            #"{"t":3,"account":{"report":{"ended":{"cost":999999999999999,"kind":"plan","#
                + #""outcome":{"answered":{}},"unreported":0}}}}"#,
        ]
        let lines = (0..<50).flatMap { _ in events }
        try place.write(Array(([header] + lines).joined(separator: "\n").utf8) + [10], "hostile")
        let (reader, read) = try read("hostile")
        #expect(read.count + reader.damaged == lines.count)
    }
}

@Suite("The index of a journal", .shared)
struct JournalIndexTests {
    private let place: JournalPlace

    init() throws { place = try JournalPlace() }

    @Test("it knows the keyframes and what one looks for, and is the same from its file as from the journal")
    func marks() throws {
        try Recordings.write(Recordings.events(seconds: 400, seed: 5), to: place.file())
        let reader = try JournalReader(place.file())
        let index = try JournalIndex(of: reader)
        #expect(try JournalIndex(of: reader) == index)
        #expect(access(place.file() + JournalIndex.suffix, R_OK) == 0)
        var (keyframes, deaths, stuck, last, end) = ([JournalIndex.Place](), 0, 0, 0, 0.0)
        while let line = try reader.next() {
            end = max(end, line.time)
            switch line.content {
            case .keyframe: keyframes.append(JournalIndex.Place(time: line.time, offset: line.offset))
            case .event(let event):
                if case .stuck(.detected) = event.kind { stuck += 1 }
                if case .quality(let report) = event.kind {
                    if report.deaths > last { deaths += 1 }
                    last = report.deaths
                }
            default: break
            }
        }
        #expect(index.keyframes == keyframes && index.end == end)
        #expect(index.marks.count { $0.mark == .death } == deaths && deaths > 0)
        #expect(index.marks.count { $0.mark == .stuck } == stuck && stuck > 0)
        #expect(index.marks.contains { $0.mark == .failure })
        #expect(index.marks.map(\.time) == index.marks.map(\.time).sorted())
    }

    @Test("one that does not fit is made anew, and a journal that has grown is looked at from where it ended")
    func distrust() throws {
        try Recordings.write(Recordings.events(seconds: 400, seed: 5), to: place.file())
        let true_ = try JournalIndex(of: JournalReader(place.file()))
        let path = "session.jsonl" + JournalIndex.suffix
        let kept = try place.bytes(path)
        let moved = String(decoding: kept, as: UTF8.self).replacing("\"offset\":", with: "\"offset\":1")
        for wrong in ["", "{}", "[1,2]", moved] {
            try place.write(Array(wrong.utf8), path)
            #expect(try JournalIndex(of: JournalReader(place.file())) == true_)
        }
        let whole = try place.bytes()
        try place.write(Array(whole[..<(whole.count / 2)]), "grown.jsonl")
        let reader = try JournalReader(place.file("grown.jsonl"))
        var index = try JournalIndex(of: reader)
        let handle = open(place.file("grown.jsonl"), O_WRONLY | O_APPEND)
        _ = whole[(whole.count / 2)...].withUnsafeBytes { Glibc.write(handle, $0.baseAddress, $0.count) }
        close(handle)
        try index.extend(reader)
        #expect(index.keyframes == true_.keyframes && index.marks == true_.marks && index.size == whole.count)
    }

    @Test("a minute that costs more than three times the minutes before is marked, once")
    func spend() throws {
        var events: [EngineEvent] = []
        for minute in 0..<10 {
            for second in 0..<30 {
                let cost = Money(nanodollars: minute == 6 ? 9000 : 1000)
                events.append(
                    EngineEvent(
                        time: Double(minute * 60 + second),
                        kind: .account(.ended(.plan, .answered, cost: cost, unreported: .zero))))
            }
        }
        try Recordings.write(events, to: place.file())
        let index = try JournalIndex(of: JournalReader(place.file()))
        #expect(index.marks.count { $0.mark == .spendJump } == 1)
        #expect(index.marks.first.map { Int($0.time / 60) } == 6)
    }
}
