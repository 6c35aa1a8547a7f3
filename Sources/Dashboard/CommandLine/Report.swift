import ArgumentParser
import Canvas
import Journal
import Terminal

/// `singularis report`: what a session came to, from its journal.
struct Report: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case markdown, text, json }

    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Tell what a session came to, from its journal.",
        usage: "singularis report [--format markdown|text|json] [<session> | --last]",
        discussion: """
            The final statistics of a session, and what only its journal knows: a timeline, the stuck episodes, what \
            was spent when. Of a session that was killed it tells what was still open, and when that was written. A \
            session that runs is told as far as it has come.

            The JSON has all names of the report that --report writes, and beside them recording, still_open, \
            timeline, stuck_episodes and spending.
            """)

    @Argument(
        help: ArgumentHelp(
            "A journal, or the name of a session as `singularis sessions` lists it: its beginning or end is enough.",
            valueName: "session"),
        completion: .file(extensions: ["jsonl"]))
    var session: String?

    @Flag(help: "The newest session, as without a name.")
    var last = false

    @Option(help: ArgumentHelp("How it is written: markdown, text or json.", valueName: "format"))
    var format = Format.markdown

    func validate() throws {
        guard !last || session == nil else { throw ValidationError("Name a session or give --last, not both.") }
    }
}

extension Report: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let command = try parsed(arguments)
        let path = try SessionChoice.path(command.session, in: SessionChoice.folder(environment: environment))
        let report = try SessionReport(of: JournalReader(path))
        switch command.format {
        case .json: Output.write(try FinalReport.json(report))
        case .text:
            let lines = report.plainLines(CursesTerminal.glyphs(environment))
            Output.transcript(lines, colors: false, toError: false)
        case .markdown: Output.write(Markdown.text(report.title, report.sections(.unicode)))
        }
        return 0
    }
}
