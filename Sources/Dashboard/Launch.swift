import ArgumentParser
import Dispatch
import Engine
import FoundationEssentials
import Logging
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#endif

/// From the arguments to the exit code: reads them, starts the engine, shows it, and prints what stays.
enum Launch {
    /// Runs on the process's main thread, and blocks it.
    static func run(arguments: [String]) -> Int32 {
        SignalWatch.block()
        do {
            let options = try Singularis.parse(arguments).options
            let environment = ProcessInfo.processInfo.environment
            let settings = try options.settings(environment: environment)
            let assets = try Assets.find(environment: environment)
            let hub = EventHub()
            let session = Session(settings: settings, assets: assets, hub: hub)
            if let reason = headlessReason(options) {
                if !reason.isEmpty { Output.error(reason) }
                followHeadless(session)
            } else {
                try show(session, options, settings, environment)
            }
            for line in Transcript.lines(hub.snapshot) { Output.write(line) }
            return hub.snapshot.exitCode
        } catch {
            return fail(error)
        }
    }

    /// Why there is no dashboard; empty when it was asked for, `nil` when there is one.
    private static func headlessReason(_ options: RunOptions) -> String? {
        if options.headless { return "" }
        if isatty(1) == 0 { return "standard output is not a terminal: running headless" }
        return nil
    }

    private static func followHeadless(_ session: Session) {
        let run = HeadlessRun(session.hub)
        let engine = EngineThread(session)
        run.follow(session.hub, onReaderGone: { session.send(.stop(.terminalLost)) })
        engine.finish()
    }

    private static func show(
        _ session: Session, _ options: RunOptions, _ settings: Settings, _ environment: [String: String]
    ) throws {
        let hub = session.hub
        let wake = try WakePipe()
        var screen = CursesTerminal.Options()
        screen.environment = environment
        let terminal = try CursesTerminal(wake: wake, options: screen)
        defer { terminal.close() }
        hub.observe { _ in wake.signal() }
        let signalled = FirstValue<Bool>()
        let engine = EngineThread(session) {
            signalled.set(true)
            wake.signal()
        }

        var look = DashboardLoop.Options()
        look.connectBudget = settings.pool.connectTimeout.seconds
        look.totalBudget = settings.pool.totalTimeout.seconds
        look.waitAtEnd = {
            !options.noWait && signalled.current == nil && hub.snapshot.stopReason?.leavesSomebodyWatching == true
        }
        var loop = DashboardLoop(
            terminal: terminal, wake: wake, options: look, snapshot: { (hub.snapshot, hub.frame) },
            elapsed: { hub.time }, send: { session.send($0) })
        // After a third q nobody waits for the engine: what it has not closed yet, the kernel will.
        if loop.run() != .leaveNow { engine.finish() }
    }

    /// One clear line, and what it means for the exit code.
    private static func fail(_ error: any Error) -> Int32 {
        if Singularis.exitCode(for: error) == .success {
            Output.write(Singularis.fullMessage(for: error))
            return 0
        }
        if error is TerminalError || error is AssetError || error is WakePipeError {
            Output.error("singularis: \(error)")
            return 1
        }
        Output.error("singularis: \(Singularis.message(for: error)) (see singularis --help)")
        return 2
    }
}

extension StopReason {
    /// Somebody is at the keyboard, or may be: the final statistics wait for a key.
    var leavesSomebodyWatching: Bool {
        switch self {
        case .key, .duration: true
        case .signal, .terminalLost, .error: false
        }
    }
}
