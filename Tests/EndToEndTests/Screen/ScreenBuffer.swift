/// The grid of one of a terminal's two screens, with its cursor. Positions count from zero.
struct ScreenBuffer: Sendable {
    private(set) var rows: [CellRow]
    private(set) var width: Int
    var row = 0
    var column = 0
    /// A character stands in the last column; the next one starts a new row.
    var wrapPending = false
    var saved = (row: 0, column: 0)
    /// Rows that scrolled off the top, oldest first.
    private(set) var history: [CellRow] = []
    private let keepsHistory: Bool
    var pictures = PictureLayer()
    /// How often lines moved with pictures on them, which every terminal takes along in its own way.
    private(set) var movedPictures = 0

    init(size: TerminalSize, keepsHistory: Bool) {
        width = size.columns
        rows = Array(repeating: CellRow(width: size.columns), count: size.rows)
        self.keepsHistory = keepsHistory
    }

    var height: Int { rows.count }

    mutating func move(row: Int, column: Int) {
        self.row = min(max(0, row), height - 1)
        self.column = min(max(0, column), width - 1)
        wrapPending = false
    }

    // MARK: Writing

    mutating func put(_ scalar: Unicode.Scalar, columns: Int) {
        pictures.cover(row, column..<column + columns)
        separate(row, column)
        rows[row].cells[column] = Cell(scalar: scalar)
        if columns == 2, column + 1 < width {
            separate(row, column + 1)
            rows[row].cells[column] = Cell(scalar: scalar)
            rows[row].cells[column + 1] = .continuation
        }
    }

    mutating func combine(_ mark: Unicode.Scalar) {
        var target = wrapPending ? column : column - 1
        if target >= 0, rows[row].cells[target] == .continuation { target -= 1 }
        if target >= 0 { rows[row].cells[target].mark = mark }
    }

    mutating func markWrapped() { rows[row].wraps = true }

    /// A wide character that loses one half loses the other as well.
    private mutating func separate(_ row: Int, _ column: Int) {
        if rows[row].cells[column] == .continuation, column > 0 { rows[row].cells[column - 1] = .blank }
        if column + 1 < width, rows[row].cells[column + 1] == .continuation { rows[row].cells[column + 1] = .blank }
    }

    /// Splits the row before a column: a wide character across the split is lost.
    private mutating func cut(_ row: Int, _ column: Int) {
        guard column < width, rows[row].cells[column] == .continuation else { return }
        separate(row, column)
        rows[row].cells[column] = .blank
    }

    // MARK: Erasing and shifting

    mutating func erase(row: Int, _ range: Range<Int>) {
        let range = range.clamped(to: 0..<width)
        guard !range.isEmpty else { return }
        pictures.cover(row, range)
        separate(row, range.lowerBound)
        separate(row, range.upperBound - 1)
        for column in range { rows[row].cells[column] = .blank }
        if range.upperBound == width { rows[row].wraps = false }
    }

    mutating func eraseRows(_ range: Range<Int>) {
        for row in range.clamped(to: 0..<height) {
            rows[row] = CellRow(width: width)
            pictures.cover(row, 0..<width)
        }
    }

    mutating func insertBlanks(_ count: Int) {
        let count = min(count, width - column)
        noteMove(in: row...row)
        cut(row, column)
        cut(row, width - count)
        rows[row].cells.removeLast(count)
        rows[row].cells.insert(contentsOf: repeatElement(.blank, count: count), at: column)
    }

    mutating func deleteCells(_ count: Int) {
        let count = min(count, width - column)
        noteMove(in: row...row)
        cut(row, column)
        cut(row, column + count)
        rows[row].cells.removeSubrange(column..<column + count)
        rows[row].cells.append(contentsOf: repeatElement(.blank, count: count))
    }

    // MARK: Scrolling

    /// Moves the rows of the region up; blank rows enter at its end. A region that starts at the top feeds the history.
    mutating func scrollUp(_ count: Int, in region: ClosedRange<Int>) {
        noteMove(in: region)
        for _ in 0..<min(count, region.count) {
            let gone = rows.remove(at: region.lowerBound)
            if keepsHistory, region.lowerBound == 0 { history.append(gone) }
            rows.insert(CellRow(width: width), at: region.upperBound)
        }
    }

    mutating func scrollDown(_ count: Int, in region: ClosedRange<Int>) {
        noteMove(in: region)
        for _ in 0..<min(count, region.count) {
            rows.remove(at: region.upperBound)
            rows.insert(CellRow(width: width), at: region.lowerBound)
        }
    }

    private mutating func noteMove(in region: ClosedRange<Int>) {
        let isHit = pictures.pictures.contains { $0.row <= region.upperBound && $0.row + $0.rows > region.lowerBound }
        if isHit { movedPictures += 1 }
    }

    /// The first row of the region becomes its last.
    mutating func rotateUp(in region: ClosedRange<Int>) {
        noteMove(in: region)
        rows.insert(rows.remove(at: region.lowerBound), at: region.upperBound)
    }

    // MARK: Size and text

    mutating func resize(to size: TerminalSize) {
        while height > size.rows {
            if row < height - 1 {
                rows.removeLast()
            } else {
                let gone = rows.removeFirst()
                if keepsHistory { history.append(gone) }
                row -= 1
            }
        }
        while height < size.rows { rows.append(CellRow(width: width)) }
        for index in rows.indices {
            let missing = size.columns - rows[index].cells.count
            if missing >= 0 {
                rows[index].cells.append(contentsOf: repeatElement(.blank, count: missing))
            } else {
                rows[index].cells.removeLast(-missing)
            }
        }
        width = size.columns
        move(row: row, column: column)
    }

    /// Everything a reader can scroll back to, rows that the terminal broke joined again.
    var transcript: [String] {
        var lines: [String] = []
        var joins = false
        for row in history + rows {
            let text = row.wraps ? row.textBeforeWrap : row.text
            if joins, let last = lines.popLast() { lines.append(last + text) } else { lines.append(text) }
            joins = row.wraps
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// Size of a terminal in character cells.
struct TerminalSize: Sendable, Equatable {
    var columns: Int
    var rows: Int
    init(_ columns: Int, _ rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}
