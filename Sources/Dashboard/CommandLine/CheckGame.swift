import ArgumentParser
import Canvas
import Engine
import Terminal

/// `singularis check`: whether a real game can be seen and played here.
struct CheckGame: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Open a real game, look at it, press a harmless key, and say what does not work and why.",
        usage: "singularis check --game <name> [--json] [<options of a run>]",
        discussion: """
            Takes the options of a run. On a display of its own it turns the player to and fro, and in full circles; \
            on a display that others use too it presses nothing without --live. Exit code: 0 if the game can be \
            played, 1 otherwise.
            """)

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    @OptionGroup var options: RunOptions
}

extension CheckGame: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let (command, layers) = try Layers.parse(Self.self, arguments, environment: environment)
        let settings = try layers.settings(command.options, environment: environment)
        guard case .desktop(let choice) = settings.game else {
            throw ValidationError(
                "name a real game: --game doom, or --profile FILE. The embedded game and videos need no check.")
        }
        try DescriptorLimit.check()
        try LiveQuestion.ask(settings.game, isAnswered: command.options.game.yes)
        let isASCII = (command.options.display.glyphs ?? CursesTerminal.glyphs(environment)).isASCII
        let check = GameCheck(choice: choice, keys: try choice.file.keys()) { check in
            if !command.json { for line in check.lines(isASCII: isASCII) { Output.write(line) } }
        }
        let (checks, signal) = blockUntilSignal { await check.run() }
        if let signal {
            Output.error("singularis: the check was ended by \(signal)")
            return 1
        }
        let diagnosis = Diagnosis(checks)
        if command.json { Output.write(try diagnosis.json()) }
        return diagnosis.ok ? 0 : 1
    }
}
