extension TerminalScreen {
    mutating func print(_ scalar: Unicode.Scalar) {
        let scalar = drawsLines ? Self.lineDrawing[scalar] ?? scalar : scalar
        let columns = scalar.columns
        guard columns > 0 else { return shown.combine(scalar) }
        if modes.contains(7), shown.wrapPending || shown.column + columns > size.columns {
            shown.markWrapped()
            shown.column = 0
            lineFeed()
        }
        shown.wrapPending = false
        if inserts { shown.insertBlanks(columns) }
        shown.put(scalar, columns: columns)
        lastPrinted = scalar
        let next = shown.column + columns
        shown.wrapPending = next >= size.columns
        shown.column = min(next, size.columns - 1)
    }

    mutating func control(_ code: UInt8) {
        switch code {
        case 0x07: ring()
        case 0x08: shown.move(row: shown.row, column: shown.column - 1)
        case 0x09: shown.move(row: shown.row, column: (shown.column / 8 + 1) * 8)
        case 0x0A, 0x0B, 0x0C: lineFeed()
        case 0x0D: shown.move(row: shown.row, column: 0)
        case 0x0E: drawsLines = true
        case 0x0F: drawsLines = false
        default: break
        }
    }

    mutating func escape(_ intermediate: UInt8?, _ final: UInt8) {
        let final = Character(Unicode.Scalar(final))
        if let intermediate {
            if intermediate == UInt8(ascii: "(") { drawsLines = final == "0" }
            return
        }
        switch final {
        case "7": saveCursor()
        case "8": restoreCursor()
        case "D": lineFeed()
        case "E":
            control(0x0D)
            lineFeed()
        case "M": reverseLineFeed()
        case "c": reset()
        default: break
        }
    }

    mutating func lineFeed() {
        shown.wrapPending = false
        if shown.row == region.upperBound {
            shown.scrollUp(1, in: region)
        } else {
            shown.row = min(shown.row + 1, size.rows - 1)
        }
    }

    mutating func reverseLineFeed() {
        shown.wrapPending = false
        if shown.row == region.lowerBound {
            shown.scrollDown(1, in: region)
        } else {
            shown.row = max(0, shown.row - 1)
        }
    }

    mutating func perform(_ sequence: ControlSequence) {
        if sequence.intermediate == UInt8(ascii: "$"), sequence.prefix == UInt8(ascii: "?"), sequence.final == 0x70 {
            return answer(mode: sequence.value(0))
        }
        if isQuestion(sequence) { return answer(sequence) }
        guard sequence.intermediate == nil else { return }
        let final = Character(Unicode.Scalar(sequence.final))
        if sequence.prefix == UInt8(ascii: "?") {
            guard final == "h" || final == "l" else { return }
            for case let mode? in sequence.parameters { setMode(mode, final == "h") }
            return
        }
        guard sequence.prefix == nil else { return }
        if !moves(final, sequence), !edits(final, sequence) { sets(final, sequence) }
    }

    /// Sequences that only move the cursor.
    private mutating func moves(_ final: Character, _ sequence: ControlSequence) -> Bool {
        let count = sequence.count(0)
        let (row, column) = (shown.row, shown.column)
        switch final {
        case "A": shown.move(row: max(row - count, row >= region.lowerBound ? region.lowerBound : 0), column: column)
        case "B", "e":
            let limit = row <= region.upperBound ? region.upperBound : size.rows - 1
            shown.move(row: min(row + count, limit), column: column)
        case "C", "a": shown.move(row: row, column: column + count)
        case "D": shown.move(row: row, column: column - count)
        case "E": shown.move(row: row + count, column: 0)
        case "F": shown.move(row: row - count, column: 0)
        case "G", "`": shown.move(row: row, column: count - 1)
        case "H", "f": shown.move(row: count - 1, column: sequence.count(1) - 1)
        case "I": shown.move(row: row, column: (column / 8 + count) * 8)
        case "Z": shown.move(row: row, column: ((column + 7) / 8 - count) * 8)
        case "d": shown.move(row: count - 1, column: column)
        default: return false
        }
        return true
    }

