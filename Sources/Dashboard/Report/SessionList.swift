import Canvas
import FoundationEssentials
import Glibc
import Journal

/// The sessions of a folder, the newest first: as a table, and as JSON.
struct SessionList: Codable, Equatable, Sendable {
    /// Columns when nobody's terminal is asked.
    static let fullWidth = 400

    /// Raised when a name changes its meaning or goes away; not when one is added.
    var formatVersion = 1
    var folder: String
    var sessions: [SessionSummary]

    init(_ folder: JournalFolder) {
        self.folder = folder.path
        sessions = folder.sessions().map(SessionSummary.init)
    }

    init(folder: String, _ sessions: [SessionSummary]) { (self.folder, self.sessions) = (folder, sessions) }

    private static let heading = [
        "id", "when", "long", "game", "model", "cycles", "places", "spend", "size", "end",
    ]

    /// The table, and below it what somebody should know or do; no line of the table is wider than `width`.
    func lines(width: Int, glyphs: Glyphs) -> [FinalStatistics.PlainLine] {
        guard !sessions.isEmpty else {
            return [FinalStatistics.PlainLine(text: TextWidth.sanitized(SessionChoice.none(in: JournalFolder(folder))))]
        }
        let table = StatisticsTable(
            heading: Self.heading, rows: sessions.map(row), droppable: [6, 8, 4, 3, 5, 7, 2, 1],
            textColumns: [0, 1, 3, 4, 9])
        var lines = table.rows(width: width, ellipsis: glyphs.ellipsis).map { row in
            FinalStatistics.PlainLine(text: row.text, isBad: row.role == .bad)
        }
        let notes = self.notes
        if !notes.isEmpty { lines.append(FinalStatistics.PlainLine(text: "")) }
        for note in notes {
            lines += TextWrap.rows(TextWidth.sanitized(note), width: min(max(20, width), 100)).map {
                FinalStatistics.PlainLine(text: $0)
            }
        }
        guard glyphs.isASCII else { return lines }
        return lines.map { FinalStatistics.PlainLine(text: FinalStatistics.ascii($0.text), isBad: $0.isBad) }
    }

    private func row(_ session: SessionSummary) -> StatisticsTable.Row {
        let start = session.startedAt.value.flatMap { try? Date($0, strategy: .iso8601) }
        let when = start.map { localTime("%Y-%m-%d %H:%M", at: time_t($0.timeIntervalSince1970)) }
        let spend = session.pricing.value == "free" ? "free" : session.spendDollars.value.map(NumberFormat.dollars)
        let cells = [
            cut(session.id, 40), when ?? "-", session.elapsedSeconds.value.map(NumberFormat.duration) ?? "-",
            cut(session.game.value ?? "-", 24), cut(session.model.value ?? "-", 24),
            session.cycles.value.map(NumberFormat.count) ?? "-", session.places.value.map { "\($0)" } ?? "-",
            spend ?? "-", NumberFormat.bytes(session.sizeBytes), session.end,
        ]
        return StatisticsTable.Row(cells: cells, role: session.needsCare ? .bad : .text)
    }

    /// Names from a journal are no longer than a table can bear.
    private func cut(_ text: String, _ width: Int) -> String { TextWidth.truncated(text, to: width) }

    private var notes: [String] {
        var notes = sessions.prefix(1000).compactMap { session -> String? in
            switch session.state {
            case .unreadable: "\(session.id): \(session.description)"
            case .ended, .running, .killed:
                session.isNewer ? "\(session.id) is of a later version: not everything in it is known here"
                    : session.isIncomplete ? "\(session.id) is damaged: its figures may be those of an earlier moment"
                    : nil
            }
        }
        if let killed = sessions.first(where: { $0.state == .killed }) {
            let count = sessions.count { $0.state == .killed }
            let many = count == 1 ? "\(killed.id) was killed" : "\(count) sessions were killed, last \(killed.id)"
            notes.append(
                "\(many): `singularis report \(killed.id)` tells what was still open; `reset` restores a terminal "
                    + "that it left broken.")
        }
        return notes
    }
}

extension SessionSummary {
    /// How it ended, in a word or two.
    fileprivate var end: String {
        switch (state, reason.value) {
        case (.ended, "signal"): TextWidth.truncated(description.replacing("stopped by ", with: ""), to: 12)
        case (.ended, "terminal_lost"): "terminal lost"
        case (.ended, "error"): TextWidth.truncated(description.replacing("ended by an error", with: "error"), to: 40)
        case (.ended, let reason): reason ?? "ended"
        default: state.rawValue
        }
    }

    /// Somebody should look at it.
    fileprivate var needsCare: Bool {
        switch state {
        case .killed, .unreadable: true
        case .running: false
        case .ended: exitCode.value != 0
        }
    }
}
