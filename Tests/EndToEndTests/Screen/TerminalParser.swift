/// What a byte stream tells a terminal to do.
enum TerminalToken: Sendable, Equatable {
    case print(Unicode.Scalar)
    /// A C0 control: line feed, carriage return, backspace...
    case control(UInt8)
    /// `ESC intermediates final`.
    case escape(intermediate: UInt8?, final: UInt8)
    /// `CSI prefix parameters intermediate final`. A parameter left out is `nil`.
    case sequence(ControlSequence)
    /// What stands in an OSC (`]`), DCS (`P`), SOS (`X`), PM (`^`) or APC (`_`), once it has ended.
    case string(kind: UInt8, [UInt8])
}

/// A parsed control sequence, such as `CSI ? 1049 h`.
struct ControlSequence: Sendable, Equatable {
    /// `?`, `>`, `<` or `=`.
    var prefix: UInt8?
    var parameters: [Int?] = []
    var intermediate: UInt8?
    var final: UInt8 = 0

    /// A parameter that counts or names a position: missing and zero mean one.
    func count(_ index: Int) -> Int { max(1, value(index)) }
    /// A parameter where missing means zero.
    func value(_ index: Int) -> Int { index < parameters.count ? parameters[index] ?? 0 : 0 }
}

/// Splits bytes into tokens; keeps what is unfinished, so sequences and characters may cross read boundaries.
struct TerminalParser: Sendable {
    private enum State: Sendable {
        case ground
        case escape(intermediate: UInt8?)
        case sequence(ControlSequence)
        /// Inside OSC, DCS, SOS, PM or APC: ends with BEL or ST.
        case string(kind: UInt8, sawEscape: Bool)
        case utf8(value: UInt32, missing: Int)
    }
    private var state = State.ground
    /// What stands in the string so far.
    private var string: [UInt8] = []

    mutating func next(_ byte: UInt8) -> TerminalToken? {
        switch state {
        case .ground: return ground(byte)
        case .escape(let intermediate): return escape(byte, intermediate)
        case .sequence(let partial): return sequence(byte, partial)
        case .string(let kind, let sawEscape):
            // Only an OSC may end with BEL; what is wrapped for a terminal outside holds such an end of its own.
            if byte == 0x07 && kind == UInt8(ascii: "]") || sawEscape && byte == UInt8(ascii: "\\") {
                defer { string = [] }
                return finish(.string(kind: kind, string))
            }
            let isEscape = byte == 0x1B && !sawEscape
            if !isEscape { string.append(byte) }
            state = .string(kind: kind, sawEscape: isEscape)
            return nil
        case .utf8(let value, let missing): return continuation(byte, value, missing)
        }
    }

    private mutating func ground(_ byte: UInt8) -> TerminalToken? {
        switch byte {
        case 0x1B:
            state = .escape(intermediate: nil)
            return nil
        case 0..<0x20, 0x7F: return .control(byte)
        case 0x20..<0x7F: return .print(Unicode.Scalar(byte))
        case 0xC2...0xDF: state = .utf8(value: UInt32(byte & 0x1F), missing: 1)
        case 0xE0...0xEF: state = .utf8(value: UInt32(byte & 0x0F), missing: 2)
        case 0xF0...0xF4: state = .utf8(value: UInt32(byte & 0x07), missing: 3)
        default: return .print("\u{FFFD}")
        }
        return nil
    }

    private mutating func continuation(_ byte: UInt8, _ value: UInt32, _ missing: Int) -> TerminalToken? {
        guard byte & 0xC0 == 0x80 else {
            // A character that breaks off is dropped; the byte that broke it starts something new.
            state = .ground
            return ground(byte)
        }
        let joined = value << 6 | UInt32(byte & 0x3F)
        guard missing == 1 else {
            state = .utf8(value: joined, missing: missing - 1)
            return nil
        }
        state = .ground
        return .print(Unicode.Scalar(joined) ?? "\u{FFFD}")
    }

    private mutating func escape(_ byte: UInt8, _ intermediate: UInt8?) -> TerminalToken? {
        switch byte {
        case UInt8(ascii: "[") where intermediate == nil: state = .sequence(ControlSequence())
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "X"):
            guard intermediate == nil else { return finish(.escape(intermediate: intermediate, final: byte)) }
            state = .string(kind: byte, sawEscape: false)
        case 0x20...0x2F: state = .escape(intermediate: byte)
        case 0x30...0x7E: return finish(.escape(intermediate: intermediate, final: byte))
        case 0x1B: state = .escape(intermediate: nil)
        default: state = .ground
        }
        return nil
    }

    private mutating func sequence(_ byte: UInt8, _ partial: ControlSequence) -> TerminalToken? {
        var partial = partial
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            if partial.parameters.isEmpty { partial.parameters.append(nil) }
            let last = partial.parameters.count - 1
            partial.parameters[last] = min(99_999, (partial.parameters[last] ?? 0) * 10 + Int(byte - 0x30))
        case UInt8(ascii: ";"), UInt8(ascii: ":"):
            if partial.parameters.isEmpty { partial.parameters.append(nil) }
            partial.parameters.append(nil)
        case 0x3C...0x3F: partial.prefix = byte
        case 0x20...0x2F: partial.intermediate = byte
        case 0x40...0x7E:
            partial.final = byte
            return finish(.sequence(partial))
        case 0x1B:
            state = .escape(intermediate: nil)
            return nil
        case 0..<0x20: return .control(byte)
        default: break
        }
        state = .sequence(partial)
        return nil
    }

    private mutating func finish(_ token: TerminalToken) -> TerminalToken {
        state = .ground
        return token
    }
}
