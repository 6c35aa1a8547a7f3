import Basics

/// Whether and where a session is written down.
package struct JournalSettings: Sendable, Equatable {
    package enum Target: Sendable, Equatable {
        case off
        /// A new file in this folder, which is made where it is missing.
        case folder(String)
        /// This file, which must not exist yet.
        case file(String)
    }

    package var target: Target
    /// With the pictures behind decisions; of what is only watched, with one a second.
    package var pictures = true
    /// Bytes that a folder of sessions may hold; the oldest go.
    package var keep = 1_000_000_000
    /// Of the program, for the header.
    package var version = "unknown"

    package init(_ target: Target = .off) { self.target = target }

    /// Where sessions are kept: `$XDG_STATE_HOME/singularis/sessions`, else `~/.local/state/singularis/sessions`; `nil`
    /// without a home.
    package static func folder(environment: [String: String]) -> String? {
        StateFolder.path(environment: environment).map { $0 + "/sessions" }
    }
}
