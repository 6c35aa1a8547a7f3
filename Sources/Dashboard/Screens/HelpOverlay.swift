import Canvas
import Terminal

/// Every key and what it does, made from the key table.
enum HelpOverlay {
    /// One block a group of keys, each at most `width` columns.
    static func blocks(width: Int, isReplay: Bool = false) -> [[StyledLine]] {
        var blocks: [[StyledLine]] = []
        for group in Binding.Group.allCases {
            var lines = [StyledLine(group.rawValue, Style(.title, .bold))]
            for binding in isReplay ? ReplayKeys.all : merged where binding.group == group {
                let names = binding.label ?? binding.keys.map(\.name).joined(separator: " ")
                lines += entry(names, 12, binding.help, width: width)
            }
            if lines.count > 1 { blocks.append(lines) }
        }
        if isReplay { return blocks }
        var lines = [StyledLine("While you drive", Style(.title, .bold))]
        for (keys, does) in OperatorKeys.table { lines += entry(keys, 26, does, width: width) }
        blocks.append(lines)
        return blocks
    }

    /// The table with the digits of the panels in one line.
    private static var merged: [Binding] {
        let digits = KeyMap.bindings.filter(\.isDigit)
        guard let first = digits.first, let last = digits.last else { return KeyMap.bindings }
        let panels = PanelID.allCases.map(\.title).joined(separator: ", ")
        let one = Binding(
            digits.flatMap(\.keys), first.action, first.group, "Focus \(panels); again to zoom.",
            label: "\(first.name) ... \(last.name)")
        return KeyMap.bindings.flatMap { $0.isDigit ? ($0.action == first.action ? [one] : []) : [$0] }
    }

    static func lines(width: Int = 100, isReplay: Bool = false) -> [StyledLine] {
        blocks(width: width, isReplay: isReplay).reduce(into: []) { all, block in
            all += (all.isEmpty ? [] : [StyledLine()]) + block
        }
    }

    /// Draws the overlay over the dimmed screen.
    static func draw(
        into canvas: inout Canvas, scroll: Int, search: Search = Search(), isReplay: Bool = false
    ) -> OverlayBox.Drawn {
        let columns = canvas.size.width >= 116 ? 2 : 1
        let width = columns == 2 ? 56 : min(canvas.size.width - 4, 76)
        let rows = lines(width: width, isReplay: isReplay)
        let lines = columns == 2 ? twoColumns(rows, width) : rows
        var box = BoxText()
        box.title = "keys"
        let hint = "q closes"
        box.bottomLeft = [Piece(lines.count > canvas.size.height - 4 ? "j k scroll  \(hint)" : hint, .dim)]
        return OverlayBox.draw(lines, box, width: columns * width + 4, into: &canvas, scroll: scroll, search: search)
    }

    /// A key and its sentence, wrapped below itself.
    private static func entry(_ keys: String, _ indent: Int, _ does: String, width: Int) -> [StyledLine] {
        let rows = TextWrap.rows(does, width: max(16, width - indent - 4))
        return rows.enumerated().map { row, text in
            let head = NumberFormat.padded(row == 0 ? keys : "", indent)
            return StyledLine([Span("  " + head, .key), Span(" " + text)])
        }
    }

    /// The rows in two columns of about the same height. A sentence is not torn apart, nor a heading from its keys.
    private static func twoColumns(_ lines: [StyledLine], _ width: Int) -> [StyledLine] {
        var half = (lines.count + 1) / 2
        while half < lines.count, lines[half].isContinuation || lines[half - 1].isHeading { half += 1 }
        let right = lines[half...].drop { $0.spans.isEmpty }
        return StyledLine.sideBySide(Array(lines[..<half]), Array(right), at: width)
    }
}

extension StyledLine {
    /// Goes on with the sentence of the row above.
    fileprivate var isContinuation: Bool { spans.first.map { $0.text.allSatisfy { $0 == " " } } ?? false }
    fileprivate var isHeading: Bool { spans.count == 1 }
}

extension Binding {
    fileprivate var isDigit: Bool { if case .focus = action { true } else { false } }
}
