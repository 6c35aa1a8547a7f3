import Canvas
import FoundationEssentials
import Testing

@testable import Dashboard
@testable import Journal
@testable import Record

@Suite("The report of a session", .shared)
struct SessionReportTests {
    private let shelf: SessionShelf

    init() throws { shelf = try SessionShelf() }

    private func told(_ events: [EngineEvent], held: Bool = false) throws -> SessionReport {
        try shelf.record(events, "a")
        if held { try shelf.hold("a") }
        return try SessionReport(of: JournalReader(shelf.path("a")))
    }

    private func plain(_ report: SessionReport) -> String {
        report.plainLines(.unicode).map(\.text).joined(separator: "\n")
    }

    @Test("of a session that ended it is the final report of its last snapshot, and says nothing of what was open")
    func ended() throws {
        let events = SessionShelf.ended()
        var snapshot = Snapshot()
        for event in events { snapshot.apply(EngineEvent(time: event.time, kind: event.kind.told)) }
        let report = try told(events)
        #expect(report.final == FinalReport(snapshot))
        #expect(report.stillOpen.value == nil && report.recording.state == .ended)
        #expect(report.final.outcome.reason == "key")
        #expect(report.recording.damagedLines == 0 && !report.recording.isIncomplete)
    }

    @Test("of one that was killed it says what was open, and the last time that was written")
    func killed() throws {
        let receipt = Receipt(resource: ResourceID(0), name: "game input", step: 1, result: .closed, duration: 0.01)
        let report = try told(
            SessionShelf.playing()
                + SessionShelf.events([(9.5, .closed(receipt)), (9.6, .closing(ResourceID(1)))]))
        let open = try #require(report.stillOpen.value)
        #expect(open.resources.map(\.name) == ["video interpreter"] && open.resources[0].isClosing)
        #expect(open.lanes.map(\.lane) == [2] && open.lanes[0].phase == "waiting" && open.lanes[0].ageSeconds == 2.5)
        #expect(open.lanes[0].origin.value == "https://example.org:443" && open.requestsUnderWay == 1)
        #expect(report.final.outcome.reason == "killed" && !report.final.outcome.isClean)
        #expect(report.recording.state == .killed && report.recording.lastWrittenSeconds == 9.6)
        #expect(report.recording.lastWrittenAt.value == "2023-11-14T22:13:29Z")
        let text = plain(report)
        for words in [
            "Still open when it was killed:", "video interpreter: its closing had begun",
            "lane 3: waiting, https://example.org:443, for 2.5s", "killed after 00:00:09",
            "never closed: video interpreter", "game input: closed in",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
    }

    @Test("one that runs is told as far as it has come, and nothing in it is wrong")
    func running() throws {
        let report = try told(SessionShelf.playing(), held: true)
        #expect(report.recording.state == .running && report.final.outcome.isInterim)
        #expect(report.stillOpen.value?.resources.count == 2 && report.final.outcome.problems.isEmpty)
        #expect(plain(report).contains("Open now:") && !plain(report).contains("killed"))
    }

    @Test("the JSON has the names of the final report, and its own beside them")
    func json() throws {
        let report = try told(SessionShelf.playing())
        let json = try FinalReport.json(report)
        // Whoever reads a final report reads this as well.
        #expect(try FinalReport(json: json) == report.final)
        for name in [
            "\"format_version\" : 2", "\"recording\" : {", "\"still_open\" : {", "\"timeline\" : [",
            "\"timeline_omitted\" : 0", "\"stuck_episodes\" : [", "\"recoveries_tried\" : 1", "\"end_seconds\" : 4",
            "\"spending\" : {", "\"span_seconds\" : 300", "\"requests_under_way\" : 1", "\"last_written_seconds\" : 9",
            "\"state\" : \"killed\"", "\"text\" : \"new place: Hollow\"",
        ] { #expect(json.contains(name), "\(name)") }
    }

    @Test("hostile text is no markup, no command to a terminal, and no second line")
    func hostile() throws {
        let bad = "\u{1b}[2J|<script>&lt;[a](http://b) *c* `d` ![e](f) ~~g~~ @h #1 www.i.org\n# j \\| \u{202e}"
        let report = try told(
            SessionShelf.playing(game: bad)
                + SessionShelf.events([
                    (10, .notice(bad)), (10, .endpointFailing(.plan, phase: nil, message: bad)),
                    (10, .quality(QualityReport(value: 1, places: [bad]))),
                    (11, .armed(ResourceID(9), name: bad, step: 4)),
                ]))
        let markdown = Markdown.text(report.title, report.sections(.unicode))
        for line in plain(report).split(separator: "\n") + markdown.split(separator: "\n") {
            #expect(TextWidth.sanitized(String(line)) == line, "\(line)")
        }
        for line in markdown.split(separator: "\n") {
            let bare = line.replacing(#/\\./#, with: "")
            #expect(!bare.contains(#/[<>`\[\]~@]|&[a-z]|:\/\/|www\./#), "\(line)")
        }
        #expect(markdown.contains(#"\|\<script\>\&lt;"#))
        #expect(report.plainLines(.unicode).allSatisfy { TextWidth.of($0.text) <= 80 })
    }

    @Test("damage is passed over and said")
    func damage() throws {
        try shelf.record(SessionShelf.ended(), "a")
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: shelf.path("a"))))
        try shelf.write(bytes + Array("{\"t\":10,\"notice\":7}\n\u{0}\u{1}\n".utf8), "a")
        let report = try SessionReport(of: JournalReader(shelf.path("a")))
        #expect(report.recording.damagedLines == 2 && report.final.outcome.reason == "key")
        #expect(plain(report).contains("Damaged lines: 2, passed over"))
    }
}

