import Canvas

/// Sections as Markdown with tables, as GitHub and most others read them. Nothing that a session, a model or a server
/// said is taken for markup.
enum Markdown {
    static func text(_ title: String, _ sections: [FinalStatistics.Section]) -> String {
        var lines = ["# \(escaped(title))"]
        for section in sections {
            lines += ["", "## \(escaped(section.title))"]
            if !section.entries.isEmpty {
                lines += ["", "| | |", "| :-- | :-- |"]
                lines += section.entries.map { entry in
                    let value = escaped(entry.value)
                    return row([escaped(entry.label), entry.role == .bad && !value.isEmpty ? "**\(value)**" : value])
                }
            }
            if let table = section.table, !table.rows.isEmpty {
                lines += ["", row(table.heading.map(escaped))]
                lines.append(row(table.heading.indices.map { table.textColumns.contains($0) ? ":--" : "--:" }))
                lines += table.rows.map { row($0.cells.map(escaped)) }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// What could be markup anywhere in a line, with a backslash before it: code, emphasis, links, HTML, entities,
    /// columns of tables, mentions, and the addresses that some readers make links of by themselves.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        let clean = TextWidth.sanitized(text)
        for scalar in clean.unicodeScalars {
            if markup.contains(scalar) { result.append("\\") }
            result.append(scalar)
        }
        // Blanks at the ends would keep emphasis from being closed.
        var trimmed = Substring(String(result).replacing("://", with: "\\://"))
        while trimmed.first == " " { trimmed.removeFirst() }
        while trimmed.last == " " { trimmed.removeLast() }
        return String(trimmed.replacing("www.", with: "www\\."))
    }

    private static let markup: Set<Unicode.Scalar> = Set("\\`*_{}[]<>#|~&!@$^=".unicodeScalars)
}
