/// One place of the screen. A character that is two columns wide owns the cell to its right, which is a `tail`.
package struct Cell: Hashable, Sendable {
    /// 0 marks the right half of a wide character.
    private var code: UInt32
    /// Marks above and below the character, sixteen bits each, the first one lowest.
    private var marks: UInt32 = 0
    package var style: Style
    /// As many as a language needs; a flood of them is no text.
    static let mostMarks = 2

    package init(_ scalar: Unicode.Scalar = " ", _ style: Style = .text) {
        code = scalar.value
        self.style = style
    }

    package static let blank = Cell()

    /// The right half of the wide character before it.
    package static func tail(_ style: Style) -> Cell {
        var cell = Cell(" ", style)
        cell.code = 0
        return cell
    }

    package var isTail: Bool { code == 0 }
    package var isWide: Bool { code >= 0x1100 && TextWidth.of(scalar) == 2 }
    package var scalar: Unicode.Scalar { Unicode.Scalar(code) ?? " " }
    /// The character and its marks; the latter 0 where there are fewer.
    package var codes: (UInt32, UInt32, UInt32) { (code, marks & 0xFFFF, marks >> 16) }

    /// Puts a mark on the character; one too many is left out.
    mutating func add(mark: Unicode.Scalar) {
        guard mark.value <= 0xFFFF, marks <= 0xFFFF else { return }
        marks |= marks == 0 ? mark.value : mark.value << 16
    }
}

