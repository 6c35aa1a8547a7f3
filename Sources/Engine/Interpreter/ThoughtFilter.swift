/// Leaves out a `<think>` block at the start of a text: where a server does not know its model's thinking for what it
/// is, it sends it as if it were the answer. Pure; takes the text in any pieces.
struct ThoughtFilter: Sendable, Equatable {
    private enum State: Equatable {
        /// Nothing but space and what may be the beginning of `<think>`.
        case before
        case thinking
        /// Between the block and the answer.
        case gap
        case answer
    }
    private var state = State.before
    /// Whether there was such a block.
    private(set) var hasThought = false
    /// Bytes that cannot be told yet.
    private var held: [UInt8] = []

    /// Bytes that are held back at the most: a model that writes nothing but line breaks writes them for ever.
    private static let mostHeld = 4096
    private static let opening = Array("<think>".utf8)
    private static let closing = Array("</think>".utf8)

    /// Takes the next piece and gives what of the answer has come with it.
    mutating func add(_ piece: String) -> String {
        if state == .answer { return piece }
        var bytes = held + Array(piece.utf8)
        held = []
        if state == .before {
            let text = bytes.drop(while: \.isSpace)
            if text.starts(with: Self.opening) {
                state = .thinking
                hasThought = true
                bytes = Array(text.dropFirst(Self.opening.count))
            } else if Self.opening.starts(with: text), bytes.count <= Self.mostHeld {
                held = bytes
                return ""
            } else {
                state = .answer
            }
        }
        if state == .thinking {
            guard let end = bytes[...].firstRange(of: Self.closing) else {
                held = Array(bytes.suffix(Self.closing.count - 1))
                return ""
            }
            state = .gap
            bytes = Array(bytes[end.upperBound...])
        }
        if state == .gap {
            bytes = Array(bytes.drop(while: \.isSpace))
            if !bytes.isEmpty { state = .answer }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What was held back and turned out to be no thinking, at the text's end.
    mutating func finish() -> String {
        defer { held = [] }
        return state == .before ? String(decoding: held, as: UTF8.self) : ""
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
