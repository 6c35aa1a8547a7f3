import Basics
import Glibc
import Journal

/// Finds the journal that somebody means.
enum SessionChoice {
    /// The folder in which sessions are kept: the one that a variable or the configuration file names, else the usual
    /// one.
    /// - Throws: ``ConfigurationError``, or ``SessionError`` when there is none.
    static func folder(environment: [String: String]) throws -> JournalFolder {
        try folder(in: Layers([], environment: environment), environment: environment)
    }

    static func folder(in layers: Layers, environment: [String: String]) throws -> JournalFolder {
        let configured = layers.configured.first { $0.option.name == "journal" }
        if case .text(let path)? = configured?.value, path.hasSuffix("/") || JournalFolder.isFolder(path) {
            return JournalFolder(path)
        }
        guard let path = JournalSettings.folder(environment: environment) else {
            throw SessionError("where sessions are kept is not known: set HOME or XDG_STATE_HOME")
        }
        return JournalFolder(path)
    }

    /// The path of a journal: `word` is a file, or a session's name in the folder, of which the beginning or the end is
    /// enough when no other has the same. Without a word it is the newest session.
    static func path(_ word: String?, in folder: JournalFolder) throws(SessionError) -> String {
        let sessions = folder.sessions()
        guard let word else {
            guard let newest = newest(sessions) ?? sessions.first?.path else { throw SessionError(none(in: folder)) }
            return newest
        }
        if word.contains("/") || word.hasSuffix(JournalFolder.suffix) && access(word, F_OK) == 0 { return word }
        let names = sessions.map { ($0.path, name(of: $0.path)) }
        if let exact = names.first(where: { $0.1 == word || $0.1 + JournalFolder.suffix == word }) { return exact.0 }
        let near = word.isEmpty ? [] : names.filter { $0.1.hasPrefix(word) || $0.1.hasSuffix(word) }
        if near.count == 1 { return near[0].0 }
        if near.count > 1 {
            let some = near.prefix(3).map(\.1).joined(separator: ", ") + (near.count > 3 ? ", ..." : "")
            throw SessionError("\(near.count) sessions are called \(word): \(some)")
        }
        if access(word, F_OK) == 0, !JournalFolder.isFolder(word) { return word }
        if sessions.isEmpty { throw SessionError("there is no session \"\(word)\": \(none(in: folder))") }
        let meant = NearMatches.of(word, in: names.map(\.1))
        let hint = meant.isEmpty
            ? "`singularis sessions` lists them" : "did you mean \(meant.joined(separator: " or "))?"
        throw SessionError("there is no session \"\(word)\" in \(folder.path); \(hint)")
    }

    /// The session that started last. Names tell, but for a clock that was set back: of those that began since the same
    /// start of the machine as the last by its name, the machine's own time tells. What is no journal is no session.
    private static func newest(_ sessions: [JournalFolder.Entry]) -> String? {
        var newest: (path: String, machine: MachineTime?)?
        for session in sessions {
            guard let header = (try? JournalReader(session.path))?.header else { continue }
            guard let last = newest else {
                newest = (session.path, header.machine)
                continue
            }
            guard let known = last.machine else { break }
            if header.machine?.isLater(than: known) == true { newest = (session.path, header.machine) }
        }
        return newest?.path
    }

    /// The path of the newest session that still runs.
    static func running(in folder: JournalFolder) throws(SessionError) -> String {
        let sessions = folder.sessions()
        guard !sessions.isEmpty else { throw SessionError(none(in: folder)) }
        let running = sessions.first { (try? JournalReader($0.path))?.isBeingWritten() == true }
        if let running { return running.path }
        throw SessionError("no session is running: the newest in \(folder.path) has ended (singularis replay shows it)")
    }

    /// A session is called what its file is called.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(JournalFolder.suffix) ? String(file.dropLast(JournalFolder.suffix.count)) : file
    }

    static func none(in folder: JournalFolder) -> String {
        "there are no sessions in \(folder.path) yet; every run writes one there (see --journal)"
    }
}

/// Why there is no such session.
struct SessionError: Error, CustomStringConvertible, Equatable {
    let description: String
    init(_ description: String) { self.description = description }
}
