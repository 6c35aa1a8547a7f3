/// What can end a gameplay loop.
package enum GameplayError: Error, Equatable, CustomStringConvertible {
    /// The key table cannot be used: which action (`nil` for the file as a whole) and what is wrong with it.
    case keyTable(action: String?, why: String)
    /// The game gave no picture, also not after the retries.
    case capture(attempts: Int, why: String)
    /// The fault that a test of the way out asked for.
    case failedOnPurpose(decisions: Int)

    package var description: String {
        switch self {
        case .keyTable(let action?, let why): "key table, action \(action): \(why)"
        case .keyTable(nil, let why): "key table: \(why)"
        case .capture(let attempts, let why): "no picture of the game after \(attempts) attempts: \(why)"
        case .failedOnPurpose(let decisions): "failed on purpose after \(decisions) decisions (--fail-after)"
        }
    }
}
