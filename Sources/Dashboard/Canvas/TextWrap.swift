/// Breaks text into rows of a given width.
package enum TextWrap {
    /// Rows of at most `width` columns. Breaks at blanks, inside a word only when the word is longer than a row.
    /// Only the last `limit` characters are looked at: newer text is worth more than older.
    package static func rows(_ text: String, width: Int, limit: Int = 16_384) -> [String] {
        guard width > 0 else { return [] }
        var rows: [String] = []
        for paragraph in tail(of: text, limit).split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" }) {
            let before = rows.count
            wrap(paragraph, width, into: &rows)
            if rows.count == before { rows.append("") }
        }
        while rows.last == "" { rows.removeLast() }
        return rows
    }

    /// `text` with the line ends taken out that only its own width asked for: a line that is nearly full goes on with
    /// the next one, unless that begins a paragraph or a point of a list.
    package static func paragraphs(_ text: String, full: Int = 80) -> String {
        var joined = ""
        var before: Substring = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.drop { $0 == " " }
            let isPoint = words.first.map { "-*•{[".contains($0) } ?? true
                || words.first?.isNumber == true && words.drop { $0.isNumber }.first == "."
            let goesOn = before.utf8.count >= full && !isPoint
            joined += joined.isEmpty ? "" : goesOn ? " " : "\n"
            joined += goesOn ? words : line
            before = line
        }
        return joined
    }

    private static func tail(of text: String, _ limit: Int) -> Substring.UnicodeScalarView {
        // A scalar has at most four bytes, so this many bytes hold at least `limit / 4` characters and never more
        // than `limit`; counting bytes needs no walk through the text.
        guard text.utf8.count > limit else { return Substring(text).unicodeScalars }
        return Substring(text.unicodeScalars.suffix(limit)).unicodeScalars
    }

    private static func wrap(_ paragraph: Substring.UnicodeScalarView, _ width: Int, into rows: inout [String]) {
        var row = String.UnicodeScalarView()
        var rowWidth = 0
        var word = String.UnicodeScalarView()
        var wordWidth = 0

        func takeWord() {
            guard wordWidth > 0 else { return }
            if rowWidth > 0, rowWidth + 1 + wordWidth > width {
                rows.append(String(row))
                row = .init()
                rowWidth = 0
            }
            if rowWidth > 0 {
                row.append(" ")
                rowWidth += 1
            }
            row.append(contentsOf: word)
            rowWidth += wordWidth
            word = .init()
            wordWidth = 0
        }

        for scalar in paragraph {
            if scalar == " " || scalar == "\t" || scalar == "\r" {
                takeWord()
                continue
            }
            let columns = TextWidth.of(scalar)
            if wordWidth > 0, TextWidth.isMark(scalar) { word.append(scalar) }
            if columns == 0 || columns > width { continue }
            if wordWidth + columns > width { takeWord() }
            if rowWidth > 0, wordWidth == 0, rowWidth >= width {
                rows.append(String(row))
                row = .init()
                rowWidth = 0
            }
            word.append(scalar)
            wordWidth += columns
        }
        takeWord()
        if rowWidth > 0 { rows.append(String(row)) }
    }
}

extension StyledLine {
    /// The row broken at blanks into rows of at most `width` columns, all but the first moved in by `indent`.
    package func wrapped(to width: Int, indent: Int = 0) -> [StyledLine] {
        guard self.width > width, width > 0 else { return [self] }
        // The widest character must fit beside it.
        let indent = indent + 2 <= width ? indent : 0
        let cells = spans.flatMap { span in
            TextWidth.sanitized(span.text).unicodeScalars.map { (scalar: $0, style: span.style) }
        }
        var rows: [StyledLine] = []
        var start = 0
        while start < cells.count {
            let room = rows.isEmpty ? width : width - indent
            var end = start
            var used = 0
            while end < cells.count, used + TextWidth.of(cells[end].scalar) <= room {
                used += TextWidth.of(cells[end].scalar)
                end += 1
            }
            if end == start { end += 1 }
            var next = end
            if end < cells.count {
                if let blank = (start + 1..<end + 1).last(where: { cells[$0].scalar == " " }) { end = blank }
                next = end
                while next < cells.count, cells[next].scalar == " " { next += 1 }
            }
            var row = StyledLine(rows.isEmpty || indent == 0 ? [] : [Span(String(repeating: " ", count: indent))])
            for cell in cells[start..<end] { row.append(cell.scalar, cell.style) }
            rows.append(row)
            start = next
        }
        return rows
    }

    private mutating func append(_ scalar: Unicode.Scalar, _ style: Style) {
        if let last = spans.indices.last, spans[last].style == style {
            spans[last].text.unicodeScalars.append(scalar)
        } else {
            spans.append(Span(String(scalar), style))
        }
    }
}
