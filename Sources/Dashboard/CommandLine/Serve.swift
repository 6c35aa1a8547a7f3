import ArgumentParser
import Basics
import EmbeddedModel
import FoundationEssentials
import Vision

/// `singularis serve`: the embedded model alone, for other programs to ask.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the embedded model as a server for other programs, until Ctrl-C or SIGTERM.",
        usage: "singularis serve [<options>]",
        discussion: """
            It listens on 127.0.0.1 only and speaks the Gemini wire format: models, generateContent, \
            streamGenerateContent and countTokens under /v1 and /v1beta. Any client of Gemini can ask it when its base \
            URL is set to the address that is printed: it answers to any gemini-* name, and says in modelVersion who \
            answered. It prints a line for each request, never a key.

            It reads pictures of the embedded game (PNG, 160x96 pixels or that shape larger), by rules: it is no \
            language model. Where espeak-ng is installed a second model speaks (responseModalities AUDIO).
            """)

    @Option(help: ArgumentHelp("The port to listen on; 0 takes any that is free.", valueName: "number"))
    var port = 0

    @Option(
        help: """
            The only key to accept, as x-goog-api-key or ?key=; without one any request is taken. Others on this \
            machine can read it from the list of processes: prefer --key-file or SINGULARIS_SERVE_KEY.
            """)
    var key: String?

    @Option(help: ArgumentHelp("A file whose first line is the key.", valueName: "file"), completion: .file())
    var keyFile: String?

    @Option(help: ArgumentHelp("Another name to answer to, besides gemini-* names.", valueName: "name"))
    var modelAlias: [String] = []

    @Flag(help: "Ignore fields that requests do not have at Google, instead of refusing them as it does.")
    var lenient = false

    @Option(help: ArgumentHelp("Connections open at once (1...10000).", valueName: "number"))
    var connections = 64

    @Option(help: ArgumentHelp("How long a connection may stay without a request.", valueName: "time"))
    var idleTimeout = TimeSpan(.seconds(60))

    @OptionGroup var faults: FaultOption

    @Option(help: ArgumentHelp("Seed of wordings and faults.", valueName: "number"))
    var seed: UInt64 = 1

    mutating func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535.") }
        guard (1...10_000).contains(connections) else {
            throw ValidationError("--connections must be between 1 and 10000.")
        }
        guard idleTimeout.duration > .zero else { throw ValidationError("--idle-timeout must be longer than 0.") }
        guard key == nil || keyFile == nil else { throw ValidationError("Give --key or --key-file, not both.") }
        guard !modelAlias.contains(where: \.isEmpty) else { throw ValidationError("--model-alias must not be empty.") }
        guard !modelAlias.contains(where: { $0.contains { "/:".contains($0) } }) else {
            throw ValidationError("--model-alias must hold no / and no :, which no path of the API can name.")
        }
        guard key != "" else { throw ValidationError("--key must not be empty.") }
    }

    /// - Throws: `ValidationError` when the key's file cannot be read.
    func configuration(environment: [String: String]) throws -> EmbeddedModelConfiguration {
        var configuration = EmbeddedModelConfiguration()
        configuration.port = port
        configuration.key = try secret(environment)
        configuration.connectionLimit = connections
        configuration.idleTimeout = idleTimeout.duration
        configuration.aliases = ["gemini-*"] + modelAlias
        configuration.isLenient = lenient
        configuration.faults = faults.shares
        configuration.seed = seed
        configuration.synthesizer = SpeechSynthesizer(environment: Programs.inheritable(environment))
        return configuration
    }

    private func secret(_ environment: [String: String]) throws -> Secret? {
        if let key { return Secret(key) }
        if let keyFile { return try Secret(keyFile: keyFile) }
        return environment["SINGULARIS_SERVE_KEY"].flatMap { $0.isEmpty ? nil : Secret($0) }
    }
}

extension Serve: LaunchedCommand {
    static func launch(_ arguments: [String], environment: [String: String]) throws -> Int32 {
        let configuration = try parsed(arguments).configuration(environment: environment)
        try DescriptorLimit.check()
        return ServeRun.run(configuration)
    }
}

/// `--model-fault`, of a run and of `serve`.
struct FaultOption: ParsableArguments {
    @Option(
        name: .customLong("model-fault"),
        help: ArgumentHelp(
            """
            Have the embedded model misbehave: NAME=SHARE of its requests, comma-separated, drawn by --seed. Names: \
            429 (refuses, says when to retry), 500, hang (never answers), reset (TCP RST), truncate (closes \
            half way), garbage (no HTTP or no JSON), slow (drop by drop).
            """, valueName: "faults"),
        transform: { text in
            do { return try FaultShares(text) } catch { throw ValidationError("\(error)") }
        })
    var given: FaultShares?

    var shares: FaultShares { given ?? .none }
}
