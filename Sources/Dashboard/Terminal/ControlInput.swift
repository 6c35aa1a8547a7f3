/// A sequence after `ESC [`, while it comes in: parameters, then one byte that ends and names it (ECMA-48).
struct ControlInput: Sendable {
    /// What a complete sequence stands for.
    enum Meaning: Equatable {
        case key(Key)
        /// What follows was pasted.
        case paste

        var key: Key { if case .key(let key) = self { key } else { .unknown } }
    }

    /// Sent after a paste: `ESC [ 201 ~`.
    static let pasteEnd = Array("\u{1b}[201~".utf8)
    /// Longer ones are read to their end, and are unknown.
    private static let longest = 64

    private var parameters: [UInt8] = []

    var isEmpty: Bool { parameters.isEmpty }

    /// Takes a byte of 0x20...0x7E; returns what the sequence means when this byte ends it.
    mutating func take(_ byte: UInt8) -> Meaning? {
        if byte < 0x40 {
            if parameters.count <= Self.longest { parameters.append(byte) }
            return nil
        }
        return meaning(byte)
    }

    private func meaning(_ final: UInt8) -> Meaning {
        guard parameters.count <= Self.longest else { return .key(.unknown) }
        if parameters.first == UInt8(ascii: "<") {
            return .key(MouseInput.modern(Self.numbers(parameters.dropFirst()), final))
        }
        guard let numbers = Self.numbers(parameters[...]), numbers.count <= 3 else { return .key(.unknown) }
        let isModified = numbers.count == 2 && Self.isModified(numbers[1])
        switch final {
        case UInt8(ascii: "~"): return tilde(numbers, isModified)
        case UInt8(ascii: "I") where parameters.isEmpty: return .key(.focusIn)
        case UInt8(ascii: "O") where parameters.isEmpty: return .key(.focusOut)
        default:
            guard let key = Self.letters[final], numbers.count < 3 else { return .key(.unknown) }
            return .key(isModified ? .other : key)
        }
    }

    private func tilde(_ numbers: [Int], _ isModified: Bool) -> Meaning {
        guard let first = numbers.first else { return .key(.unknown) }
        if first == 200, numbers.count == 1 { return .paste }
        guard numbers.count < 3, let key = Self.numbered[first] ?? (2...34 ~= first ? .other : nil) else {
            return .key(.unknown)
        }
        return .key(isModified ? .other : key)
    }

    /// Shift, Alt, Ctrl or another of them is held; the locks do not count.
    private static func isModified(_ parameter: Int) -> Bool { (parameter - 1) & ~(64 | 128) > 0 }

    /// Numbers between semicolons; `nil` when there is anything else.
    private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int]? {
        guard !bytes.isEmpty else { return [] }
        var numbers: [Int] = []
        for part in bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            guard part.count <= 6, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
        return numbers
    }

    private static let letters: [UInt8: Key] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "Z"): .backTab, UInt8(ascii: "E"): .other,
        UInt8(ascii: "P"): .other, UInt8(ascii: "Q"): .other, UInt8(ascii: "R"): .other, UInt8(ascii: "S"): .other,
        // Arrows with Shift, and keys that report themselves in full.
        UInt8(ascii: "a"): .other, UInt8(ascii: "b"): .other, UInt8(ascii: "c"): .other, UInt8(ascii: "d"): .other,
        UInt8(ascii: "u"): .other,
    ]
    private static let numbered: [Int: Key] = [1: .home, 7: .home, 4: .end, 8: .end, 5: .pageUp, 6: .pageDown]

    /// A key after `ESC O`.
    static func single(_ byte: UInt8) -> Key {
        byte == UInt8(ascii: "M") ? .enter : letters[byte] ?? .other
    }

    /// A control character.
    static func key(_ byte: UInt8) -> Key {
        switch byte {
        case 13, 10: .enter
        case 9: .tab
        case 8, 127: .backspace
        case 27: .escape
        case 1...26: .control(Unicode.Scalar(byte + 96))
        case 28...31: .control(Unicode.Scalar(byte + 64))
        default: .other
        }
    }
}