@Suite("What a session's events come to", .shared)
struct SessionFoldTests {
    private func timeline(_ kinds: [(Double, EngineEvent.Kind)]) -> Timeline {
        var timeline = Timeline()
        for event in SessionShelf.events(kinds) { timeline.apply(event) }
        return timeline
    }

    @Test("what a person wants to know is told in its order, and passing waits are not")
    func told() {
        let backoff = HoldReport(reason: .backoff(failures: 1), until: 3)
        let timeline = timeline([
            (0, .state(.running)), (1, .quality(QualityReport(value: 1, places: ["A"]))),
            (2, .quality(QualityReport(value: 1, places: ["A", "B"], deaths: 1))),
            (3, .endpointFailing(.plan, phase: .connecting, message: "refused")),
            (4, .endpointFailing(.plan, phase: .connecting, message: "refused")), (5, .account(.held(backoff))),
            (6, .account(.held(nil))), (7, .endpointRecovered(.plan)),
            (8, .account(.held(HoldReport(reason: .perMinute(limit: 3), until: 60)))), (9, .account(.held(nil))),
            (10, .loopFailed(.action, message: "no window", restart: 1, in: 1)), (11, .ended(.signal("SIGTERM"))),
        ])
        #expect(
            timeline.entries.map(\.text) == [
                "running", "new place: A", "new place: B", "death 1", "plan requests fail (connecting): refused",
                "plan requests work again, after 2 failures", "--rpm 3 reached", "requests are made again",
                "the action loop failed: no window", "stopped by SIGTERM",
            ])
        #expect(timeline.entries.map(\.timeSeconds) == [0, 1, 2, 2, 3, 7, 8, 9, 10, 11])
    }

    @Test("the same again is counted, and a long session keeps its beginning and its end")
    func bounded() {
        let same = timeline((0..<50).flatMap { second -> [(Double, EngineEvent.Kind)] in
            let time = Double(second)
            let reports: [StuckReport] = [.detected(similarity: 1, repeats: 4), .judged(recovered: true, change: 1)]
            return reports.map { (time, .stuck($0)) }
        })
        #expect(same.entries.map(\.times) == [50, 50] && same.entries.map(\.lastSeconds) == [49, 49])
        let long = timeline((0..<10_000).map { (Double($0), .notice("number \($0)")) })
        #expect(long.entries.count == 2 * Timeline.half && long.omitted == 10_000 - 2 * Timeline.half)
        #expect(long.entries[Timeline.half - 1].text == "number \(Timeline.half - 1)")
        #expect(long.entries.last?.text == "number 9999")
        #expect(timeline([(0, .notice(String(repeating: "long ", count: 10_000)))]).entries[0].text.count <= 400)
    }

    @Test("an episode of being stuck is one, with what was tried and what helped; one without an end has none")
    func stuck() {
        var fold = SessionReport.StuckEpisodes()
        for event in SessionShelf.events([
            (1, .stuck(.judged(recovered: true, change: 1))), (2, .stuck(.detected(similarity: 1, repeats: 4))),
            (3, .stuck(.recovering(action: .jump, attempt: 1))), (4, .stuck(.judged(recovered: false, change: 0))),
            (5, .stuck(.detected(similarity: 1, repeats: 7))), (6, .stuck(.recovering(action: .turnLeft, attempt: 2))),
            (7, .stuck(.judged(recovered: true, change: 1))), (9, .stuck(.detected(similarity: 1, repeats: 5))),
        ]) { fold.apply(event) }
        #expect(fold.episodes.map(\.startSeconds) == [2, 9] && fold.episodes.map(\.endSeconds.value) == [7, nil])
        #expect(fold.episodes.map(\.repeats) == [7, 5] && fold.episodes.map(\.recoveriesTried) == [2, 0])
        #expect(fold.episodes[0].action.value == "turnLeft")
        for second in 0..<1000 {
            fold.apply(EngineEvent(time: Double(second), kind: .stuck(.detected(similarity: 1, repeats: 4))))
            fold.apply(EngineEvent(time: Double(second), kind: .stuck(.judged(recovered: true, change: 1))))
        }
        #expect(fold.episodes.count == 100 && fold.omitted == 901)
    }

    @Test("what was spent when adds up, however long the session is")
    func spending() {
        var fold = SessionReport.Spending()
        for hour in 0..<100 {
            let cost = Money(nanodollars: 1_000_000_000)
            let kind = EngineEvent.Kind.account(.ended(.plan, .answered, cost: cost, unreported: .zero))
            fold.apply(EngineEvent(time: Double(hour) * 3600, kind: kind))
            #expect(abs(fold.dollars.reduce(0, +) - Double(hour + 1)) < 1e-9 && fold.dollars.count <= 24)
        }
        #expect(fold.spanSeconds == 19_200)
        #expect(fold.dollars.first == 6, "hours 0 to 5 begin in the first 19 200 s")
    }
}
