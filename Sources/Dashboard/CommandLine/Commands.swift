import ArgumentParser
import Basics

/// A command of the program, from its arguments to the exit code.
protocol LaunchedCommand: ParsableCommand {
    /// Does it, on the process's main thread, which it may block. Throws what is wrong with the arguments, or why it
    /// could not be done.
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32
}

extension LaunchedCommand {
    /// Reads arguments that are for this command. Throws what `--help` and `--version` print, as an error that means
    /// success.
    static func parsed(_ arguments: [String]) throws -> Self {
        var command = try parseAsRoot(arguments)
        if let own = command as? Self { return own }
        if command is any LaunchedCommand {
            throw Commands.late(type(of: command)._commandName)
        }
        // What prints the help is a command too.
        try command.run()
        throw ExitCode.success
    }

    /// How its help is asked for.
    static var helpCommand: String {
        let own = Self.self == Singularis.self ? [] : [_commandName]
        return ([Singularis._commandName] + own + ["--help"]).joined(separator: " ")
    }
}

enum Commands {
    private static let all = Singularis.configuration.subcommands.compactMap { $0 as? any LaunchedCommand.Type }

    static func isOne(_ word: String) -> Bool { all.contains { $0._commandName == word } }

    /// A command that stands behind options.
    static func late(_ name: String) -> ValidationError {
        ValidationError("the command comes first: singularis \(name), and then its options.")
    }

    /// The command that the first word names, or a run where it names none, and what is for that command. By the first
    /// word alone, before anything is parsed: commands share names of options with a run, which would take them for its
    /// own.
    static func choose(
        _ arguments: [String]
    ) throws -> (command: any LaunchedCommand.Type, arguments: [String]) {
        guard let word = arguments.first, !word.hasPrefix("-") else { return (Singularis.self, arguments) }
        if word == "help" { return (try choose(Array(arguments.dropFirst())).command, ["--help"]) }
        guard let command = all.first(where: { $0._commandName == word }) else {
            throw UnknownCommand(word: word, known: all.map { $0._commandName } + ["help"])
        }
        return (command, Array(arguments.dropFirst()))
    }
}

struct UnknownCommand: Error, CustomStringConvertible {
    let word: String
    let known: [String]

    var description: String {
        let near = NearMatches.of(word, in: known)
        let hint = near.isEmpty
            ? "known are \(known.joined(separator: ", "))" : "did you mean \(near.joined(separator: " or "))?"
        return "there is no command \"\(word)\"; \(hint)"
    }
}
