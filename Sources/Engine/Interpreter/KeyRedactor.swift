import EmbeddedModel

/// Takes a key out of text that came from outside: some servers repeat it, in errors and in answers. Pure.
///
/// What could be the beginning of the key is held back until more has come, so that a key split over two pieces is
/// found too, and no more than that: text goes on as it arrives.
package struct KeyRedactor: Sendable, Equatable {
    private static let dots = Array("••••".utf8)

    private let key: [UInt8]
    /// The end of what came, as far as it is a beginning of the key.
    private var held: [UInt8] = []

    /// Without a `key` everything passes.
    package init(key: String?) { self.key = Array((key ?? "").utf8) }

    /// Takes the next piece of a text and gives what can be shown of it and of what was held back.
    package mutating func add(_ piece: String) -> String {
        guard !key.isEmpty else { return piece }
        let all = (held + Array(piece.utf8)).replacing(key, with: Self.dots)
        let count = (0..<min(key.count, all.count + 1)).last { all.suffix($0).elementsEqual(key.prefix($0)) } ?? 0
        held = Array(all.suffix(count))
        // Keys are ASCII: what is held back never begins inside a character.
        return String(decoding: all.dropLast(count), as: UTF8.self)
    }

    /// Gives what is still held back at the text's end. More than half of a key is not shown either.
    package mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held.count * 2 > key.count ? Self.dots : held, as: UTF8.self)
    }

    /// A whole text without the key.
    package func clean(_ text: String) -> String {
        var fresh = KeyRedactor(self)
        let start = fresh.add(text)
        return start + fresh.finish()
    }

    /// An answer without the key, wherever a server may have put it.
    package func clean(_ answer: ModelAnswer) -> ModelAnswer {
        ModelAnswer(
            text: clean(answer.text),
            finishReason: answer.finishReason.map { FinishReason(rawValue: clean($0.rawValue)) },
            usage: answer.usage, modelVersion: answer.modelVersion.map(clean))
    }

    package func clean(_ listed: ListedModel) -> ListedModel {
        var listed = listed
        listed.name = clean(listed.name)
        return listed
    }

    private init(_ other: KeyRedactor) { key = other.key }
}
