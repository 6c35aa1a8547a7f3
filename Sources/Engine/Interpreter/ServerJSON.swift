import Basics

/// Reads JSON as servers really write it. Foundation's decoder refuses a whole document for half a character, or for
/// bytes that are no UTF-8.
enum ServerJSON {
    /// - Parameter keepsHalves: a half whose other half may come in the next document is left for ``HalfCharacters`` to
    ///   join; otherwise it becomes U+FFFD.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Sequence<UInt8>, keepsHalves: Bool = false
    ) throws -> Value {
        let json = HalfCharacters.replaced(in: Array(bytes), keeps: keepsHalves)
        do {
            return try JSON.decode(type, from: json)
        } catch {
            guard String(validating: json, as: UTF8.self) == nil else { throw error }
            return try JSON.decode(type, from: String(decoding: json, as: UTF8.self).utf8)
        }
    }
}

/// Joins the halves of characters that a server's tokens cut in two. JSON writes a character beyond U+FFFF as two
/// escapes, and a stream may end a piece after the first (`"\ud83d"`) and begin the next with the second. Pure.
struct HalfCharacters: Sendable, Equatable {
    /// The first half, held until its second comes.
    private var high: UInt32?

    /// Stands before a half, which follows as U+E000 plus its place among the halves. Noncharacters are kept by Unicode
    /// for such uses inside a program: no text has one.
    private static let mark: Unicode.Scalar = "\u{1FFFE}"
    private static let markBytes = Array(String(Character(mark)).utf8)

    /// Takes the next piece of a text and gives what is certain of it: a first half at its end is held back.
    mutating func add(_ piece: String) -> String {
        guard high != nil || piece.utf8.firstRange(of: Self.markBytes) != nil else { return piece }
        var text = String.UnicodeScalarView()
        var scalars = piece.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            // A server can write the mark itself, with anything behind it: only what stands for a half is one.
            guard scalar == Self.mark, let next = scalars.first?.value, (0xE000...0xE7FF).contains(next) else {
                text.append(contentsOf: finish().unicodeScalars)
                text.append(scalar)
                continue
            }
            scalars.removeFirst()
            let half = next - 0xE000 + 0xD800
            if let first = high, half >= 0xDC00 {
                let joined = 0x10000 + (first - 0xD800) << 10 + half - 0xDC00
                text.append(Unicode.Scalar(joined) ?? "\u{FFFD}")
                high = nil
            } else {
                text.append(contentsOf: finish().unicodeScalars)
                if half < 0xDC00 { high = half } else { text.append("\u{FFFD}") }
            }
        }
        return String(text)
    }

    /// What was held back and stayed alone.
    mutating func finish() -> String {
        defer { high = nil }
        return high == nil ? "" : "\u{FFFD}"
    }

    /// A whole text whose halves have nothing to wait for.
    static func joined(_ text: String) -> String {
        var halves = HalfCharacters()
        return halves.add(text) + halves.finish()
    }

    /// JSON whose lone halves are escapes of U+FFFD or, if they are kept, of what ``add(_:)`` knows.
    static func replaced(in json: [UInt8], keeps: Bool) -> [UInt8] {
        var result: [UInt8] = []
        var (copied, index) = (0, 0)
        while let escape = json[index...].firstIndex(of: UInt8(ascii: "\\")) {
            guard let half = json.half(at: escape) else {
                // Not the byte behind a backslash either: it may be another.
                index = min(escape + 2, json.count)
                continue
            }
            if half < 0xDC00, let second = json.half(at: escape + 6), second >= 0xDC00 {
                index = escape + 12
                continue
            }
            result += json[copied..<escape]
            result += (keeps ? #"\ud83f\udffe\u\#(String(half + 0x800, radix: 16))"# : #"\ufffd"#).utf8
            copied = escape + 6
            index = copied
        }
        return copied == 0 ? json : result + json[copied...]
    }
}

extension [UInt8] {
    /// The half of a character (0xD800...0xDFFF) whose escape, `\ud83d` or the like, begins at an index.
    fileprivate func half(at index: Int) -> UInt32? {
        guard index + 6 <= count, self[index] == UInt8(ascii: "\\"), self[index + 1] == UInt8(ascii: "u"),
            self[index + 2] | 0x20 == UInt8(ascii: "d"),
            let value = UInt32(String(decoding: self[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
        else { return nil }
        return value >= 0xD800 ? value : nil
    }
}
