/// Every key and what it does, made from the key table.
enum HelpOverlay {
    static func lines() -> [StyledLine] {
        var lines: [StyledLine] = []
        for group in Binding.Group.allCases {
            lines.append(StyledLine(group.rawValue, Style(.title, .bold)))
            for binding in KeyMap.bindings where binding.group == group {
                let names = binding.label ?? binding.keys.map(\.name).joined(separator: " ")
                lines.append(
                    StyledLine([Span("  " + NumberFormat.padded(names, 10), .key), Span(" " + binding.help)]))
            }
        }
        lines.append(StyledLine("While you drive", Style(.title, .bold)))
        for entry in OperatorKeys.table {
            lines.append(StyledLine([Span("  " + NumberFormat.padded(entry.keys, 26), .key), Span(" " + entry.does)]))
        }
        return lines
    }

    /// Draws the overlay over the dimmed screen; returns how far it can be scrolled.
    static func draw(into canvas: inout Canvas, scroll: Int) -> ScrollLimit {
        canvas.dim(canvas.bounds)
        let lines = lines()
        let widest = lines.map(\.width).max() ?? 0
        let width = min(canvas.size.width - 2, widest + 4)
        let height = min(canvas.size.height - 2, lines.count + 2)
        let rect = Rect(
            x: (canvas.size.width - width) / 2, y: (canvas.size.height - height) / 2, width: width, height: height)
        let limit = max(0, lines.count - (height - 2))
        var box = BoxText()
        box.title = "keys"
        box.isFocused = true
        box.bottomLeft = [Span(limit > 0 ? "j k scroll  ? or Esc closes" : "? or Esc closes", .dim)]
        canvas.fill(rect)
        canvas.box(rect, box)
        canvas.clipped(to: rect.inner) { canvas in
            for (row, line) in lines.dropFirst(min(scroll, limit)).prefix(height - 2).enumerated() {
                canvas.line(line, x: rect.x + 2, y: rect.y + 1 + row, columns: width - 3)
            }
        }
        return limit
    }
}
