import Canvas
import FoundationEssentials
import Testing

@testable import Dashboard
@testable import Journal
@testable import Record

@Suite("The list of sessions", .shared)
struct SessionListTests {
    private let shelf: SessionShelf

    init() throws { shelf = try SessionShelf() }

    private func list() -> SessionList { SessionList(shelf.folder) }
    private func rows(width: Int = 200) -> [String] { list().lines(width: width, glyphs: .unicode).map(\.text) }

    @Test("each session says what it came to and how it ended, the newest first")
    func kinds() throws {
        try shelf.record(SessionShelf.ended(), "1")
        try shelf.record(SessionShelf.ended(.signal("SIGTERM")), "2")
        try shelf.record(SessionShelf.ended(.error("no window")), "3")
        try shelf.record(SessionShelf.playing(), "4")
        try shelf.record(SessionShelf.playing(), "5")
        try shelf.hold("5")
        let sessions = list().sessions
        #expect(sessions.map(\.id) == ["5", "4", "3", "2", "1"])
        #expect(sessions.map(\.state) == [.running, .killed, .ended, .ended, .ended])
        #expect(sessions.map(\.reason.value) == [nil, nil, "error", "signal", "key"])
        #expect(sessions.map(\.exitCode.value) == [nil, nil, 1, 3, 3], "a connection was left open")
        for session in sessions {
            #expect(session.game.value == "a game" && session.model.value == "a model" && session.places.value == 2)
            #expect(session.spendDollars.value == 1.5 && session.startedAt.value == "2023-11-14T22:13:20Z")
            #expect(session.elapsedSeconds.value == (session.state == .ended ? 10 : 9))
        }
        let text = rows()
        let ends = ["running", "killed", "error: no window", "SIGTERM", "key"]
        for (row, end) in zip(text.dropFirst(), ends) { #expect(row.hasSuffix(end) && row.contains("$1.50"), "\(row)") }
        #expect(text.contains { $0.contains("4 was killed: `singularis report 4`") })
        #expect(text.contains { $0.contains("`reset`") })
    }

    @Test("what is no journal, or a damaged one, is listed with what is wrong, and the rest with it")
    func broken() throws {
        try shelf.record(SessionShelf.ended(), "1")
        try shelf.write(Array("hello\n".utf8), "2")
        try shelf.write([], "3")
        let whole = [UInt8](try Data(contentsOf: URL(filePath: shelf.path("1"))))
        try shelf.write(Array(whole.prefix(20)), "4")
        let header = whole.firstIndex(of: UInt8(ascii: "\n"))!
        try shelf.write(whole[...header] + Array("{\"t\":1,\"keyframe\":\"x\"}\nrubbish\n".utf8), "5")
        let (now, next) = (JournalHeader.newest, JournalHeader.newest + 1)
        let newer = String(decoding: whole, as: UTF8.self).replacing("\"format\":\(now)", with: "\"format\":\(next)")
        try shelf.write(Array(newer.utf8), "6")
        let sessions = list().sessions
        #expect(sessions.map(\.state) == [.ended, .killed, .unreadable, .unreadable, .unreadable, .ended])
        #expect(sessions[0].isNewer && sessions[1].isIncomplete && sessions[1].cycles.value == nil)
        let text = rows().joined(separator: "\n")
        for note in [
            "2: no journal: its first line is not the header", "3: no journal: it is empty",
            "4: no journal: its first line has no end", "5 is damaged", "6 is of a later version",
        ] { #expect(text.contains(note), "\(note) in \(text)") }
    }

    @Test("at any width no line is wider, columns go as wholes, and how it ended stays")
    func widths() throws {
        try shelf.record(SessionShelf.ended(), "20231114-221320-abcd")
        try shelf.record(SessionShelf.playing(), "20231114-221320-abce")
        // Read once: a list is a value.
        let sessions = self.list()
        func rows(_ width: Int) -> [String] { sessions.lines(width: width, glyphs: .unicode).map(\.text) }
        let heading = rows(200)[0].split(separator: " ").map(String.init)
        #expect(heading == ["id", "when", "long", "game", "model", "cycles", "places", "spend", "size", "end"])
        var fewest = heading.count
        for width in (24...200).reversed() {
            let lines = rows(width)
            #expect(lines.allSatisfy { TextWidth.of($0) <= width }, "\(width)")
            let columns = lines[0].split(separator: " ").map(String.init)
            #expect(columns.allSatisfy(heading.contains) && columns.first == "id" && columns.last == "end", "\(width)")
            #expect(columns.count <= fewest, "\(width)")
            fewest = columns.count
            #expect(lines[1].hasSuffix("killed"), "\(width)")
        }
        #expect(fewest < 4)
    }

    @Test("what a journal says reaches no terminal")
    func hostile() throws {
        let bad = "\u{1b}]0;x\u{7}\u{1b}[31m\r\n\u{202e}|" + String(repeating: "w", count: 5000)
        let end = SessionShelf.events([(10, .ended(.error(bad)))])
        try shelf.record(SessionShelf.playing(game: bad) + end, "1", session: bad)
        try shelf.record(SessionShelf.ended(.signal(bad)), "2")
        for line in rows() + rows(width: 60) {
            #expect(TextWidth.sanitized(line) == line, "\(line)")
            #expect(TextWidth.of(line) <= 200)
        }
        let json = try FinalReport.json(list())
        #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    }

    @Test("the JSON has its names, and null for what is not known")
    func json() throws {
        try shelf.record(SessionShelf.playing(), "1")
        try shelf.write(Array("hello\n".utf8), "2")
        let json = try FinalReport.json(list())
        for name in [
            "\"format_version\" : 1", "\"folder\" : ", "\"state\" : \"killed\"", "\"state\" : \"unreadable\"",
            "\"spend_dollars\" : 1.5", "\"spend_dollars\" : null", "\"elapsed_seconds\" : 9", "\"exit_code\" : null",
            "\"started_at\" : null", "\"size_bytes\" : 6",
        ] { #expect(json.contains(name), "\(name)") }
    }

    @Test("an empty folder, or none, says where sessions come from")
    func empty() {
        #expect(rows().count == 1 && rows()[0].contains("no sessions in \(shelf.folder.path) yet"))
        let none = SessionList(JournalFolder(shelf.folder.path + "/none"))
        #expect(none.lines(width: 80, glyphs: .ascii)[0].text.contains("no sessions"))
    }

    @Test("a session is found by its file, its name, or the beginning or end of that when there is one only")
    func choice() throws {
        for name in ["20231114-221320-abcd", "20231114-221321-00ff", "zz"] {
            try shelf.record(SessionShelf.ended(), name)
        }
        try shelf.write(Array("hello\n".utf8), "zzz")
        func found(_ word: String?) throws -> String {
            SessionChoice.name(of: try SessionChoice.path(word, in: shelf.folder))
        }
        #expect(try found("20231114-221320-abcd") == "20231114-221320-abcd")
        #expect(try found("00ff") == "20231114-221321-00ff" && found("20231114-221320") == "20231114-221320-abcd")
        #expect(try found("zz") == "zz" && found(shelf.path("zzz")) == "zzz" && found("zzz.jsonl") == "zzz")
        #expect(try found(nil) == "zz", "the newest that is a journal")
        let mistakes = [("2023", "2 sessions are called 2023"), ("nope", "`singularis sessions`"), ("", "no session")]
        for (word, part) in mistakes {
            #expect(throws: SessionError.self) { try found(word) }
            do { _ = try found(word) } catch { #expect("\(error)".contains(part), "\(error)") }
        }
        // The clock was set back, twice: what ran since the machine's last start knows its order.
        for (name, boot, seconds) in [("a", "x", 30.0), ("b", "y", 20), ("c", "y", 10), ("d", "x", 40)] {
            let machine = MachineTime(boot: boot, seconds: seconds)
            try shelf.record(SessionShelf.ended(), "zzzz-\(name)", machine: machine)
        }
        #expect(try found(nil) == "zzzz-d")
        try shelf.record(SessionShelf.ended(), "zzzz-e", machine: MachineTime(boot: "y", seconds: 5))
        #expect(try found(nil) == "zzzz-b")
        let path = "/nowhere/at/all.jsonl"
        #expect(try SessionChoice.path(path, in: shelf.folder) == path, "whoever opens it says that it is not there")
    }
}
