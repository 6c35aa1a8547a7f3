/// What can end a gameplay loop.
package enum GameplayError: Error, Equatable, CustomStringConvertible {
    /// The key table cannot be used: the line of its file, and what is wrong with it.
    case keyTable(line: Int, why: String)
    /// The game gave no picture, also not after the retries.
    case capture(attempts: Int, why: String)
    /// The fault that a test of the way out asked for.
    case failedOnPurpose(decisions: Int)

    package var description: String {
        switch self {
        case .keyTable(let line, let why): "key table, line \(line): \(why)"
        case .capture(let attempts, let why): "no picture of the game after \(attempts) attempts: \(why)"
        case .failedOnPurpose(let decisions): "failed on purpose after \(decisions) decisions (--fail-after)"
        }
    }
}
