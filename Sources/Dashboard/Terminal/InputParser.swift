/// Turns the bytes that a terminal sends into keys. Pure: bytes and time go in, keys come out, however the bytes are
/// cut into pieces.
///
/// A sequence counts as a whole or not at all: what is not known becomes ``Key/unknown``, never the keys that its
/// bytes would be one by one. What a person pastes is one ``Key/paste(_:)``. The introducers of sequences (CSI, SS3,
/// OSC, DCS) come as an Esc and a letter, or as one control character of eight bits.
struct InputParser: Sendable {
    /// Seconds after which an Esc without a successor was the key, unless `ESCDELAY` says otherwise. As long as other
    /// programs wait: a sequence that a slow connection cuts in two arrives well within.
    static let escapeTimeout = 0.05
    /// Seconds after which a sequence that was begun will not be finished, and up to which the rest of one still counts
    /// as such although its Esc has been taken for the key.
    static let sequenceTimeout = 0.5
    /// Seconds of silence after which a paste is over although the terminal did not say so.
    static let pasteTimeout = 2.0
    /// Bytes of a paste that are kept.
    static let longestPaste = 1024
    /// Seconds in place of ``sequenceTimeout`` while the terminal owes an answer, which a slow line may cut in pieces.
    static let answerTimeout = 2.0
    /// Bytes of a command that are kept; the answers that matter have fewer.
    private static let longestCommand = 64

    private enum State {
        case ground
        /// One Esc or two.
        case escape(Int)
        /// A control sequence. Alt: an Esc more stood before it.
        case csi(CSIInput, isAlt: Bool)
        /// After `CSI [`: a function key of the Linux console.
        case consoleKey
        /// After a single shift: one key.
        case ss3(isAlt: Bool)
        /// After `CSI M`: three bytes of an old mouse report.
        case oldMouse([UInt8])
        /// A string of the terminal (OSC, DCS, SOS, PM, APC), up to its end: an answer to a question. What is asked by
        /// APC or DCS is kept.
        case string([UInt8]?, sawEscape: Bool)
        /// Inside a paste: what has come of it, and how much of its end mark.
        case paste([UInt8], Int)
        case scalar(UTF8Input, isAlt: Bool)
    }
    private var state = State.ground
    private var lastByte = 0.0
    /// When an Esc was taken for the key because nothing had followed it.
    private var loneEscape = -Double.infinity
    private let escapeTimeout: Double
    private var sequenceTimeout: Double {
        max(awaitsAnswer ? Self.answerTimeout : Self.sequenceTimeout, escapeTimeout)
    }

    /// What the terminal has said of itself.
    private(set) var answers = TerminalAnswers()
    /// The terminal was asked something, and has not answered yet.
    var awaitsAnswer = false
    /// Whether the window has the keyboard; `nil` before the terminal has said anything of that.
    private(set) var isInFront: Bool?

    init(escapeTimeout: Double = Self.escapeTimeout) { self.escapeTimeout = escapeTimeout }

    /// The time that `ESCDELAY` asks for, in milliseconds as curses reads it; up to ten seconds.
    init(environment: [String: String]) {
        let asked = environment["ESCDELAY"].flatMap(Double.init).map { $0 / 1000 }
        self.init(escapeTimeout: asked.flatMap { (0...10).contains($0) ? $0 : nil } ?? Self.escapeTimeout)
    }

    /// When ``pass(now:)`` has something to do; `nil` when nothing is waited for.
    var deadline: Double? {
        switch state {
        case .ground: nil
        case .escape: lastByte + escapeTimeout
        case .paste: lastByte + Self.pasteTimeout
        default: lastByte + sequenceTimeout
        }
    }