    /// Sequences that erase, insert, delete, repeat or scroll.
    private mutating func edits(_ final: Character, _ sequence: ControlSequence) -> Bool {
        let count = sequence.count(0)
        let (row, column, width) = (shown.row, shown.column, size.columns)
        switch final {
        case "J": eraseDisplay(sequence.value(0))
        case "K":
            let ranges = [column..<width, 0..<column + 1, 0..<width]
            if sequence.value(0) < ranges.count { shown.erase(row: row, ranges[sequence.value(0)]) }
            shown.wrapPending = false
        case "X": shown.erase(row: row, column..<column + count)
        case "@": shown.insertBlanks(count)
        case "P": shown.deleteCells(count)
        case "L" where region.contains(row): shown.scrollDown(count, in: row...region.upperBound)
        case "M" where region.contains(row): deleteLines(count, at: row)
        case "S": shown.scrollUp(count, in: region)
        case "T" where sequence.parameters.count <= 1: shown.scrollDown(count, in: region)
        case "b": for _ in 0..<min(count, size.columns * size.rows) { repeatLast() }
        default: return false
        }
        return true
    }

    private mutating func repeatLast() {
        let lines = drawsLines
        drawsLines = false  // what is repeated was translated when it was printed
        print(lastPrinted)
        drawsLines = lines
    }

    private mutating func deleteLines(_ count: Int, at row: Int) {
        // Deleted lines never reach the scrollback, even when the deletion starts in the first row.
        for _ in 0..<min(count, region.upperBound - row + 1) {
            shown.eraseRows(row..<row + 1)
            shown.rotateUp(in: row...region.upperBound)
        }
    }

    private mutating func eraseDisplay(_ part: Int) {
        let (row, column) = (shown.row, shown.column)
        switch part {
        case 0:
            if row == 0, column == 0 { countClear() }
            shown.erase(row: row, column..<size.columns)
            shown.eraseRows(row + 1..<size.rows)
        case 1:
            shown.eraseRows(0..<row)
            shown.erase(row: row, 0..<column + 1)
        case 2:
            countClear()
            shown.eraseRows(0..<size.rows)
            shown.pictures.removeAll()
        default: break
        }
        shown.wrapPending = false
    }

    /// Sequences that change how later ones act.
    private mutating func sets(_ final: Character, _ sequence: ControlSequence) {
        switch final {
        case "t" where sequence.value(1) == 2:
            if sequence.value(0) == 22 { pushTitle() } else if sequence.value(0) == 23 { popTitle() }
        case "h", "l": if sequence.value(0) == 4 { inserts = final == "h" }
        case "m":
            let colours: [ClosedRange<Int>] = [30...38, 40...48, 90...97, 100...107]
            if let first = sequence.parameters.first ?? nil, colours.contains(where: { $0.contains(first) }) {
                countColour()
            }
            noteDirectColours(sequence.parameters)
            // The last number counts: 0 turns everything off, and 39 and 49 are what else a terminal rests at.
            let rest: Set<Int> = [0, 39, 49]
            setStyled(!sequence.parameters.allSatisfy { rest.contains(($0 ?? 0)) })
        case "r":
            let bottom = sequence.parameters.count > 1 ? sequence.count(1) : size.rows
            let top = sequence.count(0)
            guard top < bottom, bottom <= size.rows else { return }
            region = top - 1...bottom - 1
            shown.move(row: 0, column: 0)
        case "s": saveCursor()
        case "u": restoreCursor()
        default: break
        }
    }

    /// Notes colours given as 38 or 48, 2, red, green, blue; with colons there is a colour space, left out, before red.
    private mutating func noteDirectColours(_ parameters: [Int?]) {
        for index in parameters.indices where [38, 48].contains(parameters[index]) && index + 4 < parameters.count {
            guard parameters[index + 1] == 2 else { continue }
            let rest = parameters[(index + 2)...]
            let numbers = (rest.first == .some(nil) ? rest.dropFirst() : rest).prefix(3).map { $0 ?? 0 }
            guard numbers.count == 3 else { continue }
            let colour = DirectColour(red: numbers[0], green: numbers[1], blue: numbers[2])
            note(colour)
            if parameters[index] == 48 { directBehind = colour }
        }
    }

    /// The graphics of the DEC line drawing set that curses uses.
    private static let lineDrawing: [Unicode.Scalar: Unicode.Scalar] = [
        "j": "┘", "k": "┐", "l": "┌", "m": "└", "n": "┼", "q": "─", "t": "├", "u": "┤", "v": "┴", "w": "┬", "x": "│",
        "a": "▒", "`": "◆", "f": "°", "g": "±", "o": "⎺", "s": "⎽", "~": "·", "y": "≤", "z": "≥",
    ]
}
