/// Breaks text into rows of a given width.
enum TextWrap {
    /// Rows of at most `width` columns. Breaks at blanks, inside a word only when the word is longer than a row.
    /// Only the last `limit` characters are looked at: newer text is worth more than older.
    static func rows(_ text: String, width: Int, limit: Int = 16_384) -> [String] {
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
