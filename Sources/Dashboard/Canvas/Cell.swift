/// One place of the screen. A character that is two columns wide owns the cell to its right, which is a `tail`.
struct Cell: Hashable, Sendable {
    /// 0 marks the right half of a wide character.
    private(set) var code: UInt32
    var style: Style

    init(_ scalar: Unicode.Scalar = " ", _ style: Style = .text) {
        code = scalar.value
        self.style = style
    }

    static let blank = Cell()

    /// The right half of the wide character before it.
    static func tail(_ style: Style) -> Cell {
        var cell = Cell(" ", style)
        cell.code = 0
        return cell
    }

    var isTail: Bool { code == 0 }
    var isWide: Bool { code >= 0x1100 && TextWidth.of(scalar) == 2 }
    var scalar: Unicode.Scalar { Unicode.Scalar(code) ?? " " }
}
