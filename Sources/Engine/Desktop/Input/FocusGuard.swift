import Basics
import Glibc

/// Whether keys go where they belong, on a display that others use too: the window that has the keyboard is the game's,
/// by its number and by its process. Pure.
package struct FocusGuard: Sendable {
    /// The window that has the keyboard; `nil` where none has, or nothing is known.
    package struct Focus: Sendable, Equatable {
        package let window: UInt64
        package let pid: pid_t?

        package init(window: UInt64, pid: pid_t?) { (self.window, self.pid) = (window, pid) }

        /// What `getwindowfocus` and `getwindowpid` answered.
        package init?(lines: [String]) {
            guard let window = lines.first.flatMap(UInt64.init) else { return nil }
            self.init(window: window, pid: lines.dropFirst().first.flatMap { pid_t($0) })
        }
    }

    /// How often it is looked while a key is held.
    package static let interval = Duration.milliseconds(100)

    private var game: Focus
    private let terminal: UInt64?
    /// Why nothing may be pressed; `nil` while it may.
    package private(set) var why: String?

    /// `terminal` is the window that this program runs in, as `WINDOWID` says.
    package init(window: UInt64, pid: pid_t?, terminal: UInt64?) {
        (game, self.terminal) = (Focus(window: window, pid: pid), terminal)
    }

    /// The game has another window now.
    package mutating func aim(window: UInt64, pid: pid_t?) { game = Focus(window: window, pid: pid) }

    /// Takes in who has the keyboard; returns whether a key may go down or stay down.
    package mutating func observe(_ focus: Focus?) -> Bool {
        why = reason(focus)
        return why == nil
    }

    private func reason(_ focus: Focus?) -> String? {
        guard let focus else { return "who has the keyboard is not known" }
        if focus.window == terminal { return "the terminal has the keyboard" }
        guard focus.window == game.window else { return "window \(focus.window) has the keyboard, not the game" }
        // Numbers of windows are used again: one of another process is not the game's.
        guard focus.pid == game.pid else { return "the window belongs to another process now" }
        return nil
    }
}
