import ArgumentParser
import Basics
import Journal

/// `singularis replay`: a session in the dashboard once more, from its journal.
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Show a session from its journal, or watch one that runs.",
        usage: """
            singularis replay [<options>] [<file or session>]
            singularis replay --follow [<options>] [<file or session>]
            """,
        discussion: """
            The dashboard shows what it showed then; space pauses, + and - change the speed, [ ] and { } seek, 0 to 9 \
            go to tenths, n and N to the next failure, stuck episode, death or jump in spending. ? names all keys.

            --follow watches a session that runs, from another terminal or over ssh, and the session does not know: \
            for runs with --headless this is the dashboard. q leaves and ends nothing. When its writer is gone \
            without having told an end, the screen says so.

            A session is named by its file, or by its name or the beginning of it (20261129-1045). Exit code: 0; 1 \
            when there is no such session, or the file is no journal.
            """)

    @Argument(
        help: ArgumentHelp("The journal, or the session's name. Default: the newest.", valueName: "file or session"),
        completion: .file(extensions: ["jsonl"]))
    var session: String?

    @Flag(help: "The newest session, which is the default.")
    var last = false

    @Flag(help: "Begin at the end of a session that runs, and go on with it. Default: the newest that runs.")
    var follow = false

    @OptionGroup(title: "Look") var display: DisplayOptions

    func validate() throws {
        guard !last || session == nil else { throw ValidationError("--last and a session name two sessions.") }
    }
}

extension Replay: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let layers: Layers
        do {
            layers = try Layers([], environment: environment)
        } catch {
            // Help is there however broken a configuration is.
            _ = try parsed(arguments)
            throw error
        }
        // Of what is configured for a run, a replay takes how things look and where sessions are.
        let look = layers.configured.filter { $0.option.group == "Look" }
        let replay = try parsed(look.flatMap { $0.option.arguments($0.value) } + arguments)
        let folder = try SessionChoice.folder(in: layers, environment: environment)
        let wantsRunning = replay.follow && !replay.last && replay.session == nil
        let path = try wantsRunning ? SessionChoice.running(in: folder) : SessionChoice.path(replay.session, in: folder)
        try DescriptorLimit.check()
        return try ReplayRun.run(path, replay, environment)
    }
}
