/// One character cell of the emulated terminal.
struct Cell: Sendable, Equatable {
    static let blank = Cell(scalar: " ")
    /// The right half of the wide character to its left.
    static let continuation = Cell(scalar: "\0")

    var scalar: Unicode.Scalar
    /// A combining mark drawn over the scalar; the newest, if there were several.
    var mark: Unicode.Scalar?
}

/// One row of cells.
struct CellRow: Sendable, Equatable {
    var cells: [Cell]
    /// The text runs on in the next row: the terminal broke the line, not the program.
    var wraps = false

    init(width: Int) { cells = Array(repeating: .blank, count: width) }

    /// The characters of the row, without blanks at its end.
    var text: String { text(upTo: (cells.lastIndex { $0 != .blank } ?? -1) + 1) }

    /// The characters of the row as the beginning of a line that goes on below: blanks at its end belong to the line.
    var textBeforeWrap: String { text(upTo: cells.count) }

    private func text(upTo end: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for cell in cells[..<end] where cell != .continuation {
            scalars.append(cell.scalar)
            if let mark = cell.mark { scalars.append(mark) }
        }
        return String(scalars)
    }
}

extension Unicode.Scalar {
    /// Columns that a terminal gives this scalar: 0 for what combines, 2 for wide East Asian scripts and emoji.
    var columns: Int {
        switch value {
        case 0..<0x300: 1
        case 0x300...0x36F, 0x200B...0x200F, 0x20D0...0x20FF, 0xFE00...0xFE0F, 0xFE20...0xFE2F: 0
        case 0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2614...0x2615, 0x26A1, 0x2705, 0x274C, 0x2728: 2
        case 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xAC00...0xD7A3: 2
        case 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6: 2
        case 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD: 2
        default: 1
        }
    }
}