    /// Takes bytes as they come; `now` counts seconds from anywhere.
    mutating func feed(_ bytes: some Collection<UInt8>, now: Double) -> [Key] {
        // What has waited too long is not continued by what comes now.
        var keys = pass(now: now)
        // A paste that never ends: this key alone, after a silence, was pressed and not pasted.
        if case .paste = state, bytes.count == 1, bytes.first == 0x03, now - lastByte >= sequenceTimeout {
            state = .ground
        }
        if case .ground = state, now - loneEscape < sequenceTimeout, bytes.count > 1, let first = bytes.first,
            first == UInt8(ascii: "[") || first == UInt8(ascii: "O")
                || (awaitsAnswer && (first == UInt8(ascii: "_") || first == UInt8(ascii: "P")))
        {
            // Nobody types two keys at once: this is the rest of a sequence that a slow line has cut behind its Esc.
            state = .escape(1)
        }
        for byte in bytes { take(byte, &keys) }
        lastByte = now
        return keys
    }

    /// Time has passed: what was begun and not continued is what it is.
    mutating func pass(now: Double) -> [Key] {
        guard let deadline, now >= deadline else { return [] }
        defer { state = .ground }
        switch state {
        case .ground, .paste: return []
        case .escape(let count):
            loneEscape = now
            return Array(repeating: .escape, count: count)
        default: return [.unknown]
        }
    }

    private mutating func take(_ byte: UInt8, _ keys: inout [Key]) {
        switch state {
        case .ground: begin(byte, &keys)
        case .escape(let count): afterEscape(byte, count, &keys)
        case .csi(let csi, let isAlt): continueCSI(byte, csi, isAlt, &keys)
        case .consoleKey:
            guard byte >= 0x20 else { return abandon(byte, &keys) }
            end(.other, &keys)
        case .ss3(let isAlt):
            guard byte >= 0x20, byte < 0x7F else { return abandon(byte, &keys) }
            // A number in between tells of Shift or Ctrl.
            if (0x30...0x39).contains(byte) { return }
            end(isAlt ? .other : CSIInput.ss3(byte), &keys)
        case .oldMouse(let bytes):
            guard byte >= 0x20 else { return abandon(byte, &keys) }
            let all = bytes + [byte]
            if all.count < 3 { state = .oldMouse(all) } else { end(MouseInput.old(all), &keys) }
        case .string(let command, let sawEscape):
            // Ends with BEL or ST, which is `ESC \` or one character of eight bits.
            if byte == 0x07 || byte == 0x9C || (sawEscape && byte == 0x5C) {
                if let answer = command.flatMap(TerminalQuestion.answer) { answers.note(answer) }
                return end(.unknown, &keys)
            }
            // CAN and SUB break it off, as they do in every terminal, and so does Ctrl-C; what else may stand in one
            // stays in it, or what follows would count as keys.
            if [0x03, 0x18, 0x1A].contains(byte) { return abandon(byte, &keys) }
            if sawEscape { return afterBrokenString(byte, &keys) }
            if byte == 0x1B { return state = .string(command, sawEscape: true) }
            let isKept = command.map { $0.count < Self.longestCommand } ?? false
            state = .string(isKept ? command! + [byte] : nil, sawEscape: false)
        case .paste(let text, let matched): continuePaste(byte, text, matched, &keys)
        case .scalar(var scalar, let isAlt):
            guard scalar.take(byte) else { return abandon(byte, &keys) }
            guard scalar.isComplete else { return state = .scalar(scalar, isAlt: isAlt) }
            guard let value = scalar.value else { return end(.unknown, &keys) }
            if value.value < 0xA0 { return introduce(UInt8(value.value), isAlt: isAlt, &keys) }
            end(isAlt ? .alt(value) : .character(value), &keys)
        }
    }

    private mutating func begin(_ byte: UInt8, _ keys: inout [Key]) {
        switch byte {
        case 0x1B: state = .escape(1)
        case 0x00..<0x20, 0x7F: keys.append(CSIInput.key(byte))
        case 0x20..<0x7F: keys.append(.character(Unicode.Scalar(byte)))
        case 0x80...0x9F: introduce(byte, isAlt: false, &keys)
        default: beginScalar(byte, isAlt: false, &keys)
        }
    }

