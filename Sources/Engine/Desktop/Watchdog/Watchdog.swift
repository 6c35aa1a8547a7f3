import Basics
import Glibc
import Synchronization

/// The watchdog of this process: tells it what is down and what runs, so that it can clean up when this process goes
/// away in whatever manner. One that dies is started again, and told everything anew, until it is closed.
package final class Watchdog: Sendable {
    /// The hidden command by which the program becomes a watchdog.
    package static let command = "_watchdog"

    private struct State {
        var known = WatchdogState()
        var process: ChildProcess?
        /// Starts another when it dies.
        var keeper: OwnedTask?
        /// Why there is none at the moment.
        var trouble: String?
        var isClosed = false
    }

    /// How long is waited before another is started; one that cannot live is not started all the time.
    static let backoffs: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(5), .seconds(15)]
    /// One that lived as long as this counts as one that can live.
    private static let life = Duration.seconds(30)

    private let environment: ChildEnvironment
    private let program: String
    private let clock: any EngineClock
    private let onTrouble: @Sendable () -> Void
    private let state = Mutex(State())

    private init(
        _ program: String, _ environment: ChildEnvironment, _ clock: any EngineClock,
        _ onTrouble: @escaping @Sendable () -> Void
    ) {
        (self.program, self.environment, self.clock, self.onTrouble) = (program, environment, clock, onTrouble)
    }

    /// This program, by a path that holds after its file was replaced.
    /// - Throws: ``DesktopError/file(_:why:)``: without it nothing would guard the keys.
    package static func program(_ link: String = "/proc/self/exe") throws(DesktopError) -> String {
        guard let path = realpath(link, nil) else {
            throw .file(link, why: "\(String(cString: strerror(errno))); the watchdog of a real game is this program")
        }
        defer { free(path) }
        return String(cString: path)
    }

    /// `onTrouble` is called when ``trouble`` changes; must only note it.
    /// - Throws: ``DesktopError`` when it cannot be started.
    static func start(
        program: String, _ environment: ChildEnvironment, clock: any EngineClock,
        onTrouble: @escaping @Sendable () -> Void
    ) async throws(DesktopError) -> Watchdog {
        let watchdog = Watchdog(program, environment, clock, onTrouble)
        let process = try await watchdog.start()
        watchdog.state.withLock { state in
            // Ended by `close()`, which whoever has the watchdog calls.
            state.keeper = OwnedTask(on: nil) { await watchdog.keep(process) }
        }
        return watchdog
    }

    /// Why nobody would release the keys if this process died now; `nil` while somebody would.
    var trouble: String? { state.withLock(\.trouble) }

    /// Starts another whenever it has ended, until the task is cancelled.
    private func keep(_ first: ChildProcess) async {
        var (process, failures, began): (ChildProcess?, Int, ContinuousClock.Instant) = (first, 0, clock.now)
        while true {
            var why = ""
            if let process {
                let over = Wakeup()
                process.whenEnded { over.signal() }
                await over.wait()
                if began.duration(to: clock.now) >= Self.life { failures = 0 }
                why = process.ending.current ?? ""
            }
            if Task.isCancelled { return }
            // Once may be an accident, and is mended before anybody needs to know.
            if failures > 0, process != nil { tellTrouble("the watchdog ends again and again (\(why))") }
            do { try await clock.sleep(for: Self.backoffs[min(failures, Self.backoffs.count - 1)]) } catch { return }
            failures += 1
            began = clock.now
            do throws(DesktopError) {
                process = try await start()
                tellTrouble(nil)
            } catch {
                process = nil
                tellTrouble("the watchdog cannot be started: \(error)")
            }
        }
    }

    private func tellTrouble(_ why: String?) {
        let isNews = state.withLock { state in
            defer { state.trouble = why }
            return state.trouble != why
        }
        if isNews { onTrouble() }
    }

    private func start() async throws(DesktopError) -> ChildProcess {
        var plan = ChildProcess.Plan(name: "the watchdog", command: [program, Self.command], environment: environment)
        plan.outlivesUs = true
        plan.grace = .milliseconds(200)
        let process = try await ChildProcess.start(plan)
        state.withLock { state in
            state.process = process
            for line in state.known.lines { process.write(line.text + "\n") }
        }
        return process
    }

    func tell(_ line: WatchdogState.Line) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.known.apply(line)
            state.process?.write(line.text + "\n")
        }
    }

    /// A process of ours, from now until it ends.
    func watch(_ child: ChildProcess) {
        guard let pid = child.pid, let start = ProcessFacts.start(of: pid) else { return }
        tell(.process(.init(pid: pid, start: start)))
        child.whenEnded { [weak self] in self?.tell(.gone(pid)) }
    }

    /// Nothing is left to be watched: it ends by itself. Idempotent.
    func close() async {
        // First, so that no other is started after this one.
        await state.withLock(\.keeper)?.end()
        let process = state.withLock { state in
            if !state.isClosed { state.process?.write(WatchdogState.Line.end.text + "\n") }
            (state.isClosed, state.keeper) = (true, nil)
            return state.process
        }
        guard let process else { return }
        let timer = Task { [clock] in
            try await clock.sleep(for: .milliseconds(500))
            await process.end()
        }
        _ = await process.ending.value
        timer.cancel()
    }
}

extension WatchdogState {
    /// What tells all of it.
    var lines: [Line] {
        let place = display.map {
            [Line.display(name: $0.name, authority: $0.authority, serverPid: $0.serverPid)]
        } ?? []
        return place + processes.map(Line.process) + down.map(Line.down) + folders.map(Line.folder)
    }
}
