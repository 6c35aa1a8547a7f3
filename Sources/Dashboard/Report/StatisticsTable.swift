import Canvas

/// Figures of several things of one kind, a row each. Columns are as wide as they must be; where there is no room for
/// all, those that matter least are left out.
struct StatisticsTable: Equatable, Sendable {
    struct Row: Equatable, Sendable {
        var cells: [String]
        var role: Role = .text
    }
    /// The first column names the thing, and stays.
    var heading: [String]
    var rows: [Row]
    /// Columns in the order in which they are left out.
    var droppable: [Int]
    /// Columns that are text: they begin at the left. Numbers end at the right.
    var textColumns: Set<Int> = [0]

    /// The heading and a line for each row, none wider than `width`.
    func rows(width: Int, ellipsis: Unicode.Scalar) -> [(text: String, role: Role)] {
        guard !rows.isEmpty else { return [] }
        var columns = Array(heading.indices)
        var widths = columns.map { column in
            ([heading[column]] + rows.map { $0.cells[column] }).map { TextWidth.of(TextWidth.sanitized($0)) }.max() ?? 0
        }
        func total() -> Int { columns.reduce(0) { $0 + widths[$1] + 2 } - 2 }
        for column in droppable where total() > width { columns.removeAll { $0 == column } }
        // A name that is still too long gives way to the figures.
        if total() > width { widths[0] = max(8, widths[0] - (total() - width)) }
        return ([Row(cells: heading, role: .dim)] + rows).map { row in
            let cells = columns.map { column in
                let text = TextWidth.sanitized(row.cells[column])
                return textColumns.contains(column)
                    ? NumberFormat.padded(text, widths[column], ellipsis: ellipsis)
                    : NumberFormat.left(text, widths[column])
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return (TextWidth.truncated(line, to: width, ellipsis: ellipsis), row.role)
        }
    }
}
