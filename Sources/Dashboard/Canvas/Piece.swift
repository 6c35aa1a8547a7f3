/// A part of a row that is shown whole or not at all: a number stays with its label, or both go.
package struct Piece: Sendable, Equatable {
    package var line: StyledLine
    /// Those of the lowest rank stay longest; among equals, the first.
    package var rank: Int
    /// Words without a number, of which a part is better than nothing.
    package var isCuttable: Bool

    package init(_ spans: [Span], rank: Int = 0, isCuttable: Bool = false) {
        line = StyledLine(spans)
        (self.rank, self.isCuttable) = (rank, isCuttable)
    }

    package init(_ text: String, _ role: Role = .text, _ attributes: Attributes = [], rank: Int = 0) {
        self.init([Span(text, role, attributes)], rank: rank)
    }

    /// A label, quiet, and what belongs to it.
    package init(_ label: String, _ value: String, _ style: Style = .text, rank: Int = 0) {
        self.init([Span(label + " ", .dim), Span(value, style)], rank: rank)
    }
}

extension StyledLine {
    /// The pieces that fit into `columns`, in their order, `gap` between them. What does not fit leaves its room to
    /// those of less weight behind it.
    package static func fitting(_ pieces: [Piece], columns: Int, gap: String = " ", _ glyphs: Glyphs) -> StyledLine {
        let gapWidth = TextWidth.of(gap)
        var kept: [Int: StyledLine] = [:]
        var left = columns
        for index in pieces.indices.sorted(by: { (pieces[$0].rank, $0) < (pieces[$1].rank, $1) }) {
            let piece = pieces[index]
            let room = left - (kept.isEmpty ? 0 : gapWidth)
            let width = piece.line.width
            // A letter and an ellipsis would say nothing.
            guard width > 0, width <= room || piece.isCuttable && room >= min(4, columns) else { continue }
            kept[index] = piece.line.truncated(to: room, glyphs)
            left = room - min(width, room)
        }
        return kept.keys.sorted().reduce(into: StyledLine()) { row, index in
            if !row.spans.isEmpty { row += Span(gap) }
            row = row + (kept[index] ?? StyledLine())
        }
    }
}
