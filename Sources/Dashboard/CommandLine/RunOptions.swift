import ArgumentParser
import Basics
import Desktop
import EmbeddedModel
import Engine

/// The flags of a run, in the groups in which `--help` shows them. Turned into ``Settings`` once, by
/// ``settings(environment:)``.
struct RunOptions: ParsableArguments {
    @OptionGroup(title: "Game") var game: GameOptions
    @OptionGroup(title: "Game") var learner: LearnerOptions
    @OptionGroup(title: "Model") var endpoint: EndpointOptions
    @OptionGroup(title: "Model") var faults: FaultOption
    @OptionGroup(title: "Model") var speech: SpeechOptions
    @OptionGroup(title: "Cost") var account: AccountOptions
    @OptionGroup(title: "Connections") var connections: ConnectionOptions
    @OptionGroup(title: "Look") var display: DisplayOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Journal") var journal: JournalOptions

    @Option(
        help: ArgumentHelp(
            """
            The configuration file. Default: SINGULARIS_CONFIG, else singularis/config.json in $XDG_CONFIG_HOME or \
            ~/.config, if it is there.
            """, valueName: "file"),
        completion: .file(extensions: ["json"]))
    var config: String?

    /// Flags of which one at the most is meant: who gives one does not mean what a file says of the others.
    static let alternatives = [["ascii", "plain"]]
    /// What is asked for once, on the command line, and never configured.
    static let onlyOnTheCommandLine = ["config", "fresh", "help", "list-models", "live", "version", "yes"]

    /// - Throws: `ValidationError` when the environment does not fit the flags.
    func settings(environment: [String: String]) throws -> Settings {
        var settings = Settings()
        game.apply(to: &settings)
        settings.game = try game.choice(environment: environment)
        settings.account = account.settings
        learner.apply(to: &settings, environment: environment)
        let version = Singularis.configuration.version.replacing("singularis ", with: "")
        settings.journal = journal.settings(environment: environment, version: version)
        settings.metrics = output.metricsSettings(version: version)
        settings.modelFaults = faults.shares
        settings.voice = speech.choice
        settings.speechModel = speech.ttsModel
        settings.childEnvironment = Programs.inheritable(environment)
        try endpoint.apply(to: &settings, environment: environment)
        if case .desktop(let choice) = settings.game {
            // On somebody's display nothing is pressed that was not allowed for.
            settings.dryRun = settings.dryRun || choice.plan.display != .own && !game.live
            if settings.endpoint == .embedded { try withoutEmbeddedModel(&settings) }
            if let own = choice.file.own {
                settings.notices.append(own.words(for: choice.plan.profile.actions).joined(separator: "; "))
            }
        }
        if case .video = settings.game {
            settings.dryRun = false
            if endpoint.endpoint == nil, settings.endpoint == .embedded { settings.endpoint = .none }
        }
        try connections.apply(to: &settings, environment: environment)
        guard settings.modelFaults.isEmpty || settings.endpoint == .embedded else {
            throw ValidationError("--model-fault needs the embedded model: add --endpoint embedded.")
        }
        return settings
    }

    /// The embedded model reads the embedded game and nothing else: what it said of another would be made up.
    private func withoutEmbeddedModel(_ settings: inout Settings) throws {
        guard endpoint.endpoint == nil else {
            throw ValidationError(
                "the embedded model knows the embedded game only: name another with --endpoint, or --endpoint none.")
        }
        settings.endpoint = .none
    }
}
