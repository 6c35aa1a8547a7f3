/// Words that somebody looks for in what is on the screen; upper and lower case are the same.
package struct TextMatch: Sendable {
    private let wanted: [Unicode.Scalar]

    package init(_ text: String) { wanted = Array(TextWidth.sanitized(text).lowercased().unicodeScalars) }

    /// Nothing is looked for: blanks alone are everywhere.
    package var isEmpty: Bool { wanted.allSatisfy { $0 == " " } }

    package func isIn(_ text: String) -> Bool {
        !places(in: Self.folded(TextWidth.sanitized(text).unicodeScalars.lazy.map { ($0, ()) }).map(\.scalar)).isEmpty
    }

    /// Where the words begin, none overlapping the one before.
    fileprivate func places(in text: [Unicode.Scalar]) -> [Int] {
        guard !wanted.isEmpty, text.count >= wanted.count else { return [] }
        var places: [Int] = []
        var start = 0
        while start + wanted.count <= text.count {
            if text[start..<start + wanted.count].elementsEqual(wanted) {
                places.append(start)
                start += wanted.count
            } else {
                start += 1
            }
        }
        return places
    }

    /// Lower case, which may be more characters than one, each with what belonged to the original.
    fileprivate static func folded<Tag>(
        _ scalars: some Sequence<(Unicode.Scalar, Tag)>
    ) -> [(scalar: Unicode.Scalar, tag: Tag)] {
        scalars.flatMap { scalar, tag in scalar.properties.lowercaseMapping.unicodeScalars.map { ($0, tag) } }
    }

    fileprivate var count: Int { wanted.count }
}

extension Canvas {
    /// Marks what is looked for in the rows of `rect`; more strongly in the row that was gone to.
    package mutating func highlight(_ match: TextMatch, in rect: Rect, isCurrent: Bool = false) {
        guard !match.isEmpty else { return }
        let area = rect.intersection(bounds)
        for y in area.y..<max(area.y, area.maxY) {
            let cells = (area.x..<max(area.x, area.maxX)).flatMap { x in scalars(x, y).map { ($0, x) } }
            let row = TextMatch.folded(cells)
            for place in match.places(in: row.map(\.scalar)) {
                let (first, last) = (row[place].tag, row[place + match.count - 1].tag)
                restyle(Rect(x: first, y: y, width: last - first + 1, height: 1)) { style in
                    style.role = .key
                    style.attributes.formUnion(isCurrent ? [.reverse, .bold, .underline] : .reverse)
                }
            }
        }
    }

    /// The character of a cell and its marks; nothing for the right half of a wide one.
    private func scalars(_ x: Int, _ y: Int) -> [Unicode.Scalar] {
        let (code, first, second) = self[x, y].codes
        return [code, first, second].filter { $0 != 0 }.compactMap(Unicode.Scalar.init)
    }
}
