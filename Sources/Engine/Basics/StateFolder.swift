/// Where the program keeps what outlives a session, by the XDG rules.
package enum StateFolder {
    /// `nil` where neither variable says where that is; a path that is not absolute counts as none.
    package static func path(environment: [String: String]) -> String? {
        func absolute(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        let state = absolute("XDG_STATE_HOME") ?? absolute("HOME").map { $0 + "/.local/state" }
        return state.map { $0 + "/singularis" }
    }
}
