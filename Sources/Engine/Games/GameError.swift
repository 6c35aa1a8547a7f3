/// Why a game could not do what was asked.
package enum GameError: Error, Equatable, CustomStringConvertible {
    /// The game was closed. It gives no pictures and takes no keys any more.
    case closed(title: String)
    /// There is no good picture of the game at the moment, and so no ground for a key. It is being seen to.
    case noPicture(title: String, why: String)
    /// The game runs at a pace of its own.
    case ownPace(title: String)
    /// There is nothing to press.
    case onlyWatched(title: String)

    package var description: String {
        switch self {
        case .closed(let title): "\(title) is closed"
        case .noPicture(let title, let why): "\(title): \(why)"
        case .ownPace(let title): "\(title) runs at its own pace"
        case .onlyWatched(let title): "\(title) is only watched: there is nothing to press"
        }
    }
}
