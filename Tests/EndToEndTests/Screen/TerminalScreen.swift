import TestSupport

/// A terminal as a program sees it: bytes go in, two screens of characters come out.
///
/// Speaks what curses sends to an xterm-256color, and keeps what a test asks about: which screen is shown, which
/// modes are on, how often everything was cleared, what stays in the scrollback. Colours are counted, not kept.
struct TerminalScreen: Sendable {
    private(set) var size: TerminalSize
    private(set) var normal: ScreenBuffer
    private(set) var alternate: ScreenBuffer
    /// DEC private modes that are on.
    private(set) var modes: Set<Int> = [7, 25]
    /// How often the whole screen was erased.
    private(set) var fullClears = 0
    /// How often a colour was set.
    private(set) var colourChanges = 0
    /// Characters that are printed now get a colour or an attribute.
    private(set) var isStyled = false
    /// Colours that were given as red, green and blue.
    private(set) var directColours: Set<DirectColour> = []
    /// The last of them that was set behind characters.
    var directBehind: DirectColour?
    /// How often a frame was announced (synchronized output).
    private(set) var announcedFrames = 0
    /// What the terminal answers to questions of the program, not sent yet.
    var answers: [UInt8] = []
    let program: TerminalProgram
    var receiver = KittyReceiver()
    /// Pictures that have come, and bytes of everything that has to do with any.
    var drawnPictures = 0
    var pictureBytes = 0
    /// What no program should do to this terminal.
    var faults: [String] = []
    private let synchronizedOutput: SynchronizedOutput
    /// What the window is called; by its shell at first.
    private(set) var title = Self.shellTitle
    private static let shellTitle = "a shell"
    private var titleStack: [String] = []
    private(set) var bells = 0
    /// What the desktop was asked to show, by the number of the order (9, 777), and in the wrapping of tmux.
    private(set) var notifications: [String] = []
    /// Texts in base64 that came for the clipboard.
    private(set) var clipboard: [String] = []
    /// Every byte since the normal screen was last shown: what the program printed after its dashboard.
    private(set) var bytesOnNormalScreen: [UInt8] = []

    var region: ClosedRange<Int>
    var inserts = false
    var drawsLines = false
    var lastPrinted: Unicode.Scalar = " "
    private var parser = TerminalParser()

    init(size: TerminalSize, program: TerminalProgram = .plain, synchronizedOutput: SynchronizedOutput = .known) {
        self.size = size
        self.program = program
        self.synchronizedOutput = synchronizedOutput
        normal = ScreenBuffer(size: size, keepsHistory: true)
        alternate = ScreenBuffer(size: size, keepsHistory: false)
        region = 0...size.rows - 1
    }

    // MARK: What a test asks

    var isAlternate: Bool { modes.contains(1049) || modes.contains(1047) || modes.contains(47) }
    var cursorVisible: Bool { modes.contains(25) }
    /// The program is in the middle of a frame (synchronized output).
    var isUpdating: Bool { modes.contains(2026) }
    /// Modes that differ from those of a fresh terminal, as words; empty when the terminal is as it was found.
    var leftovers: [String] {
        var words = modes.subtracting([7, 25, 12]).sorted().map { "mode \($0) on" }
        if !cursorVisible { words.append("cursor hidden") }
        if !modes.contains(7) { words.append("autowrap off") }
        if region != 0...size.rows - 1 { words.append("scroll region \(region)") }
        if inserts { words.append("insert mode on") }
        if isStyled { words.append("colour or attribute on") }
        if drawsLines { words.append("line drawing on") }
        if title != Self.shellTitle || !titleStack.isEmpty { words.append("title '\(title)' over \(titleStack.count)") }
        if !(normal.pictures.pictures + alternate.pictures.pictures).isEmpty { words.append("a picture") }
        if receiver.isLoading { words.append("a part of a picture") }
        return words
    }

