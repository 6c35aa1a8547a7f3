/// Why there can be no dashboard here. Each sentence says what to do about it.
package enum TerminalError: Error, Equatable, CustomStringConvertible {
    /// Standard input or output is something else, such as a file or a pipe.
    case notATerminal(String)
    case termUnset
    /// `TERM` names a terminal that this machine has no description of, or that cannot place its cursor.
    case unusable(term: String)
    /// Started in the background: drawing would stop the program.
    case background
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
        case .background: "started in the background of this terminal; start it in the foreground, or use --headless"
        }
    }
}