/// A screen that is only in memory: cells in rows. Every operation clips; nothing can be written outside, and every
/// row always holds exactly as many columns as the canvas is wide.
package struct Canvas: Sendable, Equatable {
    package let size: Size
    package let look: Look
    package private(set) var cells: [Cell]
    /// Where the terminal's own cursor stands, because somebody types there; `nil` hides it.
    package var cursor: Point?
    /// What drawing is limited to; see ``clipped(to:_:)``.
    private(set) var clip: Rect
    /// The picture that was put last, for a terminal that draws pixels; see ``visiblePixels``.
    var pixels: PixelPicture?

    package init(_ size: Size, look: Look = .unicode) {
        self.size = Size(max(0, size.width), max(0, size.height))
        self.look = look
        cells = Array(repeating: .blank, count: self.size.width * self.size.height)
        clip = Rect(self.size)
    }

    package var bounds: Rect { Rect(size) }
    package var glyphs: Glyphs { look.glyphs }

    package subscript(x: Int, y: Int) -> Cell { cells[y * size.width + x] }

    /// Draws with nothing outside of `rect` being touched.
    package mutating func clipped(to rect: Rect, _ draw: (inout Canvas) -> Void) {
        let before = clip
        clip = clip.intersection(rect)
        draw(&self)
        clip = before
    }

    /// Puts one character. A wide one that does not fit in whole leaves a blank. Returns the columns it takes.
    @discardableResult
    package mutating func put(_ scalar: Unicode.Scalar, x: Int, y: Int, _ style: Style = .text) -> Int {
        guard var (scalar, width) = TextWidth.shown(scalar) else { return 0 }
        if glyphs.isASCII, scalar.value > 0x7E {
            scalar = scalar == "µ" ? "u" : "?"
            width = 1
        }
        guard y >= clip.y, y < clip.maxY, x + width > clip.x, x < clip.maxX else { return width }
        if width == 2, x < clip.x || x + 2 > clip.maxX {
            set(.init(" ", style), max(x, clip.x), y)
            return 2
        }
        set(Cell(scalar, style), x, y)
        if width == 2 { set(.tail(style), x + 1, y, keepingHead: true) }
        return width
    }

    /// Puts text, at most `columns` wide. What cannot be shown is left out. Returns the columns used.
    @discardableResult
    package mutating func text(_ text: String, x: Int, y: Int, columns: Int = .max, _ style: Style = .text) -> Int {
        var used = 0
        // A flood of characters without width must not cost more than the row is worth.
        var budget = max(0, min(columns, size.width)) * 8 + 256
        for scalar in text.unicodeScalars {
            budget -= 1
            if budget < 0 { break }
            if used > 0, TextWidth.isMark(scalar) {
                mark(scalar, before: x + used, y: y)
                continue
            }
            let width = TextWidth.of(scalar)
            if used + width > columns || x + used >= clip.maxX { break }
            if scalar == "\t" || scalar == "\n" {
                used += put(" ", x: x + used, y: y, style)
            } else if width > 0 {
                used += put(scalar, x: x + used, y: y, style)
            }
        }
        return used
    }

    /// Puts a mark on the character that ends before column `x`.
    private mutating func mark(_ mark: Unicode.Scalar, before x: Int, y: Int) {
        guard !glyphs.isASCII, y >= clip.y, y < clip.maxY, x > clip.x, x <= clip.maxX else { return }
        let index = y * size.width + x - 1
        if !cells[index].isTail { cells[index].add(mark: mark) } else if x > 1 { cells[index - 1].add(mark: mark) }
    }

    /// Puts a styled row, at most `columns` wide; what does not fit ends in an ellipsis. Returns the columns used.
    @discardableResult
    package mutating func line(_ line: StyledLine, x: Int, y: Int, columns: Int = .max) -> Int {
        var used = 0
        let line = columns < .max ? line.truncated(to: columns, glyphs) : line
        for span in line.spans where used < columns {
            used += text(span.text, x: x + used, y: y, columns: columns - used, span.style)
        }
        return used
    }

    /// Puts text so that it ends before column `right`.
    @discardableResult
    package mutating func textEnding(_ text: String, right: Int, y: Int, _ style: Style = .text) -> Int {
        let width = TextWidth.of(text)
        return self.text(text, x: right - width, y: y, style)
    }

    package mutating func fill(_ rect: Rect, with cell: Cell = .blank) {
        let area = rect.intersection(clip)
        for y in area.y..<max(area.y, area.maxY) {
            for x in area.x..<max(area.x, area.maxX) { set(cell, x, y) }
        }
    }

    /// Gives everything inside `rect` one quiet look, as behind an overlay; a picture is no text and goes away.
    package mutating func dim(_ rect: Rect) {
        change(rect) { cell in
            if cell.style.role == .picture { cell = .blank }
            cell.style = .dim
        }
    }

    /// Adds attributes to everything inside `rect`.
    package mutating func add(_ attributes: Attributes, to rect: Rect) {
        change(rect) { $0.style.attributes.formUnion(attributes) }
    }

    /// Gives everything inside `rect` another look, wide characters as a whole.
    mutating func restyle(_ rect: Rect, _ body: (inout Style) -> Void) {
        let isCut = rect.maxX < size.width && rect.width > 0 && self[rect.maxX, rect.y].isTail
        change(Rect(x: rect.x, y: rect.y, width: rect.width + (isCut ? 1 : 0), height: rect.height)) { body(&$0.style) }
    }

    private mutating func change(_ rect: Rect, _ body: (inout Cell) -> Void) {
        let area = rect.intersection(clip)
        for y in area.y..<max(area.y, area.maxY) {
            for x in area.x..<max(area.x, area.maxX) { body(&cells[y * size.width + x]) }
        }
    }

    /// Puts a cell that was drawn before, as those of a picture.
    package mutating func place(_ cell: Cell, x: Int, y: Int) {
        guard x >= clip.x, x < clip.maxX, y >= clip.y, y < clip.maxY else { return }
        set(cell, x, y)
    }

    /// The text of every row, for tests and for saving the screen.
    package var rows: [String] {
        (0..<size.height).map { y in
            var row = String.UnicodeScalarView()
            for x in 0..<size.width where !self[x, y].isTail {
                let (_, first, second) = self[x, y].codes
                row.append(self[x, y].scalar)
                for mark in [first, second] where mark != 0 { row.append(Unicode.Scalar(mark) ?? " ") }
            }
            return String(row)
        }
    }

    /// Replaces a cell. Half of a wide character that loses its other half becomes a blank.
    private mutating func set(_ cell: Cell, _ x: Int, _ y: Int, keepingHead: Bool = false) {
        let index = y * size.width + x
        if cells[index].isTail, !keepingHead, x > 0 { cells[index - 1] = Cell(" ", cells[index - 1].style) }
        if x + 1 < size.width, cells[index + 1].isTail { cells[index + 1] = Cell(" ", cells[index + 1].style) }
        cells[index] = cell
    }
}

/// One cell that is different.
package struct CanvasChange: Equatable, Sendable {
    package var x: Int
    package var y: Int
    package var cell: Cell
}

/// What has to be written to turn one canvas into another of the same size.
package enum CanvasDiff {
    /// The cells of `new` that differ from `old`, row by row; all of them when the sizes differ or nothing is known.
    package static func changes(from old: Canvas?, to new: Canvas) -> [CanvasChange] {
        var changes: [CanvasChange] = []
        let width = new.size.width
        func change(_ index: Int, _ cell: Cell) -> CanvasChange {
            CanvasChange(x: index % width, y: index / width, cell: cell)
        }
        guard let old, old.size == new.size else { return new.cells.enumerated().map { change($0, $1) } }
        new.cells.withUnsafeBufferPointer { new in
            old.cells.withUnsafeBufferPointer { old in
                for index in new.indices where new[index] != old[index] { changes.append(change(index, new[index])) }
            }
        }
        return changes
    }
}
