import ArgumentParser
import Engine

/// The command: what it is called, what `--help` says.
struct Singularis: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "singularis",
        abstract: "Watch a vision agent play a game, and see every resource closed when it ends.",
        usage: """
            singularis [<options>]
            singularis <command> [<options>]
            """,
        discussion: """
            Examples:
              singularis
                  plays the embedded game with the embedded model
              singularis --game doom
                  plays Freedoom, on a display of its own
              singularis --game video recording.mkv
                  watches a recording, a camera (/dev/video0) or a URL, and presses nothing
              singularis --endpoint http://127.0.0.1:8080/v1 --rpm 20
                  asks a server of your own, at most 20 times a minute
              singularis --headless --duration 8h --report night.json
                  plays for a night without a dashboard, and leaves a report

            Without a key, a game or a network it plays an embedded game and asks an embedded model over real sockets. \
            With GEMINI_API_KEY in the environment the model is Gemini.

            Every flag below can also be set by a variable (SINGULARIS_PICTURE_RATE=2, SINGULARIS_HEADLESS=true) or in \
            the configuration file ({"picture-rate": 2, "headless": true}): a flag goes before a variable, a variable \
            before the file. `singularis config` shows what holds and where it comes from, `singularis doctor` what \
            is missing here. Keys of APIs are never in the file.

            Keys: q stop (again: do not wait), space pause, . one decision, i next interpretation mode, ? all keys.

            Exit codes: 0 ended by key, signal or duration; 1 it could not start or go on, a loop was given up, or \
            the doctor found something missing; 2 wrong usage or configuration; 3 ended, but something was left open, \
            not closed in time (a loop that hung and was replaced, too) or not saved. A crash ends it by its signal.

            The report of --report has stable names with the unit in them (playtime_seconds, sent_bytes); what is not \
            known is null. outcome says why the session ended, and under problems what is not as it should be; \
            connections and cleanup prove what was closed; loops, timing, actions, interpreter, voice, quality, \
            learner and stuck hold the figures of the final statistics.

            Assets are looked for in SINGULARIS_ASSETS, then in folders named assets beside or above the program, then \
            in ../share/singularis. If the program was killed with SIGKILL, `reset` restores the terminal.

            More: man singularis. Completions come with assets/install, or from \
            --generate-completion-script bash|zsh|fish.
            """,
        version: "singularis 0.1.0",
        subcommands: [
            Replay.self, Sessions.self, Report.self, Config.self, Doctor.self, Games.self, CheckGame.self, Serve.self,
        ])

    @OptionGroup var options: RunOptions
}

extension Singularis: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let (command, layers) = try Layers.parse(Self.self, arguments, environment: environment)
        let options = command.options
        var settings = try layers.settings(options, environment: environment)
        settings.notices += layers.notices
        try DescriptorLimit.check()
        if options.endpoint.listModels { return try ModelListing.run(settings) }
        try layers.explaining { try options.journal.check(settings.journal) }
        try LiveQuestion.ask(settings.game, isAnswered: options.game.yes)
        settings.game = try settings.game.lookedAt()
        return try Launch.session(options, settings, environment)
    }
}

extension Layers {
    /// The settings of a run.
    func settings(_ options: RunOptions, environment: [String: String]) throws -> Settings {
        try explaining { try options.settings(environment: environment) }
    }

    /// What does not fit is said with where it is set.
    func explaining<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as ValidationError {
            throw ValidationError(explained(error.message))
        }
    }
}