    /// A control character of eight bits is an Esc and a letter in one.
    private mutating func introduce(_ byte: UInt8, isAlt: Bool, _ keys: inout [Key]) {
        if let begun = Self.sequence(byte - 0x40, isAlt: isAlt) { state = begun } else { end(.unknown, &keys) }
    }

    /// What an Esc and this letter begin; `nil` when that is nothing.
    private static func sequence(_ letter: UInt8, isAlt: Bool) -> State? {
        switch Unicode.Scalar(letter) {
        case "[": .csi(CSIInput(), isAlt: isAlt)
        case "O": .ss3(isAlt: isAlt)
        case "_", "P": .string([letter], sawEscape: false)
        case "]", "^", "X": .string(nil, sawEscape: false)
        default: nil
        }
    }

    private mutating func beginScalar(_ byte: UInt8, isAlt: Bool, _ keys: inout [Key]) {
        if let scalar = UTF8Input(byte) { state = .scalar(scalar, isAlt: isAlt) } else { end(.unknown, &keys) }
    }

    private mutating func afterEscape(_ byte: UInt8, _ count: Int, _ keys: inout [Key]) {
        if let begun = Self.sequence(byte, isAlt: count == 2) { return state = begun }
        switch byte {
        case 0x1B:
            // Two are kept: they may yet begin a sequence.
            if count == 2 { keys.append(.escape) }
            state = .escape(2)
        case 0x03:
            // Whatever stands before it, this key asks for the end.
            keys += Array(repeating: .escape, count: count)
            end(CSIInput.key(byte), &keys)
        case 0x00..<0x20, 0x7F: end(.other, &keys)
        case 0x80...0x9F: introduce(byte, isAlt: true, &keys)
        default:
            if count == 2 { keys.append(.escape) }
            if byte < 0x80 { end(.alt(Unicode.Scalar(byte)), &keys) } else { beginScalar(byte, isAlt: true, &keys) }
        }
    }

    private mutating func continueCSI(_ byte: UInt8, _ csi: CSIInput, _ isAlt: Bool, _ keys: inout [Key]) {
        guard byte >= 0x20, byte < 0x7F else { return abandon(byte, &keys) }
        var csi = csi
        if csi.isEmpty, byte == UInt8(ascii: "[") { return state = .consoleKey }
        if csi.isEmpty, byte == UInt8(ascii: "M") { return state = .oldMouse([]) }
        switch csi.take(byte) {
        case nil: state = .csi(csi, isAlt: isAlt)
        case .paste?: state = .paste([], 0)
        case .key(let key)?: end(isAlt ? .other : key, &keys)
        case .answer(let answer)?:
            answers.note(answer)
            end(.unknown, &keys)
        case .focus(let isFocused)?:
            isInFront = isFocused
            // No key; an Esc that came right before it was one.
            if isAlt { keys.append(.escape) }
            end(.unknown, &keys)
        }
    }

    private mutating func continuePaste(_ byte: UInt8, _ text: [UInt8], _ matched: Int, _ keys: inout [Key]) {
        let mark = CSIInput.pasteEnd
        if byte == mark[matched] {
            if matched + 1 < mark.count { return state = .paste(text, matched + 1) }
            return end(.paste(String(decoding: text, as: UTF8.self)), &keys)
        }
        // What looked like the end was text.
        let isMark = byte == mark[0]
        let room = Self.longestPaste - text.count
        let more = mark[..<matched] + (isMark ? [] : [byte])
        state = .paste(room > 0 ? text + more.prefix(room) : text, isMark ? 1 : 0)
    }

    /// The terminal's string broke off, and another sequence begins with the Esc that has come.
    private mutating func afterBrokenString(_ byte: UInt8, _ keys: inout [Key]) {
        keys.append(.unknown)
        afterEscape(byte, 1, &keys)
    }

    private mutating func end(_ key: Key, _ keys: inout [Key]) {
        state = .ground
        keys.append(key)
    }

    /// What was begun is broken off by a byte that means something by itself.
    private mutating func abandon(_ byte: UInt8, _ keys: inout [Key]) {
        end(.unknown, &keys)
        begin(byte, &keys)
    }
}
