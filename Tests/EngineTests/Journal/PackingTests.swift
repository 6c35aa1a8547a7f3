import FoundationEssentials
import Glibc
import Testing

@testable import Basics
@testable import Connections
@testable import Journal
@testable import Record
@testable import Vision

@Suite("What makes a journal small", .shared)
struct PackingTests {
    @Test("dense text gives back all bytes of any length, and is what JSON takes as it is")
    func dense() throws {
        var random = SeededGenerator(seed: 3)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let text = DenseText.encode(bytes)
            #expect(try DenseText.decode(text) == bytes, "\(length)")
            #expect(text.allSatisfy { (0x23...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
            #expect(text.count <= length * 16 / 13 + 2)
        }
        for wrong in ["\\#", "#\"", " #", "~~", "é"] {
            #expect(throws: FormatError.self, "\(wrong)") { try DenseText.decode(Array(wrong.utf8)) }
        }
    }

    @Test("names come back, and what only looks like one stays what it is")
    func names() throws {
        let texts = [
            #"{"frame":1,"means":{"0":2.5},"unknownName":{"frame":[]},"skippedFrames":null}"#,
            #"{"text":"\"frame\":1, \\\"means\\\":","":"","frame":"frame"}"#, "{}", "[]", #""frame""#,
            "{\"a\u{7F}b\":\"\u{FF}\u{1F600}\"}", #"{"text":"ends in \\"}"#,
        ]
        for text in texts {
            let short = NameCode.shortened(Array(text.utf8))
            #expect(try NameCode.restored(short, limit: 1000) == Array(text.utf8), "\(text)")
        }
        #expect(NameCode.shortened(Array(#"{"frame":1}"#.utf8)) == [0x7B, 1, 0x31, 0x7D])
        // The place of a name is part of the format.
        #expect(try NameCode.restored([31, 0xFF, 0], limit: 99) == Array(#""id":"verified":"#.utf8))
        for wrong in [[0xFF], [0xFF, 0xFF]] as [[UInt8]] {
            #expect(throws: FormatError.self) { try NameCode.restored(wrong, limit: 99) }
        }
        #expect(throws: FormatError.self) { try NameCode.restored(Array(repeating: 1, count: 100), limit: 99) }
        // Cut anywhere, even amid a name, it does no harm.
        let long = Array(texts[0].utf8)
        for end in 0...long.count { _ = NameCode.shortened(Array(long[..<end])) }
    }

    /// A session of `seconds` at an extreme rate, with a picture of noise behind each second's decision.
    private func lines(seconds: Int, costs: Bool) -> (bytes: [Int], decided: [Int], pictures: [Int], money: Int) {
        var scribe = JournalScribe()
        var snapshot = Snapshot()
        var random = SeededGenerator(seed: 5)
        var (bytes, decided, pictures) = ([Int](), [Int](), [Int]())
        var money = 0
        let noise = (0..<(96 * 64 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for second in 0..<seconds {
            var entries: [JournalScribe.Entry] = []
            for part in 0..<8 {
                let event = EngineEvent(
                    time: Double(second) + Double(part) / 10,
                    kind: .decided(Recordings.decision(second * 8 + part), latency: 0.001))
                snapshot.apply(event)
                entries.append(.event(event))
            }
            let frame = Frame(width: 96, height: 64, rgb: noise, sequence: UInt64(second), capturedAt: .now)
            entries.append(.picture(frame, time: snapshot.time))
            if costs {
                let event = EngineEvent(
                    time: snapshot.time,
                    kind: .account(.ended(.plan, .answered, cost: Money(nanodollars: 7), unreported: .zero)))
                snapshot.apply(event)
                entries += [.event(event)]
            }
            let text = String(decoding: scribe.lines(entries, then: snapshot), as: UTF8.self)
            bytes.append(text.utf8.count)
            decided.append(text.split(separator: "\n").count { $0.contains("\"decided\":{\"decision\"") })
            pictures.append(text.split(separator: "\n").count { $0.contains("\"picture\":{\"frame\"") })
            money += text.split(separator: "\n").count { $0.contains("\"cost\":7") }
            #expect(scribe.known.statistics.cycles == snapshot.statistics.cycles, "counts are exact")
        }
        return (bytes, decided, pictures, money)
    }

    @Test("beyond the budget pictures are left out first; what must be told never is")
    func budget() {
        let run = lines(seconds: 300, costs: true)
        #expect(run.money == 300)
        #expect(run.pictures.prefix(5) == [1, 1, 1, 1, 1], "there is some room for what comes at once")
        let later = run.bytes.suffix(200).reduce(0, +)
        #expect(Double(later) / 200 <= JournalBudget.rate * 1.1, "\(later / 200) bytes a second")
        #expect(run.pictures.suffix(200).reduce(0, +) < 200 && run.pictures.suffix(200).contains(1))
        #expect(run.decided.allSatisfy { $0 == 8 }, "pictures pay for the decisions")
    }

    @Test("where there is no room even without pictures, decisions are sampled, and money is not")
    func shortage() {
        var budget = JournalBudget()
        #expect(budget.hasPictures && budget.hasDetails)
        budget.spend(Int(JournalBudget.burst) * 2)
        budget.refill(until: 45)
        #expect(!budget.hasPictures && !budget.hasDetails)
        budget.refill(until: 55)
        #expect(!budget.hasPictures && budget.hasDetails)
        budget.refill(until: 1000)
        #expect(budget.hasPictures)
        func isDetail(_ kind: EngineEvent.Kind) -> Bool { JournalFold.isDetail(EngineEvent(time: 0, kind: kind)) }
        #expect(isDetail(.decided(Recordings.decision(1), latency: 0)))
        #expect(!isDetail(.account(.ended(.plan, .answered, cost: Money(nanodollars: 1), unreported: .zero))))
        #expect(!isDetail(.closed(Receipt(resource: ResourceID(0), name: "x", step: 1, result: .closed, duration: 1))))
        #expect(!isDetail(.stuck(.detected(similarity: 1, repeats: 3))))
    }

    @Test("lines that come between two samples are read without them, and the next sample says the rest")
    func between() throws {
        let place = try JournalPlace()
        var file = try JournalFile(creating: place.file())
        try file.append(
            JournalHeader(version: "test", session: "test", started: .now, settings: SessionInfo()).line)
        let writer = JournalWriter(file, pictures: false)
        let reader = try JournalReader(place.file())
        var live = Snapshot()
        func happen(_ kinds: EngineEvent.Kind...) {
            for kind in kinds {
                let event = EngineEvent(time: live.time + 0.25, kind: kind)
                live.apply(event)
                writer.take(event) { nil }
            }
        }
        happen(.state(.running), .beat(.game, latency: 0.1, interval: 1))
        writer.writeOnce { [live] drain in drain(); return live }
        happen(.decided(Recordings.decision(1), latency: 0), .beat(.game, latency: 0.1, interval: 1))
        writer.writeLines()
        while try reader.next() != nil {}
        #expect(reader.snapshot.statistics.cycles == 1 && reader.snapshot.loops[.game]?.beats == 1)
        happen(.decided(Recordings.decision(2), latency: 0))
        writer.writeOnce({ [live] drain in drain(); return live }, isLast: true)
        while try reader.next() != nil {}
        #expect(reader.snapshot.differences(from: live) == [] && reader.damaged == 0)
    }

    @Test("the list of names is that of the format: one more would be unreadable to those who have it already")
    func frozen() { #expect(JournalHeader.newest == 2 && NameCode.names.count == 260) }

    @Test("the room on the disk is told every half minute, and of what has none nothing")
    func room() throws {
        let place = try JournalPlace()
        let clock = ManualClock()
        let pen = Pen(try JournalFile(creating: place.file()), clock: clock)
        func status() -> JournalStatus {
            pen.write([], dropped: 0, then: Snapshot(), isSynced: false, isLast: false)
        }
        let free = try #require(status().free)
        #expect(free > 0)
        clock.advance(by: .seconds(31))
        #expect(status().free != nil)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(JournalFile(path: "a pipe", descriptor: ends[1]).free == nil)
        close(ends[0])
    }
}
