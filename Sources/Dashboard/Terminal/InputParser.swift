/// Turns the bytes that a terminal sends into keys. Pure: bytes and time go in, keys come out, however the bytes are
/// cut into pieces.
///
/// A sequence counts as a whole or not at all: what is not known becomes ``Key/unknown``, never the keys that its
/// bytes would be one by one. What a person pastes is no key and is dropped.
struct InputParser: Sendable {
    /// Seconds after which an Esc without a successor was the key. As long as other programs wait: a sequence that a
    /// slow connection cuts in two arrives well within.
    static let escapeTimeout = 0.05
    /// Seconds after which a sequence that was begun will not be finished.
    static let sequenceTimeout = 0.5
    /// Seconds of silence after which a paste is over although the terminal did not say so.
    static let pasteTimeout = 2.0

    private enum State {
        case ground
        /// One Esc or two.
        case escape(Int)
        /// After `ESC [`; an Esc more stood before it.
        case control(ControlInput, afterEscape: Bool)
        /// After `ESC [ [`: a function key of the Linux console.
        case consoleKey
        /// After `ESC O`.
        case single
        /// After `ESC [ M`: three bytes of an old mouse report.
        case oldMouse([UInt8])
        /// An answer of the terminal, up to its end: `ESC ]`, `ESC P` and their like.
        case answer(UInt8, isEmpty: Bool, sawEscape: Bool)
        /// Inside a paste: how much of its end mark has come.
        case paste(Int)
        case scalar(UTF8Input, isAlt: Bool)
    }
    private var state = State.ground
    private var lastByte = 0.0

    /// When ``pass(now:)`` has something to do; `nil` when nothing is waited for.
    var deadline: Double? {
        switch state {
        case .ground: nil
        case .escape: lastByte + Self.escapeTimeout
        case .paste: lastByte + Self.pasteTimeout
        default: lastByte + Self.sequenceTimeout
        }
    }

    /// Takes bytes as they come; `now` counts seconds from anywhere.
    mutating func feed(_ bytes: some Sequence<UInt8>, now: Double) -> [Key] {
        // What has waited too long is not continued by what comes now.
        var keys = pass(now: now)
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
        case .escape(let count): return Array(repeating: .escape, count: count)
        case .control(let control, false) where control.isEmpty: return [.alt("[")]
        case .single: return [.alt("O")]
        case .answer(let introducer, isEmpty: true, sawEscape: false): return [.alt(Unicode.Scalar(introducer))]
        default: return [.unknown]
        }
    }

    private mutating func take(_ byte: UInt8, _ keys: inout [Key]) {
        switch state {
        case .ground: begin(byte, &keys)
        case .escape(let count): afterEscape(byte, count, &keys)
        case .control(let control, let afterEscape): continueControl(byte, control, afterEscape, &keys)
        case .consoleKey:
            guard byte >= 0x20 else { return abandon(byte, &keys) }
            end(.other, &keys)
        case .single:
            guard byte >= 0x20, byte < 0x7F else { return abandon(byte, &keys) }
            // A number in between tells of Shift or Ctrl.
            if (0x30...0x39).contains(byte) { return }
            end(ControlInput.single(byte), &keys)
        case .oldMouse(let bytes):
            guard byte >= 0x20 else { return abandon(byte, &keys) }
            let all = bytes + [byte]
            if all.count < 3 { state = .oldMouse(all) } else { end(MouseInput.old(all), &keys) }
        case .answer(let introducer, _, let sawEscape):
            if byte == 0x07 || sawEscape, byte == 0x07 || byte == 0x5C { return end(.unknown, &keys) }
            if byte < 0x20, byte != 0x1B { return abandon(byte, &keys) }
            if sawEscape { return afterBrokenAnswer(byte, &keys) }
            state = .answer(introducer, isEmpty: false, sawEscape: byte == 0x1B)
        case .paste(let matched):
            let mark = ControlInput.pasteEnd
            let next = byte == mark[matched] ? matched + 1 : byte == mark[0] ? 1 : 0
            state = next == mark.count ? .ground : .paste(next)
        case .scalar(var scalar, let isAlt):
            guard scalar.take(byte) else { return abandon(byte, &keys) }
            guard scalar.isComplete else { return state = .scalar(scalar, isAlt: isAlt) }
            end(scalar.value.map { isAlt ? .alt($0) : .character($0) } ?? .unknown, &keys)
        }
    }

    private mutating func begin(_ byte: UInt8, _ keys: inout [Key]) {
        switch byte {
        case 0x1B: state = .escape(1)
        case 0x00..<0x20, 0x7F: keys.append(ControlInput.key(byte))
        case 0x20..<0x7F: keys.append(.character(Unicode.Scalar(byte)))
        default: beginScalar(byte, isAlt: false, &keys)
        }
    }

    private mutating func beginScalar(_ byte: UInt8, isAlt: Bool, _ keys: inout [Key]) {
        if let scalar = UTF8Input(byte) { state = .scalar(scalar, isAlt: isAlt) } else { end(.unknown, &keys) }
    }

    private mutating func afterEscape(_ byte: UInt8, _ count: Int, _ keys: inout [Key]) {
        switch byte {
        case 0x1B:
            // Two are kept: they may yet begin a sequence.
            if count == 2 { keys.append(.escape) }
            state = .escape(2)
            return
        case UInt8(ascii: "["): state = .control(ControlInput(), afterEscape: count == 2)
        case UInt8(ascii: "O"): state = .single
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            state = .answer(byte, isEmpty: true, sawEscape: false)
        case 0x03:
            // Whatever stands before it, this key asks for the end.
            keys += Array(repeating: .escape, count: count)
            end(ControlInput.key(byte), &keys)
        case 0x00..<0x20, 0x7F: end(.other, &keys)
        default:
            if count == 2 { keys.append(.escape) }
            if byte < 0x80 { end(.alt(Unicode.Scalar(byte)), &keys) } else { beginScalar(byte, isAlt: true, &keys) }
        }
    }

    private mutating func continueControl(
        _ byte: UInt8, _ control: ControlInput, _ afterEscape: Bool, _ keys: inout [Key]
    ) {
        guard byte >= 0x20, byte < 0x7F else { return abandon(byte, &keys) }
        var control = control
        if control.isEmpty, byte == UInt8(ascii: "[") { return state = .consoleKey }
        if control.isEmpty, byte == UInt8(ascii: "M") { return state = .oldMouse([]) }
        guard let key = control.take(byte) else { return state = .control(control, afterEscape: afterEscape) }
        if key == .paste { return state = .paste(0) }
        // An Esc before it means Alt with that key.
        end(afterEscape ? .other : key.key, &keys)
    }

    /// The terminal's answer broke off, and another sequence begins with the Esc that has come.
    private mutating func afterBrokenAnswer(_ byte: UInt8, _ keys: inout [Key]) {
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
