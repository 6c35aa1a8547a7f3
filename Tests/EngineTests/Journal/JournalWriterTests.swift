import FoundationEssentials
import Glibc
import Testing

@testable import Basics
@testable import Connections
@testable import Journal
@testable import Record
@testable import Vision

@Suite("Writing a journal", .shared)
struct JournalWriterTests {
    private func event(_ time: Double, _ kind: EngineEvent.Kind) -> EngineEvent { EngineEvent(time: time, kind: kind) }

    private func lines(_ bytes: some Sequence<UInt8>) -> [String] {
        String(decoding: Array(bytes), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("what comes in masses is left to the samples, what is looked at one by one is a line")
    func fold() {
        var fold = JournalFold()
        func takes(_ event: EngineEvent) -> Bool { fold.takes(event) }
        #expect(takes(event(0, .notice("x"))))
        #expect(takes(event(0, .decided(Recordings.decision(1), latency: 0))))
        #expect(!takes(event(0, .beat(.game, latency: 0, interval: 1))))
        #expect(!takes(event(0, .perceived(Reading(), latency: 0))))
        #expect(takes(event(0, .account(.ended(.plan, .answered, cost: Money(nanodollars: 1), unreported: .zero)))))
        #expect(!takes(event(0, .account(.ended(.plan, .answered, cost: .zero, unreported: .zero)))))
        func acted(_ fate: ActionFate) -> EngineEvent.Kind {
            .acted(ActionOutcome(decision: Recordings.decision(1), fate: fate, frameAge: nil, duration: 0))
        }
        #expect(!takes(event(0, acted(.executed))) && fold.takes(event(0, acted(.failed("x")))))
    }

    @Test("decisions beyond so many a second are sampled, money never is")
    func sampling() {
        var fold = JournalFold()
        func takes(_ event: EngineEvent) -> Bool { fold.takes(event) }
        var (decisions, costs) = (0, 0)
        let cost = EngineEvent.Kind.account(.ended(.plan, .answered, cost: Money(nanodollars: 1), unreported: .zero))
        for number in 0..<70_000 {
            let time = Double(number) / 7000
            if fold.takes(event(time, .decided(Recordings.decision(number), latency: 0))) { decisions += 1 }
            if fold.takes(event(time, cost)) { costs += 1 }
        }
        #expect(costs == 70_000)
        #expect((80...110).contains(decisions))
    }

    @Test("only deaths, kills, places, people and levels make a line of the quality")
    func progress() {
        var fold = JournalFold()
        func takes(_ event: EngineEvent) -> Bool { fold.takes(event) }
        var report = QualityReport()
        #expect(!takes(event(0, .quality(report))))
        report.deaths = 1
        #expect(takes(event(1, .quality(report))))
        report.value = 0.9
        #expect(!takes(event(2, .quality(report))))
    }

    @Test("a line is what its event was, by names of its own")
    func line() throws {
        var scribe = JournalScribe()
        var snapshot = Snapshot()
        let happened = event(12.3456, .notice("a \"quoted\" \u{1B}[31m line\n"))
        snapshot.apply(happened)
        let made = lines(scribe.lines([.event(happened)], then: snapshot))
        #expect(made[0] == #"{"t":12.3456,"notice":{"text":"a \"quoted\" \u001b[31m line\n"}}"#)
        #expect(made[1].hasPrefix(#"{"t":12.3456,"keyframe":""#) && made.count == 2)
        #expect(scribe.known.differences(from: snapshot) == [])
        #expect(scribe.lines([], then: snapshot).isEmpty, "nothing has changed")

        // A line between two turns is told at once, what it came to when that is due.
        let next = event(12.4, .notice("more"))
        snapshot.apply(next)
        #expect(lines(scribe.lines([.event(next)], then: nil)).count == 1)
        #expect(lines(scribe.lines([], then: snapshot)).count == 1)
        #expect(scribe.known.differences(from: snapshot) == [])
    }

    @Test("a full disk ends nothing: it is told, tried again, and what was lost is said when there is room")
    func full() throws {
        let clock = ManualClock()
        // A pipe is as full as a disk, until somebody reads from it.
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        for end in ends { #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        defer { close(ends[0]) }
        let capacity = Int(fcntl(ends[1], 1031 /* F_SETPIPE_SZ */, 4096))
        var filler = [UInt8](repeating: UInt8(ascii: "\n"), count: capacity)
        #expect(Glibc.write(ends[1], &filler, filler.count) == capacity)
        let writer = JournalWriter(JournalFile(path: "a pipe", descriptor: ends[1]), pictures: false, clock: clock)
        var live = Snapshot()
        func turn(_ kinds: [EngineEvent.Kind], isLast: Bool = false) -> JournalStatus {
            for kind in kinds {
                let event = EngineEvent(time: live.time + 1, kind: kind)
                live.apply(event)
                writer.take(event) { nil }
            }
            return writer.writeOnce({ [live] drain in drain(); return live }, isLast: isLast)
        }
        let first = turn([.notice("one"), .beat(.game, latency: 1, interval: 1)])
        #expect(first.dropped == 1 && first.trouble?.contains("cannot write a pipe") == true)
        filler = [UInt8](repeating: 0, count: 1 << 20)
        #expect(read(ends[0], &filler, filler.count) == capacity)
        #expect(turn([.notice("two")]).dropped == 2, "not tried again before its time")
        clock.advance(by: .seconds(2))
        let later = turn([.notice("three")])
        #expect(later.trouble == nil && later.dropped == 2)
        let count = read(ends[0], &filler, filler.count)
        let told = lines(filler[..<max(0, count)])
        #expect(told[0] == #"{"t":4,"dropped":{"events":2}}"#)
        #expect(told[1] == #"{"t":4,"notice":{"text":"three"}}"#)
        #expect(told[2].hasPrefix(#"{"t":4,"keyframe":""#), "all is told anew")
    }

    @Test("what waits for a slow disk is bounded; what finds no room is counted")
    func bounded() throws {
        let queue = JournalQueue(pictures: true) {}
        let text = String(repeating: "x", count: 10_000)
        for number in 0..<1000 { queue.take(event(Double(number), .notice(text))) { nil } }
        let taken = queue.drain()
        #expect(taken.dropped > 500 && taken.urgent)
        #expect(taken.entries.count - 1 + taken.dropped == 1000)
        #expect((taken.entries.count - 1) * 10_000 <= JournalQueue.capacity + 10_000)
        queue.take(event(1001, .notice("again"))) { nil }
        #expect(queue.drain().entries.count == 1)
    }

    @Test("the picture behind a decision is written once a second at the most, unless pictures are off")
    func pictures() throws {
        let frame = Frame(
            width: 2, height: 2, rgb: [UInt8](repeating: 7, count: 12), sequence: 3, capturedAt: .now)
        for isOn in [true, false] {
            let queue = JournalQueue(pictures: isOn) {}
            for number in 0..<40 {
                queue.take(event(Double(number) / 10, .decided(Recordings.decision(number), latency: 0))) { frame }
            }
            let pictures = queue.drain().entries.filter { if case .picture = $0 { true } else { false } }
            #expect(pictures.count == (isOn ? 4 : 0))
        }
    }

    @Test("a file is its owner's alone, never an old one, and held while it is written")
    func file() throws {
        let place = try JournalPlace()
        do {
            let file = try JournalFile(creating: place.file())
            var facts = stat()
            #expect(stat(file.path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
            #expect(throws: JournalError.exists(path: place.file())) { _ = try JournalFile(creating: place.file()) }
            let other = open(place.file(), O_RDONLY)
            #expect(flock(other, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK)
            close(other)
        }
        let other = open(place.file(), O_RDONLY)
        #expect(flock(other, LOCK_SH | LOCK_NB) == 0)
        close(other)
        #expect(throws: JournalError.self) { _ = try JournalFile(creating: place.path + "/none/x.jsonl") }
    }

    @Test("whether one can be written is found out before, and leaves nothing behind")
    func probe() throws {
        let place = try JournalPlace()
        try JournalWriter.probe(JournalSettings(.off))
        try JournalWriter.probe(JournalSettings(.file(place.file())))
        try JournalWriter.probe(JournalSettings(.folder(place.path + "/deep")))
        #expect(access(place.file(), F_OK) != 0 && JournalFolder(place.path + "/deep").sessions().isEmpty)
        try place.write([1], "there.jsonl")
        let there = place.file("there.jsonl")
        #expect(throws: JournalError.exists(path: there)) { try JournalWriter.probe(JournalSettings(.file(there))) }
        #expect(access(there, F_OK) == 0)
        #expect(throws: JournalError.self) { try JournalWriter.probe(JournalSettings(.folder(there))) }
    }

    @Test("the oldest sessions go when a folder is full, but none that is held")
    func retention() throws {
        let place = try JournalPlace()
        let names = (1...5).map { "2026112\($0)-100000-0000.jsonl" }
        for name in names {
            try place.write([UInt8](repeating: 0, count: 1000), name)
            try place.write([0], name + JournalIndex.suffix)
        }
        try place.write([0], "notes.txt")
        let folder = JournalFolder(place.path)
        #expect(folder.sessions().map(\.path) == names.reversed().map(place.file))
        let watched = open(place.file(names[0]), O_RDONLY)
        #expect(flock(watched, LOCK_SH | LOCK_NB) == 0)
        #expect(folder.prune(to: 3500) == [place.file(names[1])])
        #expect(access(place.file(names[1] + JournalIndex.suffix), F_OK) != 0)
        close(watched)
        #expect(folder.prune(to: 3000) == [place.file(names[0])])
        #expect(folder.prune(to: 3000).isEmpty)
        #expect(access(place.file("notes.txt"), F_OK) == 0)
    }

    @Test("a folder is made with all above it, for its owner alone; where it cannot be, it says which")
    func folder() throws {
        let place = try JournalPlace()
        _ = try JournalFolder(creating: place.path + "/a/b/c")
        var facts = stat()
        #expect(stat(place.path + "/a/b", &facts) == 0 && facts.st_mode & 0o777 == 0o700)
        try place.write([], "file")
        #expect(throws: JournalError.self) { _ = try JournalFolder(creating: place.file("file") + "/x") }
        #expect(JournalSettings.folder(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/singularis/sessions")
        #expect(
            JournalSettings.folder(environment: ["XDG_STATE_HOME": "s", "HOME": "/h"])
                == "/h/.local/state/singularis/sessions")
        #expect(JournalSettings.folder(environment: [:]) == nil)
    }
}

@Suite("What is recorded", .shared)
struct RecordedTests {
    /// The names of a value's stored properties that no field of a journal is called by.
    private func missing<Value: Recorded>(_: Value.Type, known: [String: String] = [:]) -> Set<String> {
        let stored = Mirror(reflecting: Value()).children.compactMap(\.label).map { known[$0] ?? $0 }
        return Set(stored).subtracting(Value.fields.map(\.name.stringValue))
    }

    @Test("every property of what is folded has a field; those that have none are known")
    func whole() {
        #expect(missing(Snapshot.self, known: ["lastHold": "hold"]) == ["revision", "readings"])
        #expect(missing(Statistics.self) == [])
        #expect(missing(LoopStatus.self, known: ["isResting": "resting"]) == ["recentLatencies", "recentBeats"])
        #expect(missing(LoopPace.self) == [])
        #expect(missing(ActionLine.self, known: ["consultation": "consulted"]) == [])
        #expect(missing(Interpretation.self) == [] && missing(Decision.self) == [] && missing(Notice.self) == [])
        #expect(missing(Occupancy.self) == [] && missing(Occupancy.Lane.self) == [])
        #expect(missing(SessionInfo.self, known: ["isWatched": "watched"]) == [])
        #expect(missing(AccountInfo.self) == [] && missing(TokenUsage.self) == [])
        #expect(missing(Reading.self, known: ["isNight": "night"]) == ["thumbnail"])
        #expect(missing(VoiceStatus.self, known: ["isSpeaking": "speaking"]) == [] && missing(Audit.self) == [])
        #expect(missing(LearnerSummary.self) == [] && missing(QualityReport.self) == [])
    }

    @Test("a field that a journal lacks has its default, one that is not known is passed over")
    func defaults() throws {
        let report: QualityReport = try JSON.decode(from: Array(#"{"deaths":5,"mood":"fair"}"#.utf8))
        #expect(report.deaths == 5 && report.places.isEmpty && report.level == nil)
        let told = #"{"reading":{"health":50},"statistics":{"cycles":7},"weather":{"a":[1]}}"#
        let snapshot: Snapshot = try JSON.decode(from: Array(told.utf8))
        #expect(snapshot.statistics.cycles == 7 && snapshot.speed == 1)
        #expect(snapshot.reading?.health == 50 && snapshot.reading?.scene == .wilderness)
    }

    @Test("durations keep every figure that is shown of them")
    func durations() throws {
        var random = SeededGenerator(seed: 9)
        var (old, new) = (LatencyRecord(), LatencyRecord())
        for _ in 0..<2000 { new.add((random.unit() * 30).toMicro) }
        for step in 0..<3 {
            let json = try JSON.encode(Change(from: old, to: new))
            let decoder = JSONDecoder()
            struct Applied: Decodable {
                var record: LatencyRecord
                init(from decoder: any Decoder) throws {
                    record = decoder.userInfo[.init(rawValue: "old")!] as! LatencyRecord
                    try record.applyChange(from: decoder)
                }
            }
            decoder.userInfo[.init(rawValue: "old")!] = old
            let read = try decoder.decode(Applied.self, from: Data(json)).record
            #expect(read == new && read.maximum == new.maximum && read.average == new.average, "\(step)")
            #expect(read.percentile(95) == new.percentile(95) && read.last == new.last)
            old = new
            if step == 1 { new = LatencyRecord() }
            for _ in 0..<50 { new.add((random.unit() * 0.01).toMicro) }
        }
    }
}
