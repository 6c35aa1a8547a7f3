import Canvas

/// How the loop is asked to draw, and how it ends.
extension DashboardLoop {
    struct Options: Sendable {
        /// Whether the final statistics wait for a key, asked when the session has ended.
        var waitAtEnd: @Sendable () -> Bool = { true }
        /// Frames a second at the most: of the figures, and of the picture, which 0 leaves out.
        var dataRate = 10.0
        var pictureRate = 4.0
        var budgets = Budgets()
        /// Those that the key goes through, the one in use first.
        var themes = ThemeCycle()
        /// No bell and no notification.
        var isQuiet = false
        /// What the person should know from the start.
        var notices: [String] = []
    }

    enum Outcome: Sendable, Equatable {
        /// The session ended, and its statistics were left by a key or waited for none.
        case ended
        /// The person did not want to wait for the cleanup.
        case leaveNow
        /// The terminal went away; the session was told, and has ended since.
        case terminalLost
    }
}
