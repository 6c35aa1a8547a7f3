import Canvas

/// Writes changed cells for a terminal that takes colours of 24 bits, for which curses would need a pair each: the
/// shortest way to a cell, and of its look only what differs from the one before. The bytes of a frame depend on
/// nothing but its changes: it moves to its first cell by name, and ends with the pen at rest.
///
/// Sequences are those of ECMA-48; colours are written as xterm made them known (`38;2;r;g;b`), which terminals that
/// know the standard's colons take as well, and many others too.
struct CellWriter {
    private let theme: Theme
    private let depth: ColorDepth
    /// Looks of all styles but a picture's, of which there are too many to keep.
    private var inks: [Style: Ink] = [:]
    private var bytes: [UInt8] = []
    /// What the terminal writes with now.
    private var pen = Ink()
    private var row: Int?
    /// `nil` where terminals may not be of one mind about it.
    private var column: Int?

    init(_ theme: Theme, depth: ColorDepth) { (self.theme, self.depth) = (theme, depth) }

    /// What brings a terminal to show `canvas` that shows everything of it but the changes, which are in reading order.
    mutating func frame(_ changes: [CanvasChange], of canvas: Canvas) -> [UInt8] {
        bytes.removeAll(keepingCapacity: true)
        (row, column) = (nil, nil)
        for change in changes where !change.cell.isTail {
            move(to: change.x, change.y, canvas)
            put(change.cell, width: canvas.size.width)
        }
        turn(to: Ink())
        return bytes
    }

    // MARK: Characters

    private mutating func put(_ cell: Cell, width: Int) {
        turn(to: look(of: cell))
        let (code, first, second) = cell.codes
        append(utf8: code)
        if first != 0 { append(utf8: first) }
        if second != 0 { append(utf8: second) }
        // In the last column a terminal waits at its edge; and not every one gives wide characters and marks the same
        // columns. What follows is then placed by its number.
        column = column.flatMap { $0 + 1 < width && first == 0 && !cell.isWide ? $0 + 1 : nil }
    }

    /// What the pen must be like for a cell. Of a blank one sees what is behind it, and nothing else.
    private mutating func look(of cell: Cell) -> Ink {
        let ink = ink(cell.style)
        let seen: Attributes = [.reverse, .underline]
        guard cell.codes == (0x20, 0, 0), ink.attributes.isDisjoint(with: seen) else { return ink }
        return Ink(
            foreground: pen.foreground, background: ink.background, attributes: pen.attributes.subtracting(seen))
    }

    private mutating func ink(_ style: Style) -> Ink {
        if style.role == .picture { return theme.ink(for: style, depth: depth) }
        if let known = inks[style] { return known }
        let ink = theme.ink(for: style, depth: depth)
        inks[style] = ink
        return ink
    }

    private mutating func append(utf8 code: UInt32) {
        guard code >= 0x80 else { return bytes.append(UInt8(code)) }
        bytes.append(contentsOf: UTF8.encode(Unicode.Scalar(code) ?? "?")!)
    }

    // MARK: Moves

    private mutating func move(to x: Int, _ y: Int, _ canvas: Canvas) {
        if row == y, column == x { return }
        if row == y, let from = column, from < x {
            if x - from > 3 || !rewrite(from..<x, y, canvas) { sequence([x - from], UInt8(ascii: "C")) }
        } else if row == y {
            sequence([x + 1], UInt8(ascii: "G"))
        } else {
            sequence(x == 0 ? [y + 1] : [y + 1, x + 1], UInt8(ascii: "H"))
        }
        (row, column) = (y, x)
    }

    /// Moves over a few cells by writing what they hold, which is shorter than any sequence; false where it is not.
    private mutating func rewrite(_ columns: Range<Int>, _ y: Int, _ canvas: Canvas) -> Bool {
        for x in columns {
            let (code, mark, _) = canvas[x, y].codes
            guard (0x20..<0x7F).contains(code), mark == 0, look(of: canvas[x, y]) == pen else { return false }
        }
        for x in columns { bytes.append(UInt8(canvas[x, y].codes.0)) }
        return true
    }

    /// A control sequence; a single 1 goes without saying.
    private mutating func sequence(_ numbers: [Int], _ final: UInt8) {
        bytes.append(contentsOf: [0x1B, UInt8(ascii: "[")])
        if numbers != [1] { for number in numbers { add(number) } }
        end(with: final)
    }

    // MARK: Looks

    private static let weight: Attributes = [.bold, .dim]
    private static let codes: [(attribute: Attributes, on: Int, off: Int)] = [
        (.bold, 1, 22), (.dim, 2, 22), (.reverse, 7, 27), (.underline, 4, 24),
    ]

    private mutating func turn(to ink: Ink) {
        guard ink != pen else { return }
        bytes.append(contentsOf: [0x1B, UInt8(ascii: "[")])
        guard ink != Ink() else {
            pen = ink
            return bytes.append(UInt8(ascii: "m"))
        }
        if startsOver(for: ink) {
            add(0)
            pen = Ink()
        }
        for code in Self.codes where pen.attributes.subtracting(ink.attributes).contains(code.attribute) {
            add(code.off)
            // The two weights go together.
            pen.attributes.subtract(Self.weight.contains(code.attribute) ? Self.weight : code.attribute)
        }
        let more = ink.attributes.subtracting(pen.attributes)
        for code in Self.codes where more.contains(code.attribute) { add(code.on) }
        if ink.foreground != pen.foreground { add(ink.foreground, base: 30) }
        if ink.background != pen.background { add(ink.background, base: 40) }
        end(with: UInt8(ascii: "m"))
        pen = ink
    }

    /// Whether it takes fewer bytes to give up everything and to set anew what stays.
    private func startsOver(for ink: Ink) -> Bool {
        let (gone, kept) = (pen.attributes.subtracting(ink.attributes), pen.attributes.intersection(ink.attributes))
        func count(_ attributes: Attributes) -> Int { attributes.rawValue.nonzeroBitCount }
        var less = 0
        if !gone.isDisjoint(with: Self.weight) { less += 3 + 2 * count(kept.intersection(Self.weight)) }
        less += 3 * count(gone.subtracting(Self.weight))
        var over = 2 + 2 * count(kept)
        for (before, after) in [(pen.foreground, ink.foreground), (pen.background, ink.background)] {
            if after == .terminal, before != after { less += 3 }
            if after != .terminal, before == after { over += 16 }
        }
        return over < less
    }

    /// `base` is 30 for the character, 40 for what is behind it.
    private mutating func add(_ color: Color, base: Int) {
        switch color {
        case .terminal: add(base + 9)
        case .palette(let index) where index < 8: add(base + Int(index))
        case .palette(let index) where index < 16: add(base + 52 + Int(index))
        case .palette(let index):
            add(base + 8)
            add(5)
            add(Int(index))
        case .rgb(let rgb):
            add(base + 8)
            add(2)
            add(Int(rgb.red))
            add(Int(rgb.green))
            add(Int(rgb.blue))
        }
    }

    // MARK: Numbers

    /// A number and the sign between two.
    private mutating func add(_ number: Int) {
        var place = number >= 1000 ? 1000 : number >= 100 ? 100 : number >= 10 ? 10 : 1
        while place > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / place % 10))
            place /= 10
        }
        bytes.append(UInt8(ascii: ";"))
    }

    /// What ends a sequence stands in the place of the last sign between numbers.
    private mutating func end(with final: UInt8) {
        if bytes.last == UInt8(ascii: ";") { bytes.removeLast() }
        bytes.append(final)
    }
}
