import Canvas

/// The final report as a person reads it: the same sections on the final screen and in the transcript.
enum FinalStatistics {
    /// One figure. A role other than `text` says that it needs attention, or that it is as it should be.
    struct Entry: Equatable, Sendable {
        var label: String
        var value: String
        var role: Role

        init(_ label: String, _ value: String, _ role: Role = .text) {
            (self.label, self.value, self.role) = (label, value, role)
        }
    }
    struct Section: Equatable, Sendable {
        var title: String
        var entries: [Entry]
        var table: StatisticsTable?

        init(_ title: String, _ entries: [Entry] = [], table: StatisticsTable? = nil) {
            (self.title, self.entries, self.table) = (title, entries, table)
        }

        var isEmpty: Bool { entries.isEmpty && table?.rows.isEmpty != false }
    }
    /// A line of the transcript, without its end.
    struct PlainLine: Equatable, Sendable {
        var text: String
        var isBad = false
    }

    /// In the order of the transcript, where the cleanup has been told before.
    static func sections(_ report: FinalReport, _ glyphs: Glyphs) -> [Section] {
        let isInterim = report.outcome.isInterim
        return [
            problems(report.outcome), session(report), actions(report.actions), planning(report), timing(report.timing),
            diversity(report), progress(report.quality, glyphs), learner(report.learner), stuck(report.stuck),
            interpreter(report.interpreter), account(report.account, isInterim: isInterim), voice(report.voice),
            loops(report.loops, glyphs), connections(report.connections, isInterim: isInterim), cleanup(report),
            dashboard(report.dashboard.value),
        ].filter { !$0.isEmpty }
    }

    /// In the order of the screen: what is wrong, and the proof that nothing is left open, are on the first page.
    private static func screenSections(_ report: FinalReport, _ glyphs: Glyphs) -> [Section] {
        let first = [
            problems(report.outcome), connections(report.connections, isInterim: report.outcome.isInterim),
            cleanup(report),
        ].filter { !$0.isEmpty }
        return first + sections(report, glyphs).filter { section in !first.contains { $0.title == section.title } }
    }

    /// Rows for the screen; two columns of sections where there is room.
    static func lines(_ report: FinalReport, width: Int, glyphs: Glyphs = .unicode) -> [StyledLine] {
        let sections = screenSections(report, glyphs)
        guard width >= 110 else { return sections.flatMap { rows($0, width: width, glyphs) } }
        let columnWidth = (width - 1) / 2
        let blocks = sections.map { rows($0, width: columnWidth, glyphs) }
        let half = (blocks.reduce(0) { $0 + $1.count } + 1) / 2
        var left: [StyledLine] = []
        var right: [StyledLine] = []
        for block in blocks {
            if right.isEmpty, left.count + block.count / 2 <= half { left += block } else { right += block }
        }
        return StyledLine.sideBySide(left, right, at: columnWidth + 1)
    }

    /// The block of the transcript: one figure a line, no line over 80 columns.
    static func plainLines(_ report: FinalReport, glyphs: Glyphs = .unicode) -> [PlainLine] {
        plainLines(sections(report, glyphs), glyphs)
    }

    static func plainLines(_ sections: [Section], _ glyphs: Glyphs) -> [PlainLine] {
        var lines: [PlainLine] = []
        for section in sections {
            lines.append(PlainLine(text: section.title + ":"))
            for entry in section.entries {
                let isBad = entry.role == .bad
                let head = "  \(TextWidth.sanitized(entry.label)): "
                let rows = TextWrap.rows(TextWidth.sanitized(entry.value), width: max(20, 80 - TextWidth.of(head)))
                let indent = String(repeating: " ", count: min(TextWidth.of(head), 24))
                lines.append(PlainLine(text: head + (rows.first ?? ""), isBad: isBad))
                lines += rows.dropFirst().map { PlainLine(text: indent + $0, isBad: isBad) }
            }
            for row in section.table?.rows(width: 78, ellipsis: glyphs.ellipsis) ?? [] {
                lines.append(PlainLine(text: "  " + row.text, isBad: row.role == .bad))
            }
        }
        return glyphs.isASCII ? lines.map { PlainLine(text: ascii($0.text), isBad: $0.isBad) } : lines
    }

    /// `text` for a terminal that shows ASCII only: what a name brought along stays visible as something.
    static func ascii(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "?" }))
    }

    private static func rows(_ section: Section, width: Int, _ glyphs: Glyphs) -> [StyledLine] {
        let labelWidth = 17
        let valueWidth = max(8, width - labelWidth - 2)
        let isAlarm = section.entries.contains { $0.role == .bad } && section.title == Self.alarmTitle
        var rows = [StyledLine(section.title, Style(isAlarm ? .bad : .title, .bold))]
        for entry in section.entries {
            let values = TextWrap.rows(TextWidth.sanitized(entry.value), width: valueWidth)
            let label = NumberFormat.padded(entry.label, labelWidth, ellipsis: glyphs.ellipsis)
            let needsCare = entry.role == .bad
            let labelSpan = Span(" \(label) ", needsCare ? Style(.bad) : .label)
            let valueStyle = Style(entry.role, needsCare ? .bold : [])
            rows.append(StyledLine([labelSpan, Span(values.first ?? "-", valueStyle)]))
            for value in values.dropFirst() {
                rows.append(StyledLine([Span(String(repeating: " ", count: labelWidth + 2)), Span(value, valueStyle)]))
            }
        }
        for row in section.table?.rows(width: width - 2, ellipsis: glyphs.ellipsis) ?? [] {
            rows.append(StyledLine([Span(" "), Span(row.text, Style(row.role, row.role == .bad ? .bold : []))]))
        }
        rows.append(StyledLine())
        return rows
    }
}
