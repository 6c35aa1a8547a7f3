/// Why there can be no dashboard here. Each sentence says what to do about it.
package enum TerminalError: Error, Equatable, CustomStringConvertible {
    /// Standard input or output is something else, such as a file or a pipe.
    case notATerminal(String)
    case termUnset
    /// `TERM` names a terminal that cannot place its cursor, or this machine knows no type of terminal at all.
    case unusable(term: String)
    /// Started in the background: drawing would stop the program.
    case background
    /// The terminal belongs to another session, as under `setsid`.
    case notControlling
    /// The process may open no more files.
    case noDescriptors

    package var description: String {
        switch self {
        case .notATerminal(let which): "\(which) is not a terminal; use --headless to run without the dashboard"
        case .termUnset: "TERM is not set; set it (for example TERM=xterm-256color), or use --headless"
        case .unusable(let term):
            "the terminal type '\(term)' cannot show the dashboard; "
                + "set TERM to what your terminal is (for example xterm-256color), or use --headless"
        case .noDescriptors: "no file can be opened for the screen; raise the limit (ulimit -n), or use --headless"
        case .notControlling:
            "this terminal belongs to another session and sends its keys and signals there; "
                + "start it without setsid (or with setsid --ctty --wait), or use --headless"
        case .background: "started in the background of this terminal; start it in the foreground, or use --headless"
        }
    }
}
