import Canvas

/// One thing that a terminal says when it is asked.
enum TerminalAnswer: Sendable, Equatable {
    /// About one of its modes (DECRPM): 0 unknown, 1 on, 2 off, 3 and 4 the same for ever.
    case mode(Int, state: Int)
    /// What it can do (primary DA): 4 is sixel. Every terminal answers this, and in its turn: what was asked before it
    /// and is not answered by then is not known to the terminal.
    case attributes([Int])
    /// What it is (secondary DA): by the letter of its name, those that matter here.
    case kind(Int)
    /// Pixels of a cell.
    case cell(Size)
    /// Colours that a sixel picture may have.
    case registers(Int)
    /// Pixels that a sixel picture may have.
    case geometry(Size)
    /// It has understood the question of the kitty graphics protocol.
    case kittyGraphics
    /// It has kept a colour of 24 bits as it was.
    case directColors
}

/// What a terminal has said so far. Answers are what somebody else sends: what cannot be so is not taken.
struct TerminalAnswers: Sendable, Equatable {
    private(set) var modes: [Int: Int] = [:]
    /// Answers to the last of several questions.
    private(set) var rounds = 0
    private(set) var attributes: Set<Int> = []
    private(set) var kind: Int?
    private(set) var cell: Size?
    private(set) var registers: Int?
    private(set) var geometry: Size?
    private(set) var hasKittyGraphics = false
    private(set) var hasDirectColors = false

    mutating func note(_ answer: TerminalAnswer) {
        switch answer {
        case .mode(let mode, let state): if modes.count < 64 { modes[mode] = state }
        case .attributes(let numbers):
            rounds += 1
            attributes.formUnion(numbers)
        case .kind(let number): kind = number
        case .cell(let size): if Self.isCell(size) { cell = size }
        case .registers(let count): if count >= 2 { registers = count }
        case .geometry(let size): if size.width > 0, size.height > 0 { geometry = size }
        case .kittyGraphics: hasKittyGraphics = true
        case .directColors: hasDirectColors = true
        }
    }

    /// tmux and screen call themselves by their first letter: what is asked is answered by them, not by the terminal
    /// that they are shown on.
    var isMultiplexer: Bool { kind == 84 || kind == 83 }
    var hasSixel: Bool { attributes.contains(4) }

    /// Whether a cell can have that many pixels.
    static func isCell(_ size: Size) -> Bool { (2...200).contains(size.width) && (4...400).contains(size.height) }
}

/// What is asked.
enum TerminalQuestion {
    static let synchronizedOutput = 2026
    /// The number under which kitty's protocol is asked about.
    private static let asked = 4711
    /// A colour that no palette has.
    private static let color = [149, 251, 17]

    /// About synchronized output (DECRQM) and what kind of terminal it is. One that does not know a question may print
    /// a letter of it, which is taken away again.
    static let first = "\u{1b}7\u{1b}[?\(synchronizedOutput)$p\u{1b}[>c\u{1b}[c\u{1b}8\u{1b}[K"

    /// About pictures: kitty's protocol and the limits of sixel (XTSMGRAPHICS), where that is of use, and the size of a
    /// cell. Asked at the upper left corner, where the first rows are written anew afterwards: there are
    /// terminals that print what kitty's question consists of.
    static func pictures(kitty: Bool, sixel: Bool) -> String {
        let kitty = kitty ? "\u{1b}_Gi=\(asked),s=1,v=1,a=q,t=d,f=24;AAAA\u{1b}\\" : ""
        let sixel = sixel ? "\u{1b}[?1;1;0S\u{1b}[?2;1;0S" : ""
        return "\u{1b}7\u{1b}[H\(kitty)\(sixel)\u{1b}[16t\u{1b}[c\u{1b}8"
    }

    /// Sets a colour of 24 bits, asks which one is set (DECRQSS), and takes it away: a terminal that has fewer says
    /// another one, or nothing. Asked where the one about pictures is, and for the same reason.
    static let colors =
        "\u{1b}7\u{1b}[H\u{1b}[48;2;\(color.map(String.init).joined(separator: ";"))m\u{1b}P$qm\u{1b}\\\u{1b}[m\u{1b}8"

    /// Which every terminal answers: what was asked before it has been answered by then.
    static let last = "\u{1b}[c"

    /// Pixels of a cell, which may have changed with the size of the screen.
    static let cell = "\u{1b}[16t\u{1b}[c"

    /// What a string of the terminal says, from the letter that introduces it (`_` APC, `P` DCS); `nil` for what nobody
    /// asked.
    static func answer(in text: [UInt8]) -> TerminalAnswer? {
        let settings = Array("P1$r".utf8)
        if text.starts(with: settings) { return isDirect(text.dropFirst(settings.count)) ? .directColors : nil }
        guard text.first == UInt8(ascii: "_") else { return nil }
        let text = text.dropFirst()
        let parts = text.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].first == UInt8(ascii: "G"), parts[1].elementsEqual("OK".utf8)
        else { return nil }
        let fields = parts[0].dropFirst().split(separator: UInt8(ascii: ","))
        return fields.contains { $0.elementsEqual("i=\(asked)".utf8) } ? .kittyGraphics : nil
    }

    /// Whether the settings of colours hold the one that was set, with semicolons or colons, and perhaps a colour
    /// space.
    private static func isDirect(_ settings: ArraySlice<UInt8>) -> Bool {
        guard settings.last == UInt8(ascii: "m") else { return false }
        let numbers = settings.dropLast().split { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ":") }
            .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard let kind = numbers.lastIndex(of: 48), kind + 1 < numbers.count, numbers[kind + 1] == 2
        else { return false }
        return numbers.suffix(3) == color[...]
    }
}
