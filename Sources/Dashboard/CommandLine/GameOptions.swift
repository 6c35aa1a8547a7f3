import ArgumentParser
import Engine
import Games
import Record

extension Settings.Mode: ExpressibleByArgument {}
extension FaultOnPurpose.Kind: ExpressibleByArgument {}

/// The flags of what is played, and for how long.
struct GameOptions: ParsableArguments {
    @Option(help: "How the stages are scheduled.")
    var mode = Settings.Mode.parallel

    @Option(
        help: ArgumentHelp(
            "End after this time, such as 90s, 5m or 8h. Without it the session runs until you stop it.",
            valueName: "time"))
    var duration: TimeSpan?

    @Option(help: ArgumentHelp("The embedded game's seed: the same seed is the same world.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Speed of the embedded game: 0.1...64 times life, or max (it moves only while the agent acts).",
            valueName: "factor"))
    var speed = GameSpeed.realtime(1)

    @Flag(inversion: .prefixedNo, help: "Take the time of every action, but send no key.")
    var dryRun = false

    @Option(help: .hidden)
    var failAfter: Int?

    @Option(help: .hidden)
    var failHow = FaultOnPurpose.Kind.error

    @Option(help: .hidden)
    var crash: CrashOnPurpose?

    func validate() throws {
        if let duration, duration.duration <= .zero { throw ValidationError("--duration must be longer than 0.") }
    }

    func apply(to settings: inout Settings) {
        settings.mode = mode
        settings.duration = duration?.duration
        settings.seed = seed
        settings.speed = speed
        settings.dryRun = dryRun
        settings.fault = failAfter.map { FaultOnPurpose(failHow, after: $0) }
    }
}
