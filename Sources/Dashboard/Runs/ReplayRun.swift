import Basics
import Canvas
import Engine
import Journal
import ServiceLifecycle
import Terminal

/// `singularis replay` from the file to the exit code. There is no engine: the thread that draws reads the journal.
enum ReplayRun {
    /// Blocks the calling thread, which is the main one, until somebody leaves.
    static func run(_ path: String, _ replay: Replay, _ environment: [String: String]) throws -> Int32 {
        let source = try ReplaySource(path, follows: replay.follow)
        let display = replay.display
        let themes = try display.themes(try Assets.find(environment: environment))
        let wake = try WakePipe()
        var screen = CursesTerminal.Options()
        screen.environment = environment
        screen.glyphs = display.glyphs
        screen.depth = display.color.depth
        screen.picture = display.picture
        screen.theme = themes.cycle.current
        let terminal = try CursesTerminal(wake: wake, options: screen)
        defer { terminal.close() }
        let signalled = FirstValue<Bool>()
        let group = ServiceGroup.silent([
            .init(
                service: SignalWatch { _ in
                    signalled.set(true)
                    wake.signal()
                })
        ])
        let watch = Task { try? await group.run() }

        var drawing = DashboardLoop.Options()
        drawing.themes = themes.cycle
        drawing.notices = themes.broken
        drawing.isQuiet = display.quiet
        drawing.pictureRate = display.pictureRate
        drawing.dataRate = display.fps
        drawing.waitAtEnd = { signalled.current == nil }
        let start = ContinuousClock.now
        var loop = DashboardLoop(
            terminal: terminal, wake: wake, options: drawing, snapshot: { source.shown() },
            pictureOf: { source.picture(of: $0) }, elapsed: { start.duration(to: .now).seconds }, send: { _ in },
            replay: source)
        _ = loop.run()
        terminal.close()
        blockOn {
            await group.triggerGracefulShutdown()
            await watch.value
        }
        return 0
    }
}
