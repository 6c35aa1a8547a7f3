import ArgumentParser
import Basics

/// The command: what it is called, what `--help` says.
struct Singularis: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "singularis",
        abstract: "Watch a vision agent play a game, and see every resource closed when it ends.",
        discussion: """
            Without a key, a game or a network it plays an embedded game and asks an embedded model over real sockets. \
            With GEMINI_API_KEY in the environment the model is Gemini.

            Keys: q stop (again: do not wait), space pause, . one decision, i next interpretation mode, ? all keys.

            Exit codes: 0 ended by key, signal or duration; 1 an error ended the session; 2 wrong usage; \
            3 ended, but something was left open or not closed in time.

            The report of --report has stable names with the unit in them (playtime_seconds, sent_bytes); what is not \
            known is null. outcome says why the session ended, and under problems what is not as it should be; \
            connections and cleanup prove what was closed; loops, timing, actions, interpreter, voice, quality, \
            learner and stuck hold the figures of the final statistics.

            Assets are looked for in SINGULARIS_ASSETS, then in folders named assets beside or above the program, then in \
            ../share/singularis. If the program was killed with SIGKILL, `reset` restores the terminal.
            """,
        version: "singularis 0.1.0",
        subcommands: [Serve.self])

    @OptionGroup var options: RunOptions
}
