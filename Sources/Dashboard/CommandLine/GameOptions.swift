import ArgumentParser
import Basics
import Desktop
import Engine
import Games
import Record

extension Settings.Mode: ExpressibleByArgument {}
extension FaultOnPurpose.Kind: ExpressibleByArgument {}

/// The flags of what is played, and for how long.
struct GameOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            What is played: embedded, or a real game in a window by the name of its profile, such as doom; desktop \
            plays any first-person game whose window is named with --window; video watches one, and presses nothing. \
            `singularis games` lists them.
            """, valueName: "name"),
        completion: .list(["embedded", "doom", "desktop", "skyrim", "video"]))
    var game = "embedded"

    @Argument(
        help: ArgumentHelp(
            "With --game video: a file, a URL (https, rtsp, rtmp, srt, udp ...), or a camera such as /dev/video0.",
            valueName: "video"),
        completion: .file())
    var source: String?

    @Option(
        help: ArgumentHelp("A game profile of your own, in place of --game.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var profile: String?

    @Option(help: ArgumentHelp("The title of the game's window, or a part of it.", valueName: "title"))
    var window: String?

    @Option(
        help: ArgumentHelp(
            """
            The X display that a real game is on, such as :1. Default: a display of its own, which nobody else uses, \
            for a game that is started here, else DISPLAY.
            """, valueName: "name"))
    var display: String?

    @Flag(inversion: .prefixedNo, help: "Open a real game on your own display (DISPLAY) instead of one of its own.")
    var show = false

    @Flag(help: "Press keys on a display that others use too; without it they only take their time. Asks first.")
    var live = false

    @Flag(help: "With --live: do not ask.")
    var yes = false

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

    /// What is named is a video and no game of a profile.
    private var isVideo: Bool { game == "video" && profile == nil }

    func validate() throws {
        if let source, !isVideo {
            if Commands.isOne(source) { throw Commands.late(source) }
            throw ValidationError("Unexpected argument '\(source)': only --game video is followed by one.")
        }
        if show, display != nil { throw ValidationError("--show and --display are two displays: give one of them.") }
        if window?.isEmpty == true { throw ValidationError("--window must not be empty.") }
        if yes, !live { throw ValidationError("--yes answers what --live asks: give both.") }
        if let display, !display.contains(":") { throw ValidationError("--display must be a display such as :1.") }
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

    /// The real game or the video that is meant, if any is.
    /// - Throws: what is wrong with its profile, or with the options.
    func choice(environment: [String: String]) throws -> Settings.GameChoice {
        let isEmbedded = profile == nil && game == "embedded"
        let misplaced = [
            ("--display", display != nil), ("--show", show), ("--live", live), ("--window", window != nil),
        ].first(where: \.1)
        if isEmbedded || isVideo, let misplaced {
            throw ValidationError("\(misplaced.0) is for a real game: add --game, such as --game doom.")
        }
        if isEmbedded { return .embedded }
        guard speed == .realtime(1) else { throw ValidationError("--speed is for the embedded game.") }
        if isVideo {
            guard let source else {
                throw ValidationError("name what to watch: --game video FILE, or a URL, or a camera like /dev/video0.")
            }
            return .video(VideoGame.Plan(try VideoSource(source), environment: Programs.inheritable(environment)))
        }
        let assets = try Assets.find(environment: environment)
        var file = try profile.map { path throws(ProfileFile.Failure) in try ProfileFile(path: path) }
            ?? ProfileFile(named: game == "desktop" ? "generic" : game, assets: assets)
        file = file.following(environment)
        (_, _, _, _) = (try file.keys(), try file.hud(), try file.recogniser(), try file.planner())
        var plan = DesktopGame.Plan(file.profile, environment: Programs.inheritable(environment))
        if let window { plan.profile.window = WindowMatch(title: window) }
        guard plan.profile.window != nil else {
            throw ValidationError("\(file.name) plays in any window: name its title with --window.")
        }
        plan.isLive = live
        plan.watchdog = try Watchdog.program()
        if let display {
            plan.display = .shared(display)
        } else if show || file.profile.launch.isEmpty {
            guard let name = environment["DISPLAY"], !name.isEmpty else {
                throw ValidationError("DISPLAY is not set, so there is no display of yours: name one with --display.")
            }
            plan.display = .shared(name)
        }
        return .desktop(.init(file, plan))
    }
}
