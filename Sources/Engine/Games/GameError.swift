/// Why a game could not do what was asked.
package enum GameError: Error, Equatable, CustomStringConvertible {
    /// The game was closed. It gives no pictures and takes no keys any more.
    case closed(title: String)

    package var description: String {
        switch self {
        case .closed(let title): "\(title) is closed"
        }
    }
}
