import ArgumentParser
import Basics
import EmbeddedModel
import Engine
import Games
import Record
import Vision

extension Settings.Mode: ExpressibleByArgument {}
extension Perspective: ExpressibleByArgument {}
extension FaultOnPurpose.Kind: ExpressibleByArgument {}

/// The flags of a run. Turned into ``Settings`` once, by ``settings(environment:)``.
struct RunOptions: ParsableArguments {
    @Option(help: "How the stages are scheduled: parallel or sequential.")
    var mode = Settings.Mode.parallel

    @Option(help: "End after this time, such as 90s, 5m or 8h. Without it the session runs until you stop it.")
    var duration: TimeSpan?

    @Option(help: "The embedded game's seed: the same seed is the same world.")
    var seed: UInt64 = 1

    @Option(help: "Frames a second that each perspective of the interpreter may look at (0.01...10).")
    var frameRate = 0.5

    @Option(
        help: """
            How the interpreter looks: tactical, spatial, narrative, strategic or comprehensive. May be repeated. \
            Default: tactical, spatial and narrative with the embedded model, comprehensive with any other.
            """)
    var perspective: [Perspective] = []

    @OptionGroup var endpoint: EndpointOptions

    @OptionGroup var account: AccountOptions

    @OptionGroup var speech: SpeechOptions

    @OptionGroup var faults: FaultOption

    @OptionGroup var connections: ConnectionOptions

    @Flag(help: "Take the time of every action, but send no key.")
    var dryRun = false

    @Flag(help: "No dashboard: one line a decision, the transcript at the end.")
    var headless = false

    @Flag(help: "Do not wait for a key on the final statistics screen.")
    var noWait = false

    @Option(
        help: """
            The final report as JSON: json prints it (then standard output has nothing else without a dashboard, and \
            all other lines go to standard error), a name that ends in .json is the file it is written to.
            """)
    var report: ReportTarget?

    @Option(help: "Speed of the embedded game: 0.1...64 times life, or max (it moves only while the agent acts).")
    var speed = GameSpeed.realtime(1)

    @OptionGroup var learner: LearnerOptions

    @OptionGroup(title: "Display")
    var display: DisplayOptions

    @Option(help: .hidden)
    var failAfter: Int?

    @Option(help: .hidden)
    var failHow = FaultOnPurpose.Kind.error

    @Option(help: .hidden)
    var crash: CrashOnPurpose?

    mutating func validate() throws {
        func require(_ condition: Bool, _ sentence: String) throws {
            if !condition { throw ValidationError(sentence) }
        }
        try require(frameRate.isFinite && (0.01...10).contains(frameRate), "--frame-rate must be between 0.01 and 10.")
        try require(duration.map { $0.duration > .zero } ?? true, "--duration must be longer than 0.")
        try require(Set(perspective).count == perspective.count, "--perspective names one perspective twice.")
    }

    /// - Throws: `ValidationError` when the environment does not fit the flags.
    func settings(environment: [String: String]) throws -> Settings {
        var settings = Settings()
        settings.mode = mode
        settings.duration = duration?.duration
        settings.seed = seed
        settings.frameRate = frameRate
        settings.perspectives = perspective
        settings.account = account.settings
        settings.dryRun = dryRun
        settings.speed = speed
        settings.fault = failAfter.map { FaultOnPurpose(failHow, after: $0) }
        learner.apply(to: &settings, environment: environment)
        settings.modelFaults = faults.shares
        settings.voice = speech.choice
        settings.speechModel = speech.ttsModel
        settings.childEnvironment = Programs.inheritable(environment)
        try endpoint.apply(to: &settings, environment: environment)
        try connections.apply(to: &settings, environment: environment)
        guard settings.modelFaults.isEmpty || settings.endpoint == .embedded else {
            throw ValidationError("--model-fault needs the embedded model: add --endpoint embedded.")
        }
        return settings
    }
}
