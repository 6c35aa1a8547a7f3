import ArgumentParser
import Engine
import Journal

/// The flags of a run that have to do with writing it down.
struct JournalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where the session is written down: a new file, a folder, or off. Default: a file of its own in \
            $XDG_STATE_HOME/singularis/sessions, or ~/.local/state/singularis/sessions.
            """, valueName: "path"),
        completion: .file(extensions: ["jsonl"]))
    var journal: String?

    @Option(
        help: """
            Whether the pictures behind decisions are written down too, at most one a second: on or off. Where the \
            journal grew by more than 43 MB an hour they are left out first.
            """)
    var journalPictures = Switch.on

    @Option(
        help: ArgumentHelp(
            "What the folder of sessions may hold, such as 500MB or 1GB: the oldest go when a session starts.",
            valueName: "size"))
    var keep = ByteCount(bytes: 1_000_000_000)

    enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }

    func settings(environment: [String: String], version: String) -> JournalSettings {
        var settings = JournalSettings(target(environment))
        settings.pictures = journalPictures == .on
        settings.keep = keep.bytes
        settings.version = version
        return settings
    }

    /// A path that somebody has named must take the session, and is tried before it starts. Where nobody has, a session
    /// without a journal is better than none.
    /// - Throws: `ValidationError`.
    func check(_ settings: JournalSettings) throws {
        guard journal != nil else { return }
        do throws(JournalError) {
            try JournalWriter.probe(settings)
        } catch .exists(let path) {
            throw ValidationError("--journal: \(JournalError.exists(path: path)).")
        } catch {
            throw ValidationError("--journal: \(error); name a file or folder that can be written, or off.")
        }
    }

    private func target(_ environment: [String: String]) -> JournalSettings.Target {
        switch journal {
        case "off": .off
        case let path? where path.hasSuffix("/") || JournalFolder.isFolder(path): .folder(path)
        case let path?: .file(path)
        case nil: JournalSettings.folder(environment: environment).map { .folder($0) } ?? .off
        }
    }
}

/// An amount of bytes on the command line: `500MB`, `1.5GB`, `200k`; a bare number is bytes. Powers of 1000.
struct ByteCount: ExpressibleByArgument, Equatable {
    let bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let number = argument.prefix { $0.isNumber || $0 == "." }
        let unit = argument[number.endIndex...].lowercased()
        let powers = ["": 0, "b": 0, "k": 1, "kb": 1, "m": 2, "mb": 2, "g": 3, "gb": 3, "t": 4, "tb": 4]
        guard let value = Double(number), let power = powers[unit], value.isFinite else { return nil }
        let bytes = (0..<power).reduce(value) { value, _ in value * 1000 }
        guard (0...1e15).contains(bytes) else { return nil }
        self.bytes = Int(bytes)
    }

    var defaultValueDescription: String { bytes % 1_000_000_000 == 0 ? "\(bytes / 1_000_000_000)GB" : "\(bytes)" }
}
