import Basics

/// Chooses among wordings of one meaning: by a seed, and never the same one twice in a row.
package struct Wording: Sendable {
    private var random: SeededGenerator
    private var last: [String: Int] = [:]

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// One of the wordings. `topic` names the meaning, for which the last choice is remembered.
    mutating func choose(_ topic: String, _ wordings: String...) -> String {
        guard wordings.count > 1 else { return wordings.first ?? "" }
        var choice: Int
        if let last = last[topic], last < wordings.count {
            choice = Int(random.next(upperBound: UInt(wordings.count - 1)))
            if choice >= last { choice += 1 }
        } else {
            choice = Int(random.next(upperBound: UInt(wordings.count)))
        }
        last[topic] = choice
        return wordings[choice]
    }
}
