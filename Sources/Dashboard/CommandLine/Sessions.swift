import ArgumentParser
import Canvas
import Glibc
import Journal
import Terminal

/// `singularis sessions`: what has been recorded.
struct Sessions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "List the sessions that were written down, the newest first.",
        usage: "singularis sessions [--json] [<folder>]",
        discussion: """
            Each session is told with when it began (local time), how long it was, what it did and spent, how large \
            its journal is, and how it ended: running, by key, by duration, by a signal, by an error, or killed - its \
            journal has no end and nobody writes it. `singularis report ID` tells more; for ID the beginning or the \
            end of a session's name is enough. If a killed session left the terminal broken, `reset` restores it.

            Only the end of each journal is read. Files that are damaged, or no journals, are listed with what is wrong.

            Where a terminal is too narrow for all columns, those that matter least are left out.
            """)

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    @Argument(
        help: ArgumentHelp("Where to look. Default: where sessions are written to.", valueName: "folder"),
        completion: .directory)
    var folder: String?
}

extension Sessions: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let command = try parsed(arguments)
        let folder = try command.folder.map { JournalFolder($0) } ?? SessionChoice.folder(environment: environment)
        if access(folder.path, R_OK | X_OK) != 0, errno != ENOENT || command.folder != nil {
            throw SessionError("cannot list \(folder.path): \(String(cString: strerror(errno)))")
        }
        let list = SessionList(folder)
        if command.json {
            Output.write(try FinalReport.json(list))
            return 0
        }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let glyphs = CursesTerminal.glyphs(environment)
        let width = isTerminal ? TerminalFacts.read(environment).size.width : SessionList.fullWidth
        let colors = isTerminal && ColorDepth.of(colors: 8, environment: environment) != .mono
        Output.transcript(list.lines(width: width, glyphs: glyphs), colors: colors, toError: false)
        return 0
    }
}
