/// Why a real game cannot be shown or played, and what to do about it.
package enum DesktopError: Error, Equatable, CustomStringConvertible {
    /// A program or file is not there; carries the Debian package that brings it, where it is known.
    case missing(String, package: String?)
    /// A program ended, or would not start; carries the last of what it said.
    case ended(String, why: String)
    /// A program did not do in time what it was started for.
    case late(String, Duration, saying: String)
    /// No window matches.
    case noWindow(match: String, display: String, after: Duration)
    /// It was not said which window it is.
    case noMatch
    /// The window is the terminal in which this program runs.
    case ownTerminal(window: UInt64)
    /// A file or folder of ours cannot be made.
    case file(String, why: String)
    /// The display that was named does not answer.
    case noDisplay(String, why: String)
    /// Keys were not allowed for.
    case notLive
    /// The focus is elsewhere: nothing is pressed.
    case focusLost(String)
    /// Keys could not be released.
    case stillDown([String], why: String)

    package var description: String {
        switch self {
        case .missing(let name, let package?): "\(name) is not installed: apt-get install \(package)"
        case .missing(let name, nil): "\(name) is not there"
        case .ended(let name, let why): "\(name) ended: \(why)"
        case .late(let name, let time, let words):
            "\(name) was not ready after \(time.components.seconds) s" + (words.isEmpty ? "" : ": \(words)")
        case .noWindow(let match, let display, let time):
            "no window \(match) on display \(display) after \(time.components.seconds) s; see that the game runs there "
                + "and that the profile's window matches (xdotool search, xprop)"
        case .noMatch: "it is not said which window is the game's: name its title with --window"
        case .notLive: "nothing is pressed on a display that others use: start with --live"
        case .ownTerminal(let window):
            "window \(window) is the terminal that this runs in; it is not played in: correct the profile's window"
        case .file(let path, let why): "\(path): \(why)"
        case .noDisplay(let name, let why):
            "display \(name) does not answer (\(why)); see that it is there and that XAUTHORITY is right"
        case .focusLost(let who): "nothing is pressed: \(who)"
        case .stillDown(let keys, let why): "\(keys.joined(separator: ", ")) may still be down (\(why))"
        }
    }
}
