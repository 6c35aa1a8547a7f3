import Testing

@testable import Canvas
@testable import Terminal

/// The cells of a terminal that knows what ``CellWriter`` says and nothing else: any other byte is a fault, and so is a
/// character that would not stay in its row.
struct PaintedScreen {
    struct Painted: Equatable {
        var codes: (UInt32, UInt32, UInt32) = (0x20, 0, 0)
        var ink = Ink()
        var isTail = false
        static func == (a: Painted, b: Painted) -> Bool { a.codes == b.codes && a.ink == b.ink && a.isTail == b.isTail }
    }

    let size: Size
    private(set) var cells: [Painted]
    private(set) var pen = Ink()
    private(set) var faults: [String] = []
    /// Columns that this terminal gives wide characters.
    private let wideColumns: Int
    private var place = (x: 0, y: 0)
    private var waitsAtEdge = false

    init(_ size: Size, wideColumns: Int = 2) {
        (self.size, self.wideColumns) = (size, wideColumns)
        cells = Array(repeating: Painted(), count: size.width * size.height)
    }

    subscript(x: Int, y: Int) -> Painted { cells[y * size.width + x] }

    mutating func feed(_ bytes: [UInt8]) {
        var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            guard scalar == "\u{1b}" else {
                print(scalar)
                continue
            }
            guard scalars.popFirst() == "[" else { return fault("an escape that is no control sequence") }
            let numbers = scalars.prefix { ("0"..."9").contains($0) || $0 == ";" }
            scalars = scalars.dropFirst(numbers.count)
            guard let final = scalars.popFirst() else { return fault("a sequence without end") }
            let values = numbers.split(separator: ";", omittingEmptySubsequences: false).map { Int(String($0)) ?? 0 }
            perform(final, numbers.isEmpty ? [] : values)
        }
    }

    private mutating func fault(_ what: String) { faults.append("\(what) at \(place)") }

    private mutating func perform(_ final: Unicode.Scalar, _ numbers: [Int]) {
        switch final {
        case "H": place = (max(1, numbers.count > 1 ? numbers[1] : 1) - 1, max(1, numbers.first ?? 1) - 1)
        case "G": place.x = max(1, numbers.first ?? 1) - 1
        case "C": place.x += max(1, numbers.first ?? 1)
        case "m": return turn(numbers.isEmpty ? [0] : numbers)
        default: fault("unknown sequence \(final)")
        }
        waitsAtEdge = false
        guard place.x < size.width, place.y < size.height else {
            fault("outside")
            return place = (0, 0)
        }
    }

    private mutating func turn(_ numbers: [Int]) {
        var numbers = numbers[...]
        while let number = numbers.popFirst() {
            switch number {
            case 0: pen = Ink()
            case 1: pen.attributes.insert(.bold)
            case 2: pen.attributes.insert(.dim)
            case 4: pen.attributes.insert(.underline)
            case 7: pen.attributes.insert(.reverse)
            case 22: pen.attributes.subtract([.bold, .dim])
            case 24: pen.attributes.remove(.underline)
            case 27: pen.attributes.remove(.reverse)
            case 30...37: pen.foreground = .palette(UInt8(number - 30))
            case 90...97: pen.foreground = .palette(UInt8(number - 82))
            case 40...47: pen.background = .palette(UInt8(number - 40))
            case 100...107: pen.background = .palette(UInt8(number - 92))
            case 39: pen.foreground = .terminal
            case 49: pen.background = .terminal
            case 38: if let color = color(&numbers) { pen.foreground = color }
            case 48: if let color = color(&numbers) { pen.background = color }
            default: fault("unknown look \(number)")
            }
        }
    }

    private mutating func color(_ numbers: inout ArraySlice<Int>) -> Color? {
        let kind = numbers.popFirst()
        let values = numbers.prefix(kind == 5 ? 1 : 3).map { UInt8($0) }
        numbers = numbers.dropFirst(values.count)
        if kind == 5, values.count == 1 { return .palette(values[0]) }
        if kind == 2, values.count == 3 { return .rgb(RGB(values[0], values[1], values[2])) }
        fault("a colour of another kind")
        return nil
    }

    private mutating func print(_ scalar: Unicode.Scalar) {
        guard scalar.value >= 0x20 else { return fault("control character \(scalar.value)") }
        if TextWidth.isMark(scalar) {
            var index = place.y * size.width + place.x - (waitsAtEdge ? 0 : 1)
            if cells[index].isTail { index -= 1 }
            if cells[index].codes.1 != 0 { return cells[index].codes.2 = scalar.value }
            return cells[index].codes.1 = scalar.value
        }
        let columns = TextWidth.of(scalar) == 2 ? wideColumns : 1
        guard !waitsAtEdge, place.x + columns <= size.width else { return fault("a character past the edge") }
        for column in 0..<columns {
            separate(place.x + column)
            cells[place.y * size.width + place.x + column] =
                column == 0
                ? Painted(codes: (scalar.value, 0, 0), ink: pen) : Painted(codes: (0, 0, 0), ink: pen, isTail: true)
        }
        waitsAtEdge = place.x + columns == size.width
        place.x = min(place.x + columns, size.width - 1)
    }

    /// A wide character that loses one half loses the other as well.
    private mutating func separate(_ x: Int) {
        let index = place.y * size.width + x
        if cells[index].isTail { cells[index - 1] = Painted() }
        if x + 1 < size.width, cells[index + 1].isTail { cells[index + 1] = Painted() }
    }

    /// Whether a person sees in a cell what the canvas holds there.
    func shows(_ canvas: Canvas, _ theme: Theme, x: Int, y: Int) -> Bool {
        let (cell, painted) = (canvas[x, y], self[x, y])
        if cell.isTail || painted.isTail { return cell.isTail == painted.isTail }
        guard cell.codes == painted.codes else { return false }
        let ink = theme.ink(for: cell.style, depth: canvas.look.depth)
        // Of a blank one sees what is behind it, and nothing else.
        let seen: Attributes = [.reverse, .underline]
        let attributes = painted.ink.attributes
        let isBlank = cell.codes == (0x20, 0, 0) && ink.attributes.isDisjoint(with: seen)
        guard isBlank else { return painted.ink == ink }
        return painted.ink.background == ink.background && attributes.isDisjoint(with: seen)
    }

    /// The first cell in which a person sees anything else than the canvas holds.
    func firstDifference(from canvas: Canvas, _ theme: Theme) -> String? {
        for y in 0..<size.height {
            for x in 0..<size.width where !shows(canvas, theme, x: x, y: y) {
                return "\(x), \(y): \(canvas[x, y]) is shown as \(self[x, y])"
            }
        }
        return nil
    }
}