    var rows: [String] { shown.rows.map(\.text) }
    var text: String { rows.joined(separator: "\n") }
    func contains(_ words: String) -> Bool { rows.contains { $0.contains(words) } }
    /// The normal screen and its scrollback: what stays when the program has ended.
    var transcript: [String] { normal.transcript }
    var cursor: (row: Int, column: Int) { (shown.row, shown.column) }

    // MARK: Feeding

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if !isAlternate { bytesOnNormalScreen.append(byte) }
            guard let token = parser.next(byte) else { continue }
            switch token {
            case .print(let scalar): print(scalar)
            case .control(let code): control(code)
            case .escape(let intermediate, let final): escape(intermediate, final)
            case .sequence(let sequence): perform(sequence)
            case .string(let kind, let bytes): obey(kind, bytes)
            }
        }
    }

    mutating func feed(_ text: String) { feed(Array(text.utf8)) }

    mutating func resize(to size: TerminalSize) {
        self.size = size
        normal.resize(to: size)
        alternate.resize(to: size)
        region = 0...size.rows - 1
    }

    // MARK: For the handlers

    var shown: ScreenBuffer {
        get { isAlternate ? alternate : normal }
        _modify { if isAlternate { yield &alternate } else { yield &normal } }
    }

    /// What the window is told.
    mutating func tellWindow(_ kind: UInt8, _ text: String) {
        let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (Character(Unicode.Scalar(kind)), parts[0]) {
        case ("]", "0"), ("]", "2"): title = parts.count > 1 ? parts[1] : ""
        case ("]", "9"), ("]", "777"): notifications.append(text)
        case ("]", "52"): clipboard.append(parts.count > 1 ? String(parts[1].drop { $0 != ";" }.dropFirst()) : "")
        case ("P", "tmux"): notifications.append(text)
        default: break
        }
    }

    mutating func ring() { bells += 1 }
    mutating func pushTitle() { titleStack.append(title) }
    mutating func popTitle() { title = titleStack.popLast() ?? title }

    mutating func countClear() { fullClears += 1 }
    mutating func countColour() { colourChanges += 1 }
    mutating func note(_ colour: DirectColour) { directColours.insert(colour) }
    mutating func setStyled(_ on: Bool) { isStyled = on }

    mutating func setMode(_ mode: Int, _ on: Bool) {
        let wasAlternate = isAlternate
        if mode == 2026, on { announcedFrames += 1 }
        if mode == 1049, on, !wasAlternate { normal.saved = (normal.row, normal.column) }
        if on { modes.insert(mode) } else { modes.remove(mode) }
        switch mode {
        case 47, 1047, 1049:
            if isAlternate, !wasAlternate {
                alternate.eraseRows(0..<size.rows)
                alternate.move(row: normal.row, column: normal.column)
            } else if !isAlternate, wasAlternate {
                bytesOnNormalScreen = []
                if mode == 1049 { normal.move(row: normal.saved.row, column: normal.saved.column) }
            }
        case 1048:
            if on { saveCursor() } else { restoreCursor() }
        default: break
        }
    }

    /// DECRQM: 2 is known and off, 0 is unknown.
    mutating func answer(mode: Int) {
        if program.isSilent { return }
        let state = mode == 2026 && synchronizedOutput != .unknown ? 2 : 0
        answers += Array("\u{1b}[?\(mode);\(state)$y".utf8)
    }

    mutating func takeAnswers() -> [UInt8] {
        if synchronizedOutput == .knownLate, modes.contains(2004) { return [] }
        defer { answers = [] }
        return answers
    }

    mutating func saveCursor() { shown.saved = (shown.row, shown.column) }
    mutating func restoreCursor() {
        let place = shown.saved
        shown.move(row: place.row, column: place.column)
    }
    mutating func reset() {
        self = TerminalScreen(size: size, program: program, synchronizedOutput: synchronizedOutput)
    }
}

/// What a terminal says when it is asked about synchronized output: that it knows it, that it does not, or the former
/// so late that the program is already leaving (a long way off).
enum SynchronizedOutput: Sendable { case known, unknown, knownLate }

/// A colour given as three numbers, 0...255 each.
struct DirectColour: Sendable, Hashable {
    let red, green, blue: Int
}
