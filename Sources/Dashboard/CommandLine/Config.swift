import ArgumentParser
import Engine

/// `singularis config`: what holds, and where each value comes from.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show what every option is set to, and where that comes from.",
        usage: "singularis config [--json] [<options of a run>]",
        discussion: """
            Takes the options of a run and starts nothing. Each option is shown with its value and its origin: the \
            default, a line of the configuration file, a variable, or the flag.

            The file is one JSON object whose keys are the names of flags without their dashes; flags without a value \
            are true or false, --perspective is a list:
              {"picture-rate": 2, "headless": true, "perspective": ["tactical", "spatial"], "theme": "paper"}

            The variable of a flag is its name in capitals behind SINGULARIS_; true, false, 1, 0, yes and no stand for \
            flags without a value, and commas part the elements of a list.

            A key of an API is never shown: only which variable holds one.
            """)

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    @OptionGroup var options: RunOptions
}

extension Config: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let (config, layers) = try Layers.parse(Self.self, arguments, environment: environment)
        let settings = try layers.settings(config.options, environment: environment)
        let listing = ConfigListing(layers, settings, environment: environment)
        if config.json {
            Output.write(try listing.json())
        } else {
            for line in listing.lines { Output.write(line) }
        }
        return 0
    }
}
