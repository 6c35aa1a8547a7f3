import ArgumentParser
import Basics
import Canvas
import Connections
import Desktop
import Dispatch
import Engine
import FoundationEssentials
import Glibc
import Journal
import Metrics
import Record
import Terminal

/// From the arguments to the exit code: reads them, starts the engine, shows it, and prints what stays.
enum Launch {
    /// Runs on the process's main thread, and blocks it.
    static func run(arguments: [String]) -> Int32 {
        if arguments == [Watchdog.command] { return WatchdogDuty.run(environment: ProcessInfo.processInfo.environment) }
        SignalWatch.block()
        do {
            let (command, rest) = try Commands.choose(arguments)
            do {
                return try command.launch(rest, environment: ProcessInfo.processInfo.environment)
            } catch {
                return fail(error, of: command)
            }
        } catch {
            return fail(error, of: Singularis.self)
        }
    }

    /// One session from its start to the exit code.
    static func session(_ options: RunOptions, _ settings: Settings, _ environment: [String: String]) throws -> Int32 {
        let assets = try Assets.find(environment: environment)
        try options.output.report?.check()
        try settings.metrics?.address.probe()
        let themes = try options.display.themes(assets)
        let hub = EventHub()
        let session = Session(settings: settings, assets: assets, hub: hub)
        let printsReport = options.output.report == .standardOutput
        var report: FinalReport
        if let reason = headlessReason(options) {
            if !reason.isEmpty { Output.error(reason, .notice) }
            followHeadless(session, printsReport, options.game.crash)
            report = FinalReport(hub.snapshot)
            let lines = Transcript.lines(report, glyphs: glyphs(options, environment))
            Output.transcript(lines, colors: false, toError: printsReport)
        } else {
            let shown = try show(session, options, settings, themes, environment)
            report = FinalReport(hub.snapshot, dashboard: shown.cost)
            let colors = ColorDepth.of(colors: 8, environment: environment) != .mono
            let lines = Transcript.lines(report, glyphs: glyphs(options, environment))
            if shown.hasStalled {
                Output.transcriptToStalledTerminal(lines)
            } else {
                Output.transcript(lines, colors: colors, toError: false)
            }
        }
        return deliver(report, to: options.output.report)
    }

    /// Why there is no dashboard; empty when it was asked for, `nil` when there is one.
    private static func headlessReason(_ options: RunOptions) -> String? {
        if options.output.headless { return "" }
        if isatty(1) == 0 { return "standard output is not a terminal: running headless" }
        return nil
    }

    /// What may be written besides ASCII, on the screen and in the transcript.
    private static func glyphs(_ options: RunOptions, _ environment: [String: String]) -> Glyphs {
        options.display.glyphs ?? CursesTerminal.glyphs(environment)
    }

    /// Writes the report where it was asked for; returns the exit code.
    private static func deliver(_ report: FinalReport, to target: ReportTarget?) -> Int32 {
        do {
            try target?.write(report)
        } catch {
            Output.error("singularis: \(error)")
            if report.outcome.exitCode == 0 { return 1 }
        }
        return Int32(report.outcome.exitCode)
    }

    private static func followHeadless(_ session: Session, _ printsReport: Bool, _ crash: CrashOnPurpose?) {
        if let crash { session.hub.observe { crash.engineEvent($0) } }
        let run = HeadlessRun(session.hub, reservesOutput: printsReport)
        let engine = EngineThread(session)
        run.follow { failure in
            // Nobody reads any more, or a disk is full.
            guard failure != EPIPE, failure != EIO else { return session.send(.stop(.terminalLost)) }
            let why = "standard output cannot be written: \(String(cString: strerror(failure)))"
            Output.error("singularis: \(why)")
            session.send(.stop(.error(why)))
        }
        engine.finish()
    }

    private static func show(
        _ session: Session, _ options: RunOptions, _ settings: Settings,
        _ themes: (cycle: ThemeCycle, broken: [String]), _ environment: [String: String]
    ) throws -> (cost: FinalReport.DashboardFigures, hasStalled: Bool) {
        let hub = session.hub
        let wake = try WakePipe()
        var screen = CursesTerminal.Options()
        screen.environment = environment
        screen.glyphs = options.display.glyphs
        screen.depth = options.display.color.depth
        screen.picture = options.display.picture
        screen.theme = themes.cycle.current
        let terminal = try CursesTerminal(wake: wake, options: screen)
        defer { terminal.close() }
        hub.observe { [crash = options.game.crash] event in
            crash?.engineEvent(event)
            wake.signal()
        }
        hub.observePictures { wake.signal() }
        let signalled = FirstValue<Bool>()
        let engine = EngineThread(session) {
            signalled.set(true)
            wake.signal()
        }

        var drawing = DashboardLoop.Options()
        drawing.themes = themes.cycle
        drawing.notices = themes.broken
        drawing.isQuiet = options.display.quiet
        drawing.pictureRate = options.display.pictureRate
        drawing.dataRate = options.display.fps
        drawing.budgets = Budgets(
            connect: settings.pool.connectTimeout.seconds, total: settings.pool.totalTimeout.seconds)
        drawing.waitAtEnd = {
            options.output.wait && signalled.current == nil && hub.snapshot.stopReason?.leavesSomebodyWatching == true
        }
        var loop = DashboardLoop(
            terminal: terminal, wake: wake, options: drawing,
            snapshot: {
                let snapshot = hub.snapshot
                options.game.crash?.drawing(snapshot)
                return (snapshot, hub.frame)
            },
            pictureOf: { hub.frame($0) }, elapsed: { hub.time }, send: { session.send($0) })
        // After a third q nobody waits for the engine: what it has not closed yet, the kernel will.
        if loop.run() != .leaveNow { engine.finish() }
        let cost = loop.cost
        return (cost, !terminal.close())
    }

    /// One clear line, and what it means for the exit code.
    private static func fail(_ error: any Error, of command: any LaunchedCommand.Type) -> Int32 {
        if command.exitCode(for: error) == .success {
            Output.write(command.fullMessage(for: error))
            return 0
        }
        let isForTheUser =
            error is TerminalError || error is AssetError || error is ThemeError || error is WakePipeError
            || error is ReportError || error is ListingError
            || error is JournalError || error is SessionError || error is MetricsError || error is DescriptorError
            || error is ProfileFile.Failure || error is DesktopError || error is VideoError
        if isForTheUser {
            Output.error("singularis: \(error)")
            return 1
        }
        // Whoever ends it with a code of its own has said why.
        if let code = error as? ExitCode { return code.rawValue }
        let isOurs = error is ConfigurationError || error is UnknownCommand
        let help = error is ConfigurationError ? Config.helpCommand : command.helpCommand
        Output.error("singularis: \(isOurs ? "\(error)" : command.message(for: error)) (see \(help))")
        return 2
    }
}

extension StopReason {
    /// Somebody is at the keyboard, or may be: the final statistics wait for a key.
    var leavesSomebodyWatching: Bool {
        switch self {
        case .key, .duration, .videoEnded: true
        case .signal, .terminalLost, .error: false
        }
    }
}
