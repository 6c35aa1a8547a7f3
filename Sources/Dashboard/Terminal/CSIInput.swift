import Canvas

/// A control sequence (CSI), while it comes in: parameters, then one byte that ends and names it (ECMA-48).
struct CSIInput: Sendable {
    /// What a complete sequence stands for.
    enum Meaning: Equatable {
        case key(Key)
        /// What follows was pasted.
        case paste
        /// The terminal has said something of itself.
        case answer(TerminalAnswer)
        /// The window has got the keyboard, or lost it.
        case focus(Bool)
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
        if let answer = answer(final) { return .answer(answer) }
        guard let numbers = Self.numbers(parameters[...]), numbers.count <= 3 else { return .key(.unknown) }
        if numbers.isEmpty, let isFocused = Self.focus[final] { return .focus(isFocused) }
        let isModified = numbers.count == 2 && Self.isModified(numbers[1])
        switch final {
        case UInt8(ascii: "~"): return tilde(numbers, isModified)
        case UInt8(ascii: "u"):
            guard let code = numbers.first else { return .key(.unknown) }
            return .key(Self.key(code: code, modifiers: numbers.count > 1 ? numbers[1] : 1))
        default:
            guard let key = Self.letters[final], numbers.count < 3 else { return .key(.unknown) }
            return .key(isModified ? .other : key)
        }
    }

    /// What the terminal says of itself with this sequence; `nil` when it is no answer.
    private func answer(_ final: UInt8) -> TerminalAnswer? {
        let isPrivate = parameters.first == UInt8(ascii: "?")
        let rest = isPrivate || parameters.first == UInt8(ascii: ">") ? parameters.dropFirst() : parameters[...]
        let isMode = isPrivate && final == UInt8(ascii: "y") && rest.last == UInt8(ascii: "$")
        guard let numbers = Self.numbers(isMode ? rest.dropLast() : rest), let first = numbers.first else { return nil }
        switch (Unicode.Scalar(final), parameters.first.map { Unicode.Scalar($0) }) {
        case ("y", "?") where isMode && numbers.count == 2: return .mode(first, state: numbers[1])
        case ("c", "?"): return .attributes(numbers)
        case ("c", ">"): return .kind(first)
        case ("t", "6") where first == 6 && numbers.count == 3: return .cell(Size(numbers[2], numbers[1]))
        case ("S", "?") where numbers.count == 3 && numbers[..<2] == [1, 0]: return .registers(numbers[2])
        case ("S", "?") where numbers.count == 4 && numbers[..<2] == [2, 0]:
            return .geometry(Size(numbers[2], numbers[3]))
        default: return nil
        }
    }

    private func tilde(_ numbers: [Int], _ isModified: Bool) -> Meaning {
        guard let first = numbers.first else { return .key(.unknown) }
        if first == 200, numbers.count == 1 { return .paste }
        if first == 27, numbers.count == 3 { return .key(Self.key(code: numbers[2], modifiers: numbers[1])) }
        guard numbers.count < 3, let key = Self.numbered[first] ?? (2...34 ~= first ? .other : nil) else {
            return .key(.unknown)
        }
        return .key(isModified ? .other : key)
    }

    /// Shift, Alt, Ctrl or another of them is held; the locks do not count.
    private static func isModified(_ parameter: Int) -> Bool { held(parameter) > 0 }

    /// Bits of the keys that are held: 1 Shift, 2 Alt, 4 Ctrl, and those that few keyboards have.
    private static func held(_ parameter: Int) -> Int { max(0, parameter - 1) & ~(64 | 128) }

    /// A key that tells its character and what is held with it: `CSI 99;5u` (fixterms, kitty) or `CSI 27;5;99~`
    /// (xterm's modifyOtherKeys) for Ctrl-C.
    private static func key(code: Int, modifiers: Int) -> Key {
        // Keys without a character have numbers of the private use area.
        guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init),
            scalar.properties.generalCategory != .privateUse
        else { return .other }
        let isText = code >= 0x20 && !(0x7F...0x9F).contains(code)
        switch (held(modifiers), isText) {
        case (0, true): return .character(scalar)
        case (0, false): return code < 0x80 ? key(UInt8(code)) : .other
        case (1, true): return .character(scalar.properties.uppercaseMapping.unicodeScalars.first ?? scalar)
        case (1, false) where code == 9: return .backTab
        case (2, true): return .alt(scalar)
        case (4, true) where (0x41...0x5F).contains(code) || (0x61...0x7A).contains(code):
            return key(UInt8(code & 0x1F))
        default: return .other
        }
    }

    /// Numbers between semicolons, without what a colon adds to them; `nil` when there is anything else.
    private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int]? {
        guard !bytes.isEmpty else { return [] }
        var numbers: [Int] = []
        for part in bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            let part = part.prefix { $0 != UInt8(ascii: ":") }
            guard part.count <= 6, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
        return numbers
    }

    private static let letters: [UInt8: Key] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "Z"): .backTab, UInt8(ascii: "E"): .other,
        UInt8(ascii: "P"): .other, UInt8(ascii: "Q"): .other, UInt8(ascii: "R"): .other, UInt8(ascii: "S"): .other,
        // Arrows with Shift.
        UInt8(ascii: "a"): .other, UInt8(ascii: "b"): .other, UInt8(ascii: "c"): .other, UInt8(ascii: "d"): .other,
    ]
    private static let focus: [UInt8: Bool] = [UInt8(ascii: "I"): true, UInt8(ascii: "O"): false]
    private static let numbered: [Int: Key] = [1: .home, 7: .home, 4: .end, 8: .end, 5: .pageUp, 6: .pageDown]

    /// A key after a single shift (SS3), as arrows and the keypad are in their application modes.
    static func ss3(_ byte: UInt8) -> Key {
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
