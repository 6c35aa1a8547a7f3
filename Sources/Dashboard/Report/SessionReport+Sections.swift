import Canvas
import FoundationEssentials
import Glibc
import Record

/// The report as a person reads it, as sections for plain text and for Markdown.
extension SessionReport {
    private typealias Entry = FinalStatistics.Entry
    private typealias Section = FinalStatistics.Section

    var title: String { "Session \(recording.session)" }

    func plainLines(_ glyphs: Glyphs) -> [FinalStatistics.PlainLine] {
        let title = TextWidth.truncated(title, to: 80)
        let rule = String(repeating: "=", count: TextWidth.of(title))
        let lines = [title, rule, ""].map { FinalStatistics.PlainLine(text: $0) }
        return lines + FinalStatistics.plainLines(sections(glyphs), glyphs)
    }

    func sections(_ glyphs: Glyphs) -> [FinalStatistics.Section] {
        let statistics = FinalStatistics.sections(final, glyphs)
        let alarms = statistics.filter { $0.title == FinalStatistics.alarmTitle }
        let rest = statistics.filter { $0.title != FinalStatistics.alarmTitle }
        return alarms + ([openSection, recordingSection] + rest + [timelineSection, stuckSection, spendingSection])
            .filter { !$0.isEmpty }
    }

    private var recordingSection: FinalStatistics.Section {
        var entries = [
            Entry("File", recording.path), Entry("Size", NumberFormat.bytes(recording.sizeBytes)),
            Entry("Written by", "version \(recording.version)"),
            Entry("Started", Self.local(recording.startedAt.value)),
            Entry("Last line", at(recording.lastWrittenSeconds) + ", " + Self.local(recording.lastWrittenAt.value)),
            Entry("State", recording.state.rawValue, recording.state == .killed ? .bad : .text),
        ]
        if recording.isNewer {
            let words = "of a later version (format \(recording.format)): not everything in it is known here"
            entries.append(Entry("Format", words, .warning))
        }
        if recording.damagedLines > 0 {
            entries.append(Entry("Damaged lines", "\(recording.damagedLines), passed over", .warning))
        }
        if recording.isIncomplete {
            entries.append(Entry("Figures", "may be of an earlier moment: the last ones are damaged", .warning))
        } else if recording.state != .ended {
            let words = "those of timing, planning and learning are as of \(at(recording.wholeSeconds))"
            entries.append(Entry("Figures", words))
        }
        if recording.droppedEvents > 0 {
            let words = "\(recording.droppedEvents) events: the disk was full or too slow"
            entries.append(Entry("Not written", words, .warning))
        }
        return Section("Recording", entries)
    }

    private func at(_ seconds: Double) -> String { NumberFormat.clock(seconds) }

    private var openSection: FinalStatistics.Section {
        guard let open = stillOpen.value else { return Section("Still open") }
        let isKilled = recording.state == .killed
        let role: Role = isKilled ? .bad : .text
        var entries = open.resources.map { Entry($0.name, $0.isClosing ? "its closing had begun" : "open", role) }
        entries += open.lanes.map { lane in
            let origin = lane.origin.value.map { ", \($0)" } ?? ""
            let words = "\(lane.phase)\(origin), for \(NumberFormat.age(lane.ageSeconds))"
            return Entry("lane \(lane.lane + 1)", words, role)
        }
        if open.requestsUnderWay > 0 {
            entries.append(Entry("Model requests", "\(open.requestsUnderWay) without an end", role))
        }
        return Section(isKilled ? "Still open when it was killed" : "Open now", entries)
    }

    private var timelineSection: FinalStatistics.Section {
        var entries: [Entry] = []
        for (index, entry) in timeline.entries.enumerated() {
            if index == Timeline.half, timeline.omitted > 0 {
                entries.append(Entry("...", "\(timeline.omitted) entries are left out", .dim))
            }
            let again = entry.times > 1 ? " (\(entry.times) times, until \(NumberFormat.clock(entry.lastSeconds)))" : ""
            entries.append(Entry(NumberFormat.clock(entry.timeSeconds), entry.text + again, Timeline.role(entry.kind)))
        }
        return Section("Timeline", entries)
    }

    private var stuckSection: FinalStatistics.Section {
        let rows = stuckEpisodes.episodes.map { episode in
            let end = episode.endSeconds.value
            return StatisticsTable.Row(
                cells: [
                    NumberFormat.clock(episode.startSeconds),
                    end.map { NumberFormat.duration($0 - episode.startSeconds) } ?? "no end", "\(episode.repeats)",
                    "\(episode.recoveriesTried)", episode.action.value ?? "-",
                ], role: end == nil ? .bad : .text)
        }
        let earlier = stuckEpisodes.omitted
        return Section(
            "Stuck episodes", earlier > 0 ? [Entry("Earlier", "\(earlier) are left out")] : [],
            table: StatisticsTable(
                heading: ["from", "for", "repeats", "tries", "last tried"], rows: rows, droppable: [],
                textColumns: [0, 4]))
    }

    private var spendingSection: FinalStatistics.Section {
        let span = spending.spanSeconds
        let rows = spending.dollars.enumerated().map { index, dollars in
            let from = Double(index) * span
            return StatisticsTable.Row(
                cells: [NumberFormat.clock(from), NumberFormat.clock(from + span), NumberFormat.dollars(dollars)])
        }
        return Section(
            "Spend by time",
            table: StatisticsTable(heading: ["from", "to", "spend"], rows: rows, droppable: [], textColumns: [0, 1]))
    }

    /// A time in UTC as clocks here show it.
    private static func local(_ time: String?) -> String {
        guard let date = time.flatMap({ try? Date($0, strategy: .iso8601) }) else { return "at an unknown time" }
        return localTime("%Y-%m-%d %H:%M:%S", at: time_t(date.timeIntervalSince1970))
    }
}
