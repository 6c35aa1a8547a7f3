import TestSupport

/// A picture on the screen.
struct PlacedPicture: Sendable, Equatable {
    let picture: TerminalPicture
    let row: Int, column: Int, rows: Int, columns: Int
    /// kitty's number of it; `nil` for sixel.
    var id: Int?
    /// Cells that show their part of it: text written over a sixel picture takes its place.
    var cells: Set<Int>
    var isWhole: Bool { cells.count == rows * columns }

    init(_ picture: TerminalPicture, row: Int, column: Int, rows: Int, columns: Int, id: Int? = nil) {
        (self.picture, self.row, self.column, self.rows, self.columns) = (picture, row, column, rows, columns)
        self.id = id
        cells = Set((row..<row + rows).flatMap { row in (column..<column + columns).map { Self.cell(row, $0) } })
    }

    static func cell(_ row: Int, _ column: Int) -> Int { row * 10_000 + column }
}

/// The pictures of one of a terminal's screens, oldest first.
struct PictureLayer: Sendable {
    private(set) var pictures: [PlacedPicture] = []

    mutating func put(_ new: PlacedPicture) {
        if let id = new.id {
            pictures.removeAll { $0.id == id }
        } else {
            uncover { !new.cells.contains($0) }
        }
        pictures.append(new)
    }

    mutating func remove(id: Int) { pictures.removeAll { $0.id == id } }
    mutating func removeAll() { pictures = [] }

    /// Text stands there now, or a blank.
    mutating func cover(_ row: Int, _ columns: Range<Int>) {
        let isHit = pictures.contains {
            $0.id == nil && $0.row <= row && row < $0.row + $0.rows && $0.column < columns.upperBound
                && columns.lowerBound < $0.column + $0.columns
        }
        guard isHit else { return }
        let covered = Set(columns.map { PlacedPicture.cell(row, $0) })
        uncover { !covered.contains($0) }
    }

    private mutating func uncover(_ stays: (Int) -> Bool) {
        for index in pictures.indices where pictures[index].id == nil {
            pictures[index].cells = pictures[index].cells.filter(stays)
        }
        pictures.removeAll { $0.cells.isEmpty }
    }
}

/// What a terminal is, as far as it says so.
struct TerminalProgram: Sendable, Equatable, CustomStringConvertible {
    var description: String
    /// What it answers to the primary and the secondary question of what it is (DA).
    var attributes = [62, 22]
    var kind = [41, 379, 0]
    var drawsKitty = false
    /// The colours of a sixel picture; `nil` where there are none.
    var sixelColors: Int?
    /// Pixels of a cell, and whether the kernel is told, and whoever asks.
    var cell = TerminalSize(8, 16)
    var tellsKernel = true
    var tellsCell = false
    var isSilent = false
    /// Answers which colours are set, and keeps those of 24 bits.
    var tellsColours = false
    /// Prints what it does not understand.
    var printsCommands = false

    static let plain = TerminalProgram(description: "plain")
    static let kitty = TerminalProgram(
        description: "kitty", attributes: [62], kind: [1, 4000, 30], drawsKitty: true, cell: TerminalSize(9, 19),
        tellsCell: true, tellsColours: true)
    static let foot = TerminalProgram(
        description: "foot", attributes: [62, 4, 22], kind: [1, 11704, 0], sixelColors: 1024,
        cell: TerminalSize(10, 21), tellsCell: true)
    /// An xterm that was started as a VT340, at the end of a line that tells no pixels.
    static let xterm = TerminalProgram(
        description: "xterm", attributes: [63, 1, 2, 4, 6, 9, 15, 22], sixelColors: 16, cell: TerminalSize(7, 14),
        tellsKernel: false, tellsCell: true, tellsColours: true)
    /// Both protocols, as WezTerm has.
    static let both = TerminalProgram(
        description: "both", attributes: [65, 4, 6, 18, 22], kind: [1, 277, 0], drawsKitty: true, sixelColors: 256)
    /// Built with sixel, which it draws where its own terminal does.
    static let tmux = TerminalProgram(description: "tmux", attributes: [1, 2, 4], kind: [84, 0, 0], sixelColors: 256)
    static let silent = TerminalProgram(description: "silent", isSilent: true)
    static let old = TerminalProgram(description: "old", printsCommands: true)
}
