import FoundationEssentials
import Testing

@testable import Basics
@testable import Connections
@testable import EmbeddedModel
@testable import Engine
@testable import Games
@testable import Journal
@testable import Record
@testable import Vision

@Suite("A replayed session is the session that was", .timeLimit(.minutes(5)), .serialized, .alone)
struct ReplayTests {
    /// Folds a journal, and holds it against what the session's snapshot was at each turn.
    private func compare(_ path: String, _ turns: [Snapshot]) throws -> [SnapshotLine: Int] {
        let reader = try JournalReader(path)
        var counts: [SnapshotLine: Int] = [:]
        var turn = 0
        while let line = try reader.next() {
            let kind: SnapshotLine
            switch line.content {
            case .keyframe: kind = .keyframe
            case .snapshot: kind = .snapshot
            case .sample: kind = .sample
            default: continue
            }
            let live = turns[turn]
            turn += 1
            counts[kind, default: 0] += 1
            #expect(line.time == live.time)
            if kind != .sample { #expect(reader.snapshot.differences(from: live) == [], "turn \(turn)") }
            // What is not dense is exact each second.
            #expect(reader.snapshot.reading == live.reading)
            #expect(reader.snapshot.statistics.cycles == live.statistics.cycles)
            #expect(reader.snapshot.statistics.requests == live.statistics.requests)
            #expect(reader.snapshot.interpretations == live.interpretations)
            #expect(reader.snapshot.occupancy == live.occupancy)
            #expect(reader.snapshot.actions.suffix(20).elementsEqual(live.actions.suffix(20)), "turn \(turn)")
            #expect(reader.snapshot.loops.mapValues(\.beats) == live.loops.mapValues(\.beats))
        }
        #expect(reader.damaged == 0 && reader.unknown == 0 && turn == turns.count)
        return counts
    }

    @Test("at every snapshot, field by field, whatever happened", arguments: UInt64(1)...6)
    func generated(seed: UInt64) throws {
        let place = try JournalPlace()
        let events = Recordings.events(seconds: 90, seed: seed, decisionsASecond: seed.isMultiple(of: 2) ? 2 : 60)
        let counts = try compare(place.file(), try Recordings.write(events, to: place.file()))
        #expect(counts[.keyframe]! >= 1 && counts[.snapshot]! >= 5 && counts[.sample]! >= 50)
    }

    @Test("of sessions that were really played", arguments: [GameSpeed.lockStep, .realtime(16)])
    func played(speed: GameSpeed) async throws {
        var settings = Settings()
        (settings.speed, settings.frameRate) = (speed, 5)
        settings.account.price = Price(input: 750, output: 3750)
        settings.modelFaults = try FaultShares("429=0.1,500=0.1,truncate=0.1")
        let hub = EventHub()
        let log = EventLog(hub)
        let assets = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
        let session = Session(settings: settings, assets: assets, hub: hub)
        async let run: Void = session.run()
        await log.wait(12) { $0.isEnded }
        await log.wait(60) { if case .decided = $0 { true } else { false } }
        session.send(.stop(.key))
        try await run

        let place = try JournalPlace()
        let turns = try Recordings.write(log.events, to: place.file())
        #expect(turns.last!.differences(from: hub.snapshot) == [])
        _ = try compare(place.file(), turns)
    }

    @Test("a session writes itself: from the first event to its end, and says where")
    func session() async throws {
        let place = try JournalPlace()
        var settings = Settings()
        settings.speed = .lockStep
        settings.journal = JournalSettings(.folder(place.path + "/deep/folder"))
        let hub = EventHub()
        let log = EventLog(hub)
        let assets = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
        let session = Session(settings: settings, assets: assets, hub: hub)
        async let run: Void = session.run()
        await log.wait(2) { $0.isEnded }
        session.send(.stop(.duration))
        try await run

        let file = try #require(JournalFolder(place.path + "/deep/folder").sessions().first)
        let reader = try JournalReader(file.path)
        while try reader.next() != nil {}
        // All but what the journal tells of itself after its last line, with which a new half second may begin.
        let later: Set = ["time", "journal", "occupancyHistory", "occupancySampledAt"]
        #expect(Set(reader.snapshot.differences(from: hub.snapshot)).isSubset(of: later))
        #expect(reader.snapshot.stopReason == .duration && reader.snapshot.audit != nil)
        #expect(!reader.isBeingWritten() && reader.damaged == 0)
        let status = try #require(hub.snapshot.journal)
        #expect(status.path == file.path && status.bytes == file.bytes && status.dropped == 0 && status.trouble == nil)
        #expect(hub.snapshot.leftOpen.isEmpty)
    }

    @Test("where it cannot be written the session is played all the same, and says so")
    func nowhere() async throws {
        let place = try JournalPlace()
        try place.write([], "file")
        var settings = Settings()
        settings.speed = .lockStep
        settings.journal = JournalSettings(.folder(place.file("file")))
        let hub = EventHub()
        let log = EventLog(hub)
        let assets = try Assets.find(environment: [:], executable: CommandLine.arguments[0])
        let session = Session(settings: settings, assets: assets, hub: hub)
        async let run: Void = session.run()
        await log.wait(5) { if case .decided = $0 { true } else { false } }
        session.send(.stop(.key))
        try await run
        #expect(hub.snapshot.exitCode == 0 && hub.snapshot.journal == nil)
        #expect(hub.snapshot.notices.contains { $0.text.contains("not written down") && $0.text.contains(place.path) })
    }

    @Test("seeking to any time shows what reading up to there does", arguments: UInt64(1)...2)
    func seek(seed: UInt64) throws {
        let place = try JournalPlace()
        try Recordings.write(Recordings.events(seconds: 700, seed: seed), to: place.file())
        let reader = try JournalReader(place.file())
        var index = try JournalIndex(of: reader)
        #expect(index.keyframes.count >= 3)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2 {
            let time = random.unit() * 720 - 10
            try reader.seek(to: time, &index)
            let whole = try JournalReader(place.file())
            while try whole.next(until: time) != nil {}
            #expect(reader.snapshot.differences(from: whole.snapshot) == [], "at \(time)")
            #expect(reader.offset == whole.offset)
        }
    }
}
