import FoundationEssentials
import Journal

/// Why no session was found; says what can be done.
struct NoSessionError: Error, CustomStringConvertible, Equatable {
    let description: String
}

/// Finds the journal that a person means.
struct SessionChoice {
    /// Where sessions are kept; `nil` where there is no home for them.
    let folder: String?

    /// - Parameter name: a file, or a session's name or the beginning of it; `nil` for the newest session.
    /// - Parameter running: only one that runs, where no name says which.
    /// - Throws: ``NoSessionError``
    func path(_ name: String?, running: Bool) throws(NoSessionError) -> String {
        if let name {
            if name.contains("/") || FileManager.default.fileExists(atPath: name) { return name }
            return try named(name)
        }
        let sessions = try kept()
        guard running else { return sessions[0].path }
        // What another program writes cannot be opened in a way that keeps it; whoever ended can.
        let found = sessions.first { (try? JournalReader($0.path))?.isBeingWritten() == true }
        guard let found else {
            let place = folder ?? ""
            throw NoSessionError(
                description: "no session is running: the newest in \(place) has ended (singularis replay shows it)")
        }
        return found.path
    }

    private func named(_ name: String) throws(NoSessionError) -> String {
        let matches = try kept().filter { session in
            session.path.split(separator: "/").last.map { $0.hasPrefix(name) } == true
        }
        switch matches.count {
        case 1: return matches[0].path
        case 0:
            throw NoSessionError(
                description: "there is no file \(name), and no session of that name in \(folder ?? "")")
        default:
            let names = matches.prefix(3).compactMap { $0.path.split(separator: "/").last }.joined(separator: ", ")
            throw NoSessionError(description: "\(matches.count) sessions begin with \(name): \(names)")
        }
    }

    /// At least one, the newest first.
    private func kept() throws(NoSessionError) -> [JournalFolder.Entry] {
        guard let folder else {
            throw NoSessionError(description: "no sessions are kept without HOME or XDG_STATE_HOME: name a file")
        }
        let sessions = JournalFolder(folder).sessions()
        guard !sessions.isEmpty else {
            throw NoSessionError(
                description: "no session is kept in \(folder): one is written by every run without --journal off")
        }
        return sessions
    }
}
