import Engine

/// What a session came to: the same figures on the final screen and in the transcript.
enum FinalStatistics {
    /// One figure. A role other than `text` says that it needs attention, or that it is as it should be.
    struct Entry: Equatable, Sendable {
        var label: String
        var value: String
        var role: Role = .text
    }
    struct Section: Equatable, Sendable {
        var title: String
        var entries: [Entry]
    }

    /// Everything was closed, and nothing is left of it.
    static func isClean(_ snapshot: Snapshot) -> Bool {
        if let audit = snapshot.audit, !audit.isClean { return false }
        if case .error = snapshot.stopReason { return false }
        return snapshot.occupancy.opened == snapshot.occupancy.closed
            && snapshot.resources.allSatisfy { !isLeftOpen($0) }
    }

    /// A resource that is not closed although the session is over.
    static func isLeftOpen(_ resource: ResourceStatus) -> Bool {
        guard case .done(let receipt) = resource.phase else { return true }
        return receipt.result != .closed && receipt.result != .alreadyClosed
    }

    /// Why the session ended, in a few words.
    static func reason(_ snapshot: Snapshot) -> String {
        switch snapshot.stopReason {
        case .key: "stopped by key"
        case .duration: "duration reached"
        case .signal(let name): "stopped by \(name)"
        case .terminalLost: "the terminal was closed"
        case .error(let what): "ended by an error: \(what)"
        case nil: "not ended"
        }
    }

    /// Rows for the screen; two columns of sections where there is room.
    static func lines(snapshot: Snapshot, width: Int, glyphs: Glyphs = .unicode) -> [StyledLine] {
        let sections = sections(snapshot, glyphs)
        guard width >= 110 else { return sections.flatMap { rows($0, width: width, glyphs) } }
        let columnWidth = (width - 1) / 2
        let blocks = sections.map { rows($0, width: columnWidth, glyphs) }
        let half = (blocks.reduce(0) { $0 + $1.count } + 1) / 2
        var left: [StyledLine] = []
        var right: [StyledLine] = []
        for block in blocks {
            if right.isEmpty, left.count + block.count / 2 <= half { left += block } else { right += block }
        }
        return (0..<max(left.count, right.count)).map { row in
            let start = row < left.count ? left[row] : StyledLine()
            guard row < right.count else { return start }
            let gap = Span(String(repeating: " ", count: max(0, columnWidth + 1 - start.width)))
            return StyledLine(start.spans + [gap] + right[row].spans)
        }
    }

    /// The block of the transcript: one figure a line, no line over 80 columns.
    static func plainLines(snapshot: Snapshot) -> [String] {
        var lines: [String] = []
        for section in sections(snapshot, .unicode) {
            lines.append(section.title + ":")
            for entry in section.entries {
                let head = "  \(TextWidth.sanitized(entry.label)): "
                let rows = TextWrap.rows(TextWidth.sanitized(entry.value), width: max(20, 80 - TextWidth.of(head)))
                let indent = String(repeating: " ", count: min(TextWidth.of(head), 24))
                lines.append(head + (rows.first ?? ""))
                lines += rows.dropFirst().map { indent + $0 }
            }
        }
        return lines
    }

    private static func rows(_ section: Section, width: Int, _ glyphs: Glyphs) -> [StyledLine] {
        let labelWidth = 17
        let valueWidth = max(8, width - labelWidth - 2)
        var rows = [StyledLine(section.title, Style(.title, .bold))]
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
        rows.append(StyledLine())
        return rows
    }

    static func sections(_ snapshot: Snapshot, _ glyphs: Glyphs) -> [Section] {
        [
            session(snapshot), actions(snapshot.statistics), planning(snapshot.statistics), timing(snapshot.statistics),
            diversity(snapshot.statistics), progress(snapshot, glyphs), learner(snapshot.statistics),
            stuck(snapshot.statistics), interpreter(snapshot), voice(snapshot.statistics), loops(snapshot),
            connections(snapshot.occupancy), cleanup(snapshot),
        ].filter { !$0.entries.isEmpty }
    }
}
